//! A phone books with somebody else's NIK: it reads nothing of the person, and keeps nobody out.

use crate::{
    booking::State,
    command::{Applicant, Command, Receipt, WalkIn},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, device, nik_key, person, queue, refusal, staff, wish},
    flag::{Flag, Kind},
    ids::{DeviceId, OfficeId},
    person::{BirthDate, PersonName, Phone},
    problem::Code,
    resident::{Draft, NikClaim, Resident, Source},
    row::Row,
    scope::{self, Scope},
    sync::Role,
};
use chrono::TimeDelta;

use super::invited::{THURSDAY, invited};

const TUESDAY: &str = "2026-11-24T09:30";
const WEDNESDAY: &str = "2026-11-25T09:30";

fn stranger() -> DeviceId {
    device(66)
}

/// The NIK is person 1's; all else is made up.
fn made_up() -> Draft {
    Draft {
        name: PersonName::parse("Orang Lain").unwrap(),
        kk: person(900).kk,
        birth: BirthDate::parse("1999-01-01").ok(),
        phone: None,
        rt: Some(9),
        ..person(1)
    }
}

fn real() -> Draft {
    Draft {
        name: PersonName::parse("Dewi Kusuma").unwrap(),
        phone: Phone::parse("081234567890").ok(),
        rt: Some(3),
        ..person(1)
    }
}

fn claim(story: &Story) -> NikClaim {
    story
        .get::<NikClaim>(nik_key(person(1).nik.as_ref().unwrap()))
        .clone()
}

/// All that the stranger's phone may pull, as text.
fn read_by(story: &Story, phone: DeviceId) -> String {
    let own = story.all::<Resident>().into_iter();
    let ids = own.filter(|r| r.holders.contains(&phone)).map(|r| r.id);
    let scope = Scope {
        office: OFFICE,
        today: story.now.date_naive(),
        kind: scope::Kind::Phone {
            device: phone,
            own: ids.collect(),
        },
    };
    let seen = story
        .rows
        .values()
        .filter(|row| !matches!(row, Row::Office(_)));
    seen.filter_map(|row| scope.view(row)?.to_text().ok())
        .collect()
}

fn learns_nothing(story: &Story) {
    let read = read_by(story, stranger());
    for secret in [
        "Dewi",
        "081234567890",
        "6281234567890",
        "2000-01-15",
        real().kk.unwrap().as_str(),
    ] {
        assert!(!read.contains(secret), "{secret} in {read}");
    }
    assert!(read.contains("Orang Lain"), "what it typed itself");
}

fn book(story: &mut Story, from: u128, who: Draft, day: &str) -> crate::booking::Booking {
    booking(&story.book(device(from), who, &[day]))
}

#[test]
fn a_list_tells_a_stranger_nothing_and_takes_nobodys_seat() {
    let mut story = Story::new();
    let theirs = book(&mut story, 66, made_up(), TUESDAY);
    let Outcome::Applied(Receipt::Enrolled { enrolled }) = story.enrol(vec![real()]) else {
        panic!()
    };
    assert_eq!((enrolled.entered, enrolled.changed), (1, 0));
    learns_nothing(&story);
    assert_eq!(
        story.get::<crate::booking::Booking>(theirs.id),
        &theirs,
        "seat and ticket stay"
    );
    assert!(!story.get::<Resident>(theirs.resident).verified);
    assert_eq!(story.flags(), [Kind::NikInUse], "for the desk");
    let person = claim(&story);
    assert_eq!(
        (
            person.booking,
            story.get::<Resident>(person.resident).source
        ),
        (None, Source::Roll)
    );

    // The person books as if nobody had used the NIK.
    let own = book(&mut story, 1, real(), TUESDAY);
    assert_eq!((own.state, own.verified), (State::Confirmed, true));
    assert_eq!(
        (claim(&story).booking, own.resident),
        (Some(own.id), person.resident)
    );
    learns_nothing(&story);
    // The same list again finds the person.
    let before = story.rows.clone();
    story.enrol(vec![real()]);
    assert!(story.rows == before);
    // And what becomes of the other booking is no concern of the claim.
    booking(&story.say(
        stranger(),
        &Who::resident(),
        Command::CancelBooking { booking: theirs.id },
    ));
    assert_eq!(claim(&story).booking, Some(own.id));
}

/// Whoever typed the same numbers as the list is the person, and stays at the office where they booked.
#[test]
fn a_list_that_says_the_same_verifies() {
    let mut story = Story::new();
    let own = book(&mut story, 1, person(1), TUESDAY);
    assert!(claim(&story).unverified);
    story.enrol(vec![real()]);
    let known = story.get::<Resident>(own.resident);
    assert_eq!(
        (known.name.as_str(), known.verified, known.source),
        ("Dewi Kusuma", true, Source::Roll)
    );
    assert_eq!((story.all::<Resident>().len(), story.flags().len()), (1, 0));
    assert!(!claim(&story).unverified);
    // A new family card is news of somebody known.
    let mut moved = real();
    moved.kk = person(901).kk;
    story.enrol(vec![moved]);
    assert_eq!(story.all::<Resident>().len(), 1);
}

#[test]
fn a_stranger_does_not_keep_the_person_out() {
    let mut story = Story::new();
    story.enrol(vec![real()]);
    let theirs = book(&mut story, 66, made_up(), TUESDAY);
    assert_eq!((theirs.state, theirs.verified), (State::Confirmed, false));
    let own = book(&mut story, 1, real(), TUESDAY);
    assert_eq!(
        (own.state, own.verified),
        (State::Confirmed, true),
        "the claim passes to the person"
    );
    assert_eq!(claim(&story).booking, Some(own.id));
    assert_eq!(story.flags(), [Kind::NikInUse]);
    assert_eq!(
        story.get::<crate::booking::Booking>(theirs.id),
        &theirs,
        "seat and ticket stay"
    );
    learns_nothing(&story);
    // Moving the stranger's booking does not take the claim back.
    let moved = Command::RescheduleBooking(crate::command::RescheduleBooking {
        booking: theirs.id,
        choices: vec![crate::fixtures::slot(WEDNESDAY)],
        any_that_week: false,
    });
    booking(&story.say(stranger(), &Who::resident(), moved));
    assert_eq!(claim(&story).booking, Some(own.id));
    // A second request of the person is looked at, as ever.
    let again = book(&mut story, 2, real(), WEDNESDAY);
    assert_eq!(again.state, State::Requested { review: true });
}

/// Once cancelled, the same form again is not known to the office for all that.
#[test]
fn asking_twice_verifies_nobody() {
    let mut story = Story::new();
    let first = book(&mut story, 66, made_up(), TUESDAY);
    booking(&story.say(
        stranger(),
        &Who::resident(),
        Command::CancelBooking { booking: first.id },
    ));
    for phone in [66, 67] {
        let again = book(&mut story, phone, made_up(), WEDNESDAY);
        assert!(!again.verified, "{phone}");
        let cancel = Command::CancelBooking { booking: again.id };
        booking(&story.say(device(phone), &Who::resident(), cancel));
    }
}

/// Staff who book for the person, or the desk that takes them in, write into no record that a phone made.
#[test]
fn staff_write_nothing_where_a_stranger_reads() {
    for at_desk in [false, true] {
        let mut story = Story::new();
        let theirs = book(&mut story, 66, made_up(), TUESDAY);
        let cancel = Command::CancelBooking { booking: theirs.id };
        booking(&story.say(stranger(), &Who::resident(), cancel));
        let before = read_by(&story, stranger());
        let mut told = real();
        told.kk = None;
        let command = if at_desk {
            Command::WalkIn(WalkIn {
                who: Applicant::New(Box::new(told)),
                queue: queue("A-001"),
                priority: false,
                unknown_ticket: false,
                lease: None,
                at: None,
            })
        } else {
            Command::RequestBooking(wish(Applicant::New(Box::new(told)), &[WEDNESDAY]))
        };
        let outcome = story.say(device(9), &staff(Role::Operator), command);
        assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
        assert_eq!(
            read_by(&story, stranger()),
            before,
            "at the desk: {at_desk}"
        );
        learns_nothing(&story);
        let known = story.get::<Resident>(claim(&story).resident);
        assert_eq!(
            (known.name.as_str(), known.source),
            ("Dewi Kusuma", Source::Staff)
        );
    }
}

/// Somebody who booked with an old family card and lost the ticket is the same person at the desk.
#[test]
fn the_desk_knows_who_booked_by_name_or_second_number() {
    let birth = BirthDate::parse("2000-01-15").ok();
    for (name, kk, birth, same) in [
        ("Orang  LAIN", None, None, true),
        ("Orang Lain", person(900).kk, None, true),
        ("Orang Lain Sekali", person(900).kk, None, true),
        ("Orang Lain", None, birth, false),
        ("Dewi Kusuma", None, None, false),
        ("Dewi Kusuma", person(1).kk, None, false),
    ] {
        let known = made_up().into_resident(
            crate::ids::ResidentId(uuid::Uuid::nil()),
            OFFICE,
            Source::Own,
        );
        let told = Draft {
            name: PersonName::parse(name).unwrap(),
            kk,
            birth,
            ..person(1)
        };
        assert_eq!(known.may_be(&told), same, "{name}");
        let of_staff = Resident {
            source: Source::Staff,
            ..known
        };
        assert!(of_staff.may_be(&told));
    }
}

/// An unverified booking at another office does not keep anybody off the list here; a verified one does.
#[test]
fn a_booking_elsewhere_keeps_off_the_list_only_the_verified() {
    for (unverified, entered) in [(true, 1), (false, 0)] {
        let mut story = Story::new();
        let theirs = book(&mut story, 66, made_up(), TUESDAY);
        let there = NikClaim {
            office: OfficeId(2),
            unverified,
            ..claim(&story)
        };
        let row = Row::from(there);
        story.rows.insert(row.key(), row);
        let Outcome::Applied(Receipt::Enrolled { enrolled }) = story.enrol(vec![real()]) else {
            panic!()
        };
        assert_eq!(
            (enrolled.entered, enrolled.elsewhere),
            (entered, 1 - entered)
        );
        let held = claim(&story).booking;
        assert_eq!(held, (!unverified).then_some(theirs.id));
        learns_nothing(&story);
    }
}

/// A tablet that was locked sends that the person came with the paper: the claim passes from the stranger's
/// booking, and the op is marked. Both are to be looked at.
#[test]
fn a_marked_op_that_passes_a_claim_on_raises_two_flags() {
    let mut story = Story::new();
    let (resident, _) = invited(&mut story, 1);
    let theirs = book(&mut story, 66, made_up(), TUESDAY);
    assert_eq!(claim(&story).booking, Some(theirs.id));
    story.now += TimeDelta::days(3);
    story.marked = true;
    let walk_in = Command::WalkIn(WalkIn {
        who: Applicant::Known(resident),
        queue: queue("A-001"),
        priority: false,
        unknown_ticket: false,
        lease: None,
        at: None,
    });
    let came = story.say(device(9), &staff(Role::Operator), walk_in);
    assert!(matches!(came, Outcome::Applied(_)), "{came:?}");
    let own = claim(&story).booking.unwrap();
    let own: &crate::booking::Booking = story.get(own);
    assert_eq!(own.slot, Some(crate::fixtures::slot(THURSDAY)));
    let mut flags = story.flags();
    flags.sort();
    assert_eq!(flags, [Kind::NikInUse, Kind::SentAfterLock]);
}

/// On no roll: staff who book for the person, or accept their own request, take the claim over.
#[test]
fn a_nik_alone_keeps_nobody_out_of_whom_staff_say_who_it_is() {
    for by_staff in [true, false] {
        let mut story = Story::new();
        let theirs = book(&mut story, 66, made_up(), TUESDAY);
        let own = if by_staff {
            let wish = wish(Applicant::New(Box::new(real())), &[WEDNESDAY]);
            booking(&story.say(
                device(8),
                &staff(Role::Kelurahan),
                Command::RequestBooking(wish),
            ))
        } else {
            let asked = book(&mut story, 1, real(), WEDNESDAY);
            assert_eq!(asked.state, State::Requested { review: true });
            booking(&story.say(device(8), &staff(Role::Operator), accept(asked.id)))
        };
        assert_eq!((own.state, own.verified), (State::Confirmed, true));
        let now = claim(&story);
        assert_eq!(
            (now.booking, now.booked_by, now.resident, now.unverified),
            (Some(own.id), Some(own.resident), own.resident, false),
            "by staff: {by_staff}"
        );
        assert_eq!(
            story.get::<crate::booking::Booking>(theirs.id),
            &theirs,
            "seat and ticket stay"
        );
        let flagged = story.all::<Flag>();
        assert!(
            flagged.iter().any(|f| f.subject == theirs.id.0),
            "for the desk"
        );
        learns_nothing(&story);
        // A verified claim stands, whoever says what.
        let third = book(&mut story, 67, made_up(), TUESDAY);
        let told = story.say(device(8), &staff(Role::Operator), accept(third.id));
        assert_eq!(refusal(&told), Code::AlreadyBooked);
    }
}

/// Staff say less than a second number: it may be the person's own booking, and is looked at first.
#[test]
fn what_may_be_the_persons_own_booking_is_looked_at() {
    let mut story = Story::new();
    book(&mut story, 1, person(1), TUESDAY);
    let mut told = person(1);
    (told.kk, told.birth) = (None, None);
    let wish = wish(Applicant::New(Box::new(told)), &[WEDNESDAY]);
    let asked = story.say(
        device(8),
        &staff(Role::Operator),
        Command::RequestBooking(wish),
    );
    assert_eq!(booking(&asked).state, State::Requested { review: true });
}

fn accept(booking: crate::ids::BookingId) -> Command {
    Command::ReviewRequest {
        booking,
        accept: true,
    }
}

/// Claims of older versions do not say that nobody has verified the booking.
#[test]
fn a_claim_of_an_older_version_passes_on_too() {
    let mut story = Story::new();
    story.enrol(vec![real()]);
    let theirs = book(&mut story, 66, made_up(), TUESDAY);
    let older = Row::from(NikClaim {
        unverified: false,
        ..claim(&story)
    });
    story.rows.insert(older.key(), older);
    let own = book(&mut story, 1, real(), TUESDAY);
    assert_eq!((own.state, own.verified), (State::Confirmed, true));
    assert_eq!(claim(&story).booking, Some(own.id));
    assert!(story.all::<Flag>().iter().any(|f| f.subject == theirs.id.0));
}

/// After ten wrong KK numbers the person's own form is looked at. Once accepted, it is the roll's record that
/// is booked, on the seat that was held for it.
#[test]
fn a_request_beyond_the_bound_of_guesses_is_the_person_once_accepted() {
    let mut story = Story::new();
    let (resident, invitation) = invited(&mut story, 1);
    for n in 0..10 {
        let kk = crate::person::Kk::parse(&format!("157108010120{:04}", n + 1_000)).ok();
        story.book(
            device(100 + n),
            Draft { kk, ..person(1) },
            &["2026-11-20T09:30"],
        );
    }
    let asked = book(&mut story, 1, person(1), THURSDAY);
    assert_ne!(asked.resident, resident);
    let own = booking(&story.say(device(8), &staff(Role::Operator), accept(asked.id)));
    assert_eq!((own.id, own.resident), (asked.id, resident));
    assert_eq!(own.state, State::Confirmed);
    assert_eq!(claim(&story).booked_by, Some(resident));
    let paper: &crate::invitation::Invitation = story.get(invitation);
    assert_eq!(paper.reply, Some(crate::invitation::Reply::Confirmed));
    let one: &Resident = story.get(resident);
    assert_eq!(one.holders, [device(1)]);
    assert_eq!(one.active.map(|active| active.booking), Some(own.id));
    assert!(
        story.get::<Resident>(asked.resident).forgotten,
        "one person"
    );
    // Their phone has it.
    booking(&story.say(
        device(1),
        &Who::resident(),
        Command::CancelBooking { booking: own.id },
    ));
    // Somebody who has a booking gets no second one.
    let first = book(&mut story, 1, person(1), TUESDAY);
    let second = book(&mut story, 2, person(1), WEDNESDAY);
    assert_eq!(first.resident, resident);
    let told = story.say(device(8), &staff(Role::Operator), accept(second.id));
    assert_eq!(refusal(&told), Code::AlreadyBooked);
}

fn comes(who: Applicant) -> Command {
    Command::WalkIn(WalkIn {
        who,
        queue: queue("A-001"),
        priority: false,
        unknown_ticket: false,
        lease: None,
        at: None,
    })
}

/// A booking at another office would end as if they had not come: the desk is told.
#[test]
fn somebody_who_comes_and_is_booked_at_another_office_is_flagged() {
    for known in [false, true] {
        let mut story = Story::new();
        if known {
            story.enrol(vec![real()]);
        }
        let there = crate::ids::BookingId(uuid::Uuid::from_u128(77));
        let by = crate::ids::ResidentId(uuid::Uuid::from_u128(78));
        let key = nik_key(person(1).nik.as_ref().unwrap());
        let before = match known {
            true => claim(&story),
            false => NikClaim::of(key, OfficeId(2), by),
        };
        let row = Row::from(NikClaim {
            booking: Some(there),
            booked_by: Some(by),
            ..before
        });
        story.rows.insert(row.key(), row);
        let told = story.say(
            device(9),
            &staff(Role::Operator),
            comes(Applicant::New(Box::new(real()))),
        );
        assert!(matches!(told, Outcome::Applied(_)), "{told:?}");
        let flags = story.all::<Flag>();
        assert!(
            flags
                .iter()
                .any(|f| f.kind == Kind::NikInUse && f.subject == there.0),
            "known: {known}"
        );
    }
}

/// A lost tablet says that somebody came, with a KK number of its own choice: no phone becomes the person by
/// that, and no claim passes.
#[test]
fn a_locked_tablet_makes_nobody_known() {
    let mut story = Story::new();
    story.marked = true;
    let lost = || comes(Applicant::New(Box::new(made_up())));
    story.say(device(9), &staff(Role::Operator), lost());
    story.marked = false;
    let theirs = book(&mut story, 66, made_up(), TUESDAY);
    assert!(!theirs.verified);
    story.enrol(vec![real()]);
    learns_nothing(&story);

    let mut story = Story::new();
    let own = book(&mut story, 1, real(), TUESDAY);
    story.marked = true;
    story.say(device(9), &staff(Role::Operator), lost());
    assert_eq!(claim(&story).resident, own.resident);
}
