use super::*;
use crate::{
    bundle::{Bundle, Neighbourhood},
    command::Command,
    fixtures::{OFFICE, Story, arrival, booking, code, device, person, staff},
    flag::{self, Flag},
    ids::{DeviceId, FlagId, OpId},
    invitation::{Invitation, Proposal},
    person::{PersonName, Phone},
    row::{Entity, Of},
    sync::ScopeCursor,
};
use std::collections::BTreeMap;
use uuid::Uuid;

fn scope(kind: Kind) -> Scope {
    Scope {
        office: OFFICE,
        today: "2026-11-23".parse().unwrap(),
        kind,
    }
}

fn phone(own: impl IntoIterator<Item = ResidentId>) -> Kind {
    Kind::Phone {
        device: device(1),
        own: own.into_iter().collect(),
    }
}

/// Two phones and a tablet have been busy: today's booking of person 1 (arrived), next week's of
/// person 2 of the other kelurahan, one that waits for a look, and the roll.
fn busy() -> (Story, ResidentId) {
    let mut story = Story::new();
    let mut other = person(2);
    other.kelurahan = Some(code("1571081002"));
    let mut roll = person(3);
    roll.kelurahan = Some(code("1571081002"));
    story.enrol(vec![roll]);
    let own = booking(&story.book(device(1), person(1), &["2026-11-23T09:30"]));
    booking(&story.book(device(2), other, &["2026-11-30T09:30"]));
    booking(&story.book(device(3), person(1), &["2026-11-24T09:30"]));
    let operator = staff(Role::Operator);
    story.say(device(9), &operator, Command::PrepareTablet {});
    story.say(device(9), &operator, arrival(own.id, "A-001"));
    (story, own.resident)
}

fn seen(story: &Story, kind: Kind) -> Vec<Row> {
    let scope = scope(kind);
    story
        .rows
        .values()
        .filter_map(|row| scope.view(row))
        .collect()
}

fn kinds(rows: &[Row]) -> BTreeMap<Entity, usize> {
    let mut kinds = BTreeMap::new();
    for row in rows {
        *kinds.entry(row.key().0).or_default() += 1;
    }
    kinds
}

fn text(rows: &[Row]) -> String {
    rows.iter().map(|row| row.to_text().unwrap()).collect()
}

const NIK_1: &str = "1571081501000001";
const NIK_2: &str = "1571081501000002";
const NIK_3: &str = "1571081501000003";

#[test]
fn what_each_role_holds() {
    use Entity::{
        Booking as B, Flag as F, Invitation as I, Lease, Office as O, Resident as R, Tablet as T,
        Visit as V,
    };
    let (story, own) = busy();
    let kelurahan = Kind::Kelurahan(code("1571081001"));
    let leases = story.all::<crate::lease::Lease>().len();
    assert!(leases > 0);
    let all: [(Kind, &[(Entity, usize)]); 6] = [
        (phone([own]), &[(O, 1), (R, 1), (B, 1), (V, 1)]),
        (phone([]), &[(O, 1)]),
        // Person 1 and the one who gave the same NIK live in the first kelurahan.
        (kelurahan, &[(O, 1), (R, 2), (B, 2), (V, 1)]),
        // A request that waits for a look is not for the tablets.
        (
            Kind::Operator,
            &[
                (O, 1),
                (R, 4),
                (B, 2),
                (V, 1),
                (Lease, leases),
                (T, 1),
                (F, 1),
            ],
        ),
        (
            Kind::Head,
            &[
                (O, 1),
                (R, 4),
                (B, 3),
                (V, 1),
                (I, 1),
                (Lease, leases),
                (T, 1),
                (F, 1),
            ],
        ),
        (Kind::Admin, &[(O, 1)]),
    ];
    for (kind, expected) in all {
        let got = kinds(&seen(&story, kind.clone()));
        assert_eq!(got, expected.iter().copied().collect(), "{kind:?}");
    }
}

#[test]
fn numbers_in_full_only_where_they_are_needed() {
    let (story, own) = busy();
    let told = |kind: Kind| {
        let text = text(&seen(&story, kind));
        for secret in ["holders", "nik_key", "tries", "\"claim\":\""] {
            assert!(!text.contains(secret), "{secret}");
        }
        [NIK_1, NIK_2, NIK_3].map(|nik| text.contains(nik))
    };
    assert_eq!(told(phone([own])), [true, false, false]);
    assert_eq!(told(Kind::Kelurahan(code("1571081001"))), [false; 3]);
    // Person 1 comes today; person 2 comes next week; person 3 has no booking.
    assert_eq!(told(Kind::Operator), [true, false, false]);
    assert_eq!(told(Kind::Head), [false; 3]);
    assert_eq!(told(Kind::Admin), [false; 3]);
}

#[test]
fn tickets_stay_with_the_resident() {
    let (story, own) = busy();
    let signed = |kind: Kind| text(&seen(&story, kind)).contains("\"ticket\":\"RK");
    assert!(signed(phone([own])));
    for kind in [
        Kind::Kelurahan(code("1571081001")),
        Kind::Operator,
        Kind::Head,
    ] {
        assert!(!signed(kind));
    }
}

/// The own phone counts its missed days; no member of staff does.
#[test]
fn who_stayed_away_how_often_is_shown_to_no_staff() {
    let (mut story, own) = busy();
    for row in story.rows.values_mut() {
        match row {
            Row::Booking(b) => b.no_shows = 77,
            Row::Resident(r) => r.no_shows = 77,
            _ => {}
        }
    }
    let counts = |kind: Kind| text(&seen(&story, kind)).contains("\"no_shows\":77");
    assert!(counts(phone([own])));
    let kelurahan = code("1571081001");
    for kind in [Kind::Kelurahan(kelurahan), Kind::Operator, Kind::Head] {
        assert!(!counts(kind.clone()), "{kind:?}");
    }
}

/// A resident's phone that was odd is no way to join the people who share it.
#[test]
fn staff_learn_no_id_of_a_phone_from_a_flag() {
    let flag = |kind| Flag {
        id: FlagId(Uuid::from_u128(1)),
        office: OFFICE,
        kind,
        subject: Uuid::from_u128(2),
        op: OpId(Uuid::from_u128(3)),
        device: device(7),
        at: crate::fixtures::monday(),
        resolved_by: None,
    };
    for (kind, is_told) in [
        (flag::Kind::NikInUse, false),
        (flag::Kind::CodeGuessed, false),
        (flag::Kind::PhonesDisagree, false),
        (flag::Kind::UnknownTicket, true),
    ] {
        for of in [Kind::Operator, Kind::Head] {
            let seen = scope(of).view(&flag(kind).into()).unwrap();
            let has_device = text(&[seen]).contains(&device(7).to_string());
            assert_eq!(has_device, is_told, "{kind:?}");
        }
    }
}

#[test]
fn kelurahan_staff_know_who_is_old_enough_and_nothing_more() {
    let (story, _) = busy();
    for row in seen(&story, Kind::Kelurahan(code("1571081001"))) {
        let Row::Resident(r) = row else { continue };
        assert_eq!(r.kelurahan, Some(code("1571081001")));
        assert!(r.birth.is_some() && r.nik.is_none() && r.kk.is_none() && r.phone.is_none());
        assert!(r.nik_masked.is_some());
    }
}

#[test]
fn whom_the_office_left_without_an_answer_staff_can_call() {
    let (story, own) = busy();
    let mut resident: Resident = story.get::<Resident>(own).clone();
    resident.phone = Phone::parse("081234567890").ok();
    for to_call in [false, true] {
        if let Some(active) = &mut resident.active {
            active.to_call = to_call;
        }
        for kind in [Kind::Head, Kind::Kelurahan(code("1571081001"))] {
            let seen = scope(kind).view(&resident.clone().into());
            let Some(Row::Resident(seen)) = seen else {
                panic!("{seen:?}")
            };
            assert_eq!(seen.phone.is_some(), to_call);
            assert!(seen.nik.is_none() && seen.kk.is_none());
        }
    }
}

#[test]
fn another_offices_settings_are_not_in_the_scope() {
    let mut office = crate::fixtures::office();
    office.id = OfficeId(2);
    assert_eq!(scope(Kind::Head).view(&office.into()), None);
}

/// Rows that only the server needs reach nobody, not even the head.
#[test]
fn what_never_leaves_the_server() {
    let (story, own) = busy();
    for row in story.rows.values() {
        let key = row.key();
        if matches!(
            key.0,
            Entity::Desk | Entity::Slot | Entity::Device | Entity::NikClaim | Entity::Claim
        ) {
            for kind in [phone([own]), Kind::Operator, Kind::Head] {
                assert_eq!(scope(kind).view(row), None);
            }
        }
    }
}

#[test]
fn a_tablet_starts_afresh_each_day_and_nobody_else_does() {
    let next = |kind: Kind| {
        let today = scope(kind.clone());
        let tomorrow = Scope {
            today: days_after(today.today, 1),
            ..today.clone()
        };
        today.hash() != tomorrow.hash()
    };
    assert!(next(Kind::Operator));
    assert!(!next(Kind::Head) && !next(Kind::Kelurahan(code("1571081001"))));
    let one = BTreeSet::from([ResidentId(Uuid::from_u128(1))]);
    let two = BTreeSet::from([
        ResidentId(Uuid::from_u128(1)),
        ResidentId(Uuid::from_u128(2)),
    ]);
    let hashes: BTreeSet<_> = [
        phone(one),
        phone(two),
        Kind::Kelurahan(code("1571081001")),
        Kind::Kelurahan(code("1571081002")),
        Kind::Operator,
        Kind::Head,
        Kind::Admin,
    ]
    .map(|kind| scope(kind).hash())
    .into();
    assert_eq!(hashes.len(), 7);
}

#[test]
fn an_account_without_a_kelurahan_sees_nothing() {
    assert_eq!(Kind::of_staff(Role::Kelurahan, None), None);
    assert_eq!(Kind::of_staff(Role::Resident, None), None);
    assert_eq!(Kind::of_staff(Role::Operator, None), Some(Kind::Operator));
}

#[test]
fn where_a_pull_goes_on() {
    let at = |hash: String, seq| ScopeCursor {
        hash,
        seq,
        floor: 0,
    };
    let (head, operator) = (scope(Kind::Head), scope(Kind::Operator));
    let elsewhere = Scope {
        office: OfficeId(2),
        ..head.clone()
    };
    let cursor = |epoch: &str, scopes: &[(&Scope, u64)]| Cursor {
        epoch: epoch.to_owned(),
        scopes: scopes
            .iter()
            .map(|(s, seq)| (s.office, at(s.hash(), *seq)))
            .collect(),
    };
    let (one, two) = (OFFICE, OfficeId(2));
    for (name, cursor, scopes, reset, from) in [
        (
            "first time",
            Cursor::default(),
            vec![head.clone()],
            vec![],
            vec![0],
        ),
        (
            "goes on",
            cursor("e1", &[(&head, 7)]),
            vec![head.clone()],
            vec![],
            vec![7],
        ),
        (
            "other rights",
            cursor("e1", &[(&operator, 7)]),
            vec![head.clone()],
            vec![one],
            vec![0],
        ),
        (
            "rights lost",
            cursor("e1", &[(&head, 7)]),
            vec![],
            vec![one],
            vec![],
        ),
        (
            "an office more",
            cursor("e1", &[(&head, 7)]),
            vec![head.clone(), elsewhere.clone()],
            vec![],
            vec![7, 0],
        ),
        (
            "an office less",
            cursor("e1", &[(&head, 7), (&elsewhere, 3)]),
            vec![head.clone()],
            vec![two],
            vec![7],
        ),
        (
            "a backup put back",
            cursor("e0", &[(&head, 7)]),
            vec![head.clone()],
            vec![one],
            vec![0],
        ),
    ] {
        let plan = cursor.plan("e1", scopes, |_| 0);
        assert_eq!(plan.reset, reset, "{name}");
        let got: Vec<_> = plan.read.iter().map(|(_, from)| *from).collect();
        assert_eq!(got, from, "{name}");
    }
    assert_ne!(DeviceId::system(one), DeviceId::system(two));
}

/// What is gone is no longer told below the floor: who was away so long pulls all of it anew, but not
/// who began to pull after it was forgotten.
#[test]
fn an_old_position_begins_anew() {
    let head = scope(Kind::Head);
    for (seq, begun_at, expected) in [
        (4, 0, 0),
        (4, 4, 0),
        (5, 0, 5),
        (9, 0, 9),
        (1, 5, 1),
        (0, 5, 0),
    ] {
        let at = ScopeCursor {
            hash: head.hash(),
            seq,
            floor: begun_at,
        };
        let cursor = Cursor {
            epoch: "e1".to_owned(),
            scopes: [(OFFICE, at)].into(),
        };
        let plan = cursor.plan("e1", vec![head.clone()], |_| 5);
        assert_eq!(plan.read[0].1, expected, "{seq} begun at {begun_at}");
        let anew = seq.max(begun_at) < 5;
        assert_eq!(plan.reset.is_empty(), !anew, "{seq} begun at {begun_at}");
    }
}

/// A village day, a bundle of each kelurahan, and two invitations: person 3's for tomorrow, person 4's
/// for next week.
fn invited() -> (Story, [ResidentId; 2]) {
    let mut story = Story::new();
    let mut other = person(4);
    other.kelurahan = Some(code("1571081002"));
    story.enrol(vec![person(3), other]);
    let mut put = |row: Row| story.rows.insert(row.key(), row);
    let who = [
        ("1571081001", "2026-11-24T09:30"),
        ("1571081002", "2026-11-30T09:30"),
    ];
    for (kelurahan, _) in who {
        let of = Neighbourhood {
            kelurahan: code(kelurahan),
            rw: None,
            rt: Some(1),
        };
        put(Row::Bundle(Bundle {
            id: of.id(OFFICE),
            office: OFFICE,
            of,
            carrier: PersonName::parse("Pak Darmo").unwrap(),
            at: crate::fixtures::monday(),
            by: None,
        }));
    }
    let mut all: Vec<Invitation> = story.all::<Invitation>().into_iter().cloned().collect();
    all.sort_by_key(|i| i.kelurahan.clone());
    for (invitation, (_, start)) in all.iter_mut().zip(who) {
        invitation.proposal = Some(Proposal {
            slot: crate::fixtures::slot(start),
            session: None,
            held: true,
        });
        let row = Row::from(invitation.clone());
        story.rows.insert(row.key(), row);
    }
    (story, [all[0].resident, all[1].resident])
}

#[test]
fn who_sees_which_invitations_and_bundles() {
    let (story, [own, other]) = invited();
    let of = |kind: Kind| {
        let rows = seen(&story, kind);
        let invited: Vec<_> = rows
            .iter()
            .filter_map(Invitation::of)
            .map(|i| i.resident)
            .collect();
        let bundles = rows.iter().filter_map(Bundle::of).count();
        (invited, bundles)
    };
    assert_eq!(of(phone([own])), (vec![own], 0));
    assert_eq!(of(phone([])), (vec![], 0));
    let kelurahan = |digits| of(Kind::Kelurahan(code(digits)));
    assert_eq!(kelurahan("1571081001"), (vec![own], 1));
    assert_eq!(kelurahan("1571081002"), (vec![other], 1));
    // The desk knows who may come with the paper alone these days, and nobody of next week.
    assert_eq!(of(Kind::Operator), (vec![own], 0));
    let (mut all, bundles) = of(Kind::Head);
    all.sort();
    let mut both = vec![own, other];
    both.sort();
    assert_eq!((all, bundles), (both, 2));
    assert_eq!(of(Kind::Admin), (vec![], 0));
}

/// A phone that knew an account's id could send ops under it, for the head to say yes to.
#[test]
fn a_phone_reads_no_account_of_staff() {
    use crate::invitation::{State, TakenBack, Word};
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let own = story.all::<Resident>()[0].id;
    let clerk = staff(Role::Kelurahan).user;
    let invitation = story.all::<Invitation>()[0].clone();
    let at = story.now;
    let word = Word {
        state: State::Printed,
        at,
        by: clerk,
    };
    let signed = Invitation {
        by: clerk,
        before: Some(Box::new(word)),
        taken_back: Some(TakenBack { at, by: clerk }),
        ..invitation
    };
    let row = Row::from(signed.clone());
    story.rows.insert(row.key(), row);
    let id = clerk.unwrap().to_string();
    let phone = seen(&story, phone([own]));
    assert_eq!(kinds(&phone)[&Entity::Invitation], 1);
    assert!(!text(&phone).contains(&id));
    // Staff see it.
    let kelurahan = seen(&story, Kind::Kelurahan(code("1571081001")));
    assert!(text(&kelurahan).contains(&id));
}
