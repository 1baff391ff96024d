use super::*;
use crate::{
    fixtures::{OFFICE, code, monday, office, person, slot},
    ids::ResidentId,
    invitation::{Proposal, Reason, Reply},
    resident::Source,
    row::{Change, Row},
};
use chrono::TimeDelta;
use uuid::Uuid;

/// A resident of RT `rt` with an invitation that has been so since `days` ago.
fn invited(world: &mut World, n: u32, rt: u16, state: State, days: u64) -> Invitation {
    let id = ResidentId(Uuid::from_u128(n.into()));
    let invitation = InvitationId(Uuid::from_u128(1_000 + u128::from(n)));
    let mut draft = person(n);
    (draft.rw, draft.rt) = (Some(1), Some(rt));
    let mut resident = draft.into_resident(id, OFFICE, Source::Roll);
    resident.invitation = Some(invitation);
    let at = monday() - chrono::Days::new(days);
    let kelurahan = resident.kelurahan.clone();
    let delivered = matches!(state, State::Delivered { .. });
    let invitation = Invitation {
        state,
        proposal: Some(Proposal {
            slot: slot("2026-12-01T09:30"),
            session: None,
            held: true,
        }),
        delivered_at: delivered.then_some(at),
        ..Invitation::planned(invitation, OFFICE, id, kelurahan, at, None)
    };
    put(world, resident);
    put(world, invitation.clone());
    invitation
}

fn put(world: &mut World, row: impl Into<Row>) {
    world.apply(Change::Put(row.into()));
}

fn read(world: &World) -> Duty {
    Duty::read(world, &office(), today(), None)
}

fn today() -> NaiveDate {
    office().today(monday())
}

fn delivered() -> State {
    State::Delivered { to: None }
}

#[test]
fn a_neighbourhood_is_counted_step_by_step() {
    let mut world = World::default();
    let handed = State::HandedOver {
        to: PersonName::parse("Pak Darmo").ok(),
    };
    let mut unplaced = invited(&mut world, 1, 1, State::Planned, 0);
    unplaced.proposal = None;
    put(&mut world, unplaced);
    invited(&mut world, 2, 1, State::Planned, 0);
    invited(&mut world, 3, 1, State::Printed, 0);
    let mut old = invited(&mut world, 4, 1, State::Printed, 0);
    old.changed = true;
    put(&mut world, old);
    invited(&mut world, 5, 1, handed, 0);
    invited(&mut world, 6, 1, delivered(), 0);
    let gone = State::Undeliverable {
        reason: Reason::Moved,
        until: None,
    };
    invited(&mut world, 7, 1, gone, 0);
    invited(&mut world, 8, 2, State::Planned, 0);
    let duty = read(&world);
    let [first, second] = duty.stacks.as_slice() else {
        panic!("{duty:?}")
    };
    let counts = (
        first.unplaced,
        first.to_print,
        first.printed,
        first.handed_over,
        first.delivered,
        first.undeliverable,
    );
    assert_eq!(counts, (1, 2, 1, 1, 1, 1));
    assert_eq!((first.waiting(), first.total()), (4, 6));
    let carrier = first.carrier.as_ref().map(PersonName::as_str);
    assert_eq!(carrier, Some("Pak Darmo"));
    assert_eq!((second.of.rt, second.to_print), (Some(2), 1));

    let bundle = Bundle {
        id: first.of.id(OFFICE),
        office: OFFICE,
        of: first.of.clone(),
        carrier: PersonName::parse("Bu Rini").unwrap(),
        at: monday(),
        by: None,
    };
    put(&mut world, bundle);
    let carrier = |world: &World| read(world).stacks[0].carrier.clone().unwrap();
    assert_eq!(carrier(&world).as_str(), "Bu Rini");
    // Somebody else is given them after that: one bundle has one carrier.
    let mut given = invited(&mut world, 9, 1, State::Printed, 0);
    given.at = monday() + TimeDelta::hours(1);
    given.state = State::HandedOver {
        to: PersonName::parse("Pak Agus").ok(),
    };
    put(&mut world, given);
    assert_eq!(carrier(&world).as_str(), "Pak Agus");
}

/// Two working days may pass; a weekend is none.
#[test]
fn red_after_so_many_working_days() {
    for (days, idle, red) in [
        (0, 0, false),
        // Since Friday, and since Thursday.
        (3, 1, false),
        (4, 2, false),
        (5, 3, true),
    ] {
        let mut world = World::default();
        invited(&mut world, 1, 1, State::Printed, days);
        invited(&mut world, 2, 1, State::Planned, 0);
        let duty = read(&world);
        let stack = &duty.stacks[0];
        assert_eq!((stack.idle_days, stack.red), (idle, red), "{days}");
        assert_eq!(duty.red(), usize::from(red));
    }
    // What is settled waits for nobody.
    let mut world = World::default();
    invited(&mut world, 1, 1, delivered(), 30);
    assert_eq!(read(&world).stacks[0].idle_since, None);
}

#[test]
fn who_is_reminded_and_who_is_told() {
    let mut world = World::default();
    invited(&mut world, 1, 1, delivered(), 3);
    invited(&mut world, 2, 1, delivered(), 2);
    let mut answered = invited(&mut world, 3, 1, delivered(), 9);
    answered.reply = Some(Reply::Declined);
    put(&mut world, answered);
    let mut missed = invited(&mut world, 4, 1, delivered(), 1);
    missed.proposal = missed.proposal.map(|place| Proposal {
        slot: slot("2026-11-20T09:30"),
        ..place
    });
    missed.changed = true;
    put(&mut world, missed);
    let recorded = invited(&mut world, 5, 1, delivered(), 9);
    let mut came: Resident = world.get::<Resident>(recorded.resident).unwrap().clone();
    came.recorded_on = Some(monday().date_naive());
    put(&mut world, came);
    let duty = read(&world);
    let who = |id: ResidentId| id.0.as_u128();
    let reminded: Vec<_> = duty
        .reminders
        .iter()
        .map(|r| (who(r.resident), r.missed))
        .collect();
    assert_eq!(reminded, [(1, false), (4, true)]);
    let untold: Vec<_> = duty.untold.iter().map(|u| who(u.resident)).collect();
    assert_eq!(untold, [4]);
}

#[test]
fn each_kelurahan_its_own() {
    let mut world = World::default();
    invited(&mut world, 1, 1, State::Planned, 0);
    let (own, other) = (code("1571081001"), code("1571081002"));
    let stacks = |own| {
        Duty::read(&world, &office(), today(), Some(own))
            .stacks
            .len()
    };
    assert_eq!((stacks(&own), stacks(&other)), (1, 0));
}
