//! For the stories of invitations: somebody of the roll who is asked to come on a Thursday.

use crate::{
    command::{Command, Printed, Receipt},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, code, device, office, person, slot, staff},
    ids::{DeviceId, InvitationId, ResidentId, SessionId},
    invitation::{Invitation, Proposal, Reason, State},
    office::Hours,
    person::BirthDate,
    resident::{ClaimHash, Resident},
    row::Row,
    session::{Checklist, Details, Session},
    slot::{Slot, SlotStart},
    sync::Role,
};
use chrono::NaiveTime;
use uuid::Uuid;

pub(super) const TUESDAY: &str = "2026-11-24T09:30";
pub(super) const THURSDAY: &str = "2026-11-26T09:30";

pub(super) fn put(story: &mut Story, row: impl Into<Row>) {
    let row = row.into();
    story.rows.insert(row.key(), row);
}

/// As the plan gives a place: a seat is held and the invitation names it.
pub(super) fn give(story: &mut Story, id: InvitationId, start: &str, session: Option<SessionId>) {
    let start: SlotStart = slot(start);
    let seat = start.id_at(OFFICE, session);
    let row = story.rows.get(&seat.into()).and_then(|row| match row {
        Row::Slot(slot) => Some(slot.clone()),
        _ => None,
    });
    let row = row.unwrap_or_else(|| {
        let mut plan = office().slot(slot(TUESDAY)).unwrap();
        (plan.start, plan.session) = (start, session);
        Slot::new(OFFICE, plan)
    });
    put(story, row.hold().unwrap());
    let invitation = Invitation {
        proposal: Some(Proposal {
            slot: start,
            session,
            held: true,
        }),
        ..story.get::<Invitation>(id).clone()
    };
    put(story, invitation);
}

/// Somebody of the roll who is asked to come on Thursday.
pub(super) fn invited(story: &mut Story, n: u32) -> (ResidentId, InvitationId) {
    let before: Vec<_> = story.all::<Resident>().iter().map(|r| r.id).collect();
    story.enrol(vec![person(n)]);
    let new = story.all::<Resident>();
    let new = new.iter().find(|r| !before.contains(&r.id)).unwrap();
    let (resident, id) = (new.id, new.invitation.unwrap());
    give(story, id, THURSDAY, None);
    (resident, id)
}

pub(super) fn clerk() -> Who {
    staff(Role::Kelurahan)
}

pub(super) fn hash(text: &str) -> ClaimHash {
    ClaimHash::of_code(text).unwrap()
}

pub(super) fn print(story: &mut Story, papers: &[(InvitationId, &str)]) -> Outcome {
    let printed = papers
        .iter()
        .map(|(invitation, code)| Printed {
            invitation: *invitation,
            claim: hash(code),
            place: None,
        })
        .collect();
    story.say(device(8), &clerk(), Command::PrintInvitations { printed })
}

pub(super) fn claim(story: &mut Story, from: DeviceId, code: &str) -> Outcome {
    let command = Command::ClaimResident {
        code: hash(code),
        birth: BirthDate::parse("2000-01-15").unwrap(),
        remove_others: false,
    };
    story.say(from, &Who::resident(), command)
}

pub(super) fn answer(
    story: &mut Story,
    from: DeviceId,
    invitation: InvitationId,
    accept: bool,
) -> Outcome {
    let command = Command::AnswerInvitation { invitation, accept };
    story.say(from, &Who::resident(), command)
}

pub(super) fn record(
    story: &mut Story,
    who: &Who,
    invitation: InvitationId,
    outcome: State,
) -> Outcome {
    let command = Command::RecordDelivery {
        invitation,
        outcome,
    };
    story.say(device(8), who, command)
}

pub(super) fn done(outcome: &Outcome) {
    assert_eq!(*outcome, Outcome::Applied(Receipt::Done));
}

/// booked, held, freed
pub(super) fn seats(story: &Story, start: &str) -> (u16, u16, u16) {
    let row: &Slot = story.get(slot(start).id(OFFICE));
    (row.booked, row.held, row.freed)
}

pub(super) fn away(until: Option<&str>) -> State {
    State::Undeliverable {
        reason: Reason::Away,
        until: until.map(|day| day.parse().unwrap()),
    }
}

pub(super) fn gone(reason: Reason) -> State {
    State::Undeliverable {
        reason,
        until: None,
    }
}

pub(super) fn session(story: &mut Story) -> SessionId {
    let id = SessionId(Uuid::from_u128(5));
    let time = |text: &str| text.parse::<NaiveTime>().unwrap();
    let details = Details {
        kelurahan: vec![code("1571081001")],
        place: "Balai Desa Sukadamai".to_owned(),
        coordinates: None,
        date: slot(THURSDAY).date(),
        hours: Hours {
            open: time("07:30:00"),
            close: time("16:00:00"),
            break_from: time("12:00:00"),
            break_to: time("13:00:00"),
        },
        stations: 2,
        staff: 2,
        from_office: 2,
    };
    put(
        story,
        Session {
            id,
            office: OFFICE,
            what: details,
            checklist: Checklist::default(),
            cancelled: None,
            version: 1,
            former: Vec::new(),
        },
    );
    id
}
