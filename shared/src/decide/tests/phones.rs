//! One phone asks to be the only one: the others hear of it, have a day to object, and staff settle it.

use crate::{
    command::{Applicant, Command, Receipt},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, device, person, refusal, staff, wish},
    flag::{Flag, Kind},
    ids::{DeviceId, OfficeId, ResidentId},
    person::BirthDate,
    problem::Code,
    removal::{PhoneId, Removal},
    resident::{ClaimHash, Device, Resident},
    row::Row,
    scope::{self, Scope},
    sync::Role,
};
use chrono::{DateTime, TimeDelta, Utc};

const SLIP: &str = "0123456789";
const BORN: &str = "2000-01-15";

fn claim(birth: &str, remove_others: bool) -> Command {
    Command::ClaimResident {
        code: ClaimHash::of_code(SLIP).unwrap(),
        birth: BirthDate::parse(birth).unwrap(),
        remove_others,
    }
}

fn done(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Applied(_)), "{outcome:?}");
}

/// Somebody with a slip, on phones 1 and 2.
fn on_two_phones() -> (Story, ResidentId) {
    let mut story = Story::new();
    let mut wish = wish(Applicant::New(Box::new(person(1))), &["2026-12-01T09:30"]);
    wish.claim = ClaimHash::of_code(SLIP).ok();
    let booked = story.say(
        device(8),
        &staff(Role::Kelurahan),
        Command::RequestBooking(wish),
    );
    let resident = booking(&booked).resident;
    for n in [1, 2] {
        done(&phone(&mut story, n, claim(BORN, false)));
    }
    (story, resident)
}

fn phone(story: &mut Story, n: u128, command: Command) -> Outcome {
    story.say(device(n), &Who::resident(), command)
}

/// The office's own device looks whether the day is over.
fn office(story: &mut Story, resident: ResidentId) {
    let said = story.say(
        DeviceId::system(OFFICE),
        &Who::system(OFFICE),
        Command::RemoveOthers { resident },
    );
    assert_eq!(said, Outcome::Applied(Receipt::Done));
}

/// The phones of 1 to 4 that may act for the person, by the device's row and by the person's alike.
fn holders(story: &Story, resident: ResidentId) -> Vec<u128> {
    let row = story.get::<Resident>(resident);
    let held = |n: &u128| row.holders.contains(&device(*n));
    let found: Vec<u128> = (1..=4).filter(held).collect();
    let devices = story.all::<Device>();
    let granted = |n: &u128| {
        devices
            .iter()
            .any(|row| row.id == device(*n) && row.may_act_for(resident))
    };
    assert_eq!(found, (1..=4).filter(granted).collect::<Vec<_>>());
    found
}

fn removal(story: &Story, resident: ResidentId) -> Option<Removal> {
    story.get::<Resident>(resident).removal.clone()
}

fn seen(story: &Story, resident: ResidentId, kind: scope::Kind) -> Option<Removal> {
    let scope = Scope {
        office: OFFICE,
        today: story.now.date_naive(),
        kind,
    };
    match scope.view(&story.get::<Resident>(resident).clone().into()) {
        Some(Row::Resident(row)) => row.removal,
        other => panic!("{other:?}"),
    }
}

/// What phone `n` reads of it: whether it asked, whether it is to go, and when.
fn told(
    story: &Story,
    resident: ResidentId,
    n: u128,
) -> Option<(bool, bool, Option<DateTime<Utc>>)> {
    let own = [resident].into();
    let device = device(n);
    let read = seen(story, resident, scope::Kind::Phone { device, own })?;
    assert!(read.by.is_none_or(|by| by == device), "{read:?}");
    assert!(read.of.iter().all(|of| *of == device), "{read:?}");
    assert_eq!(read.flag, None);
    Some((read.by.is_some(), !read.of.is_empty(), read.due))
}

#[test]
fn the_others_hear_of_it_and_go_a_day_later() {
    let (mut story, resident) = on_two_phones();
    let asked = phone(&mut story, 2, claim(BORN, true));
    assert_eq!(asked, Outcome::Applied(Receipt::Granted { resident }));
    let due = Some(story.now + TimeDelta::days(1));
    assert_eq!(told(&story, resident, 2), Some((true, false, due)));
    assert_eq!(told(&story, resident, 1), Some((false, true, due)));
    // Staff see that it waits, and nothing of the phones.
    for kind in [scope::Kind::Operator, scope::Kind::Head] {
        let read = seen(&story, resident, kind).unwrap();
        assert_eq!((read.due, read.by, read.of), (due, None, Vec::new()));
    }
    // A phone that comes later is not meant, and reads nothing of it.
    story.now += TimeDelta::hours(20);
    done(&phone(&mut story, 3, claim(BORN, false)));
    assert_eq!(told(&story, resident, 3), None);
    story.now += TimeDelta::hours(4) - TimeDelta::seconds(1);
    office(&mut story, resident);
    assert_eq!(holders(&story, resident), [1, 2, 3]);
    story.now += TimeDelta::seconds(1);
    office(&mut story, resident);
    assert_eq!(holders(&story, resident), [2, 3]);
    assert_eq!(removal(&story, resident), None);
    // Said again, nothing changes.
    let after = story.rows.clone();
    office(&mut story, resident);
    assert!(story.rows == after);
    assert_eq!(story.flags(), []);
    let keep = Command::KeepPhones { resident };
    assert_eq!(refusal(&phone(&mut story, 1, keep)), Code::PhoneRemoved);
}

#[test]
fn alone_there_is_nothing_to_remove() {
    let (mut story, resident) = on_two_phones();
    let lost = PhoneId::of(device(1), resident);
    let phone_1 = Command::RemovePhone {
        resident,
        phone: lost,
    };
    done(&story.say(device(8), &staff(Role::Operator), phone_1));
    done(&phone(&mut story, 2, claim(BORN, true)));
    assert_eq!(removal(&story, resident), None);
}

#[test]
fn a_phone_that_objects_stays_until_staff_have_looked() {
    let (mut story, resident) = on_two_phones();
    done(&phone(&mut story, 2, claim(BORN, true)));
    let keep = Command::KeepPhones { resident };
    done(&phone(&mut story, 1, keep.clone()));
    assert_eq!(story.flags(), [Kind::PhonesDisagree]);
    assert_eq!(story.all::<Flag>()[0].subject, resident.0);
    assert_eq!(told(&story, resident, 1), Some((false, true, None)));
    assert_eq!(told(&story, resident, 2), Some((true, false, None)));
    // Neither time nor a new request goes past it, and the head is told once.
    done(&phone(&mut story, 1, keep));
    for n in [1, 2, 3] {
        done(&phone(&mut story, n, claim(BORN, true)));
    }
    story.now += TimeDelta::days(9);
    office(&mut story, resident);
    assert_eq!(holders(&story, resident), [1, 2, 3]);
    assert_eq!(story.flags(), [Kind::PhonesDisagree]);
    assert_eq!(removal(&story, resident).unwrap().due, None);
}

/// Two phones that ask, object and take it back all day.
#[test]
fn phones_that_go_on_disagreeing_raise_one_flag_a_day() {
    let (mut story, resident) = on_two_phones();
    let keep = Command::KeepPhones { resident };
    for day in 1..=2 {
        for _ in 0..5 {
            done(&phone(&mut story, 2, claim(BORN, true)));
            done(&phone(&mut story, 1, keep.clone()));
            done(&phone(&mut story, 2, keep.clone()));
        }
        assert_eq!(story.all::<Flag>().len(), day);
        story.now += TimeDelta::days(1);
    }
}

#[test]
fn the_asking_phone_takes_it_back() {
    let (mut story, resident) = on_two_phones();
    let keep = Command::KeepPhones { resident };
    done(&phone(&mut story, 2, claim(BORN, true)));
    done(&phone(&mut story, 2, keep.clone()));
    assert_eq!((removal(&story, resident), story.flags()), (None, vec![]));
    // After an objection too; that somebody tried remains to be looked at.
    done(&phone(&mut story, 2, claim(BORN, true)));
    done(&phone(&mut story, 1, keep.clone()));
    done(&phone(&mut story, 2, keep));
    assert_eq!(removal(&story, resident), None);
    let flags = story.all::<Flag>();
    assert_eq!((flags.len(), flags[0].resolved_by), (1, None));
}

/// Both say that the other is to go: the first request counts, and the second objects to it.
#[test]
fn the_second_request_is_an_objection() {
    let (mut story, resident) = on_two_phones();
    done(&phone(&mut story, 2, claim(BORN, true)));
    story.now += TimeDelta::hours(1);
    done(&phone(&mut story, 1, claim(BORN, true)));
    let pending = removal(&story, resident).unwrap();
    assert_eq!((pending.by, pending.due), (Some(device(2)), None));
    assert_eq!(story.flags(), [Kind::PhonesDisagree]);
    story.now += TimeDelta::days(2);
    office(&mut story, resident);
    assert_eq!(holders(&story, resident), [1, 2]);
}

/// Asking again does not begin the day anew, and does not mean phones that came since.
#[test]
fn asking_again_changes_nothing() {
    let (mut story, resident) = on_two_phones();
    done(&phone(&mut story, 2, claim(BORN, true)));
    let pending = removal(&story, resident);
    story.now += TimeDelta::hours(5);
    done(&phone(&mut story, 3, claim(BORN, false)));
    done(&phone(&mut story, 2, claim(BORN, true)));
    assert_eq!(removal(&story, resident), pending);
}

/// A device's clock moves nothing: the day is the server's.
#[test]
fn the_day_is_the_server_s() {
    for shift in [TimeDelta::days(400), TimeDelta::days(-400)] {
        let (mut story, resident) = on_two_phones();
        story.shift = shift;
        story.lag = TimeDelta::days(3);
        done(&phone(&mut story, 2, claim(BORN, true)));
        let due = removal(&story, resident).unwrap().due;
        assert_eq!(due, Some(story.now + TimeDelta::days(1)), "{shift}");
    }
}

#[test]
fn staff_remove_a_lost_phone_at_once() {
    for role in [Role::Kelurahan, Role::Operator, Role::Head] {
        // The phone that asked, the one that is to go, and one that came since.
        for lost in [1, 2, 3] {
            for contested in [false, true] {
                let (mut story, resident) = on_two_phones();
                done(&phone(&mut story, 2, claim(BORN, true)));
                done(&phone(&mut story, 3, claim(BORN, false)));
                if contested {
                    done(&phone(&mut story, 1, Command::KeepPhones { resident }));
                }
                let remove = Command::RemovePhone {
                    resident,
                    phone: PhoneId::of(device(lost), resident),
                };
                let who = staff(role);
                done(&story.say(device(9), &who, remove.clone()));
                let left: Vec<u128> = [1, 2, 3].into_iter().filter(|n| *n != lost).collect();
                assert_eq!(holders(&story, resident), left, "{role:?} {lost}");
                assert_eq!(removal(&story, resident), None);
                let flags = story.all::<Flag>();
                assert_eq!(flags.len(), usize::from(contested));
                assert!(flags.iter().all(|flag| flag.resolved_by == who.user));
                let after = story.rows.clone();
                done(&story.say(device(9), &who, remove));
                story.now += TimeDelta::days(2);
                office(&mut story, resident);
                assert!(story.rows == after, "once is enough");
                let keep = Command::KeepPhones { resident };
                let told = refusal(&phone(&mut story, lost, keep));
                assert_eq!(told, Code::PhoneRemoved);
            }
        }
    }
}

#[test]
fn staff_let_all_phones_stay() {
    let keep = |resident| Command::KeepPhones { resident };
    for role in [Role::Kelurahan, Role::Operator, Role::Head] {
        let (mut story, resident) = on_two_phones();
        done(&phone(&mut story, 2, claim(BORN, true)));
        done(&phone(&mut story, 1, keep(resident)));
        done(&story.say(device(9), &staff(role), keep(resident)));
        assert_eq!(removal(&story, resident), None);
        assert_eq!(story.all::<Flag>()[0].resolved_by, staff(role).user);
        assert_eq!(holders(&story, resident), [1, 2]);
    }
    // The head may do so with the flag.
    let (mut story, resident) = on_two_phones();
    done(&phone(&mut story, 2, claim(BORN, true)));
    done(&phone(&mut story, 1, keep(resident)));
    let flag = story.all::<Flag>()[0].id;
    let resolve = Command::ResolveFlag { flag };
    done(&story.say(device(9), &staff(Role::Head), resolve.clone()));
    assert_eq!(removal(&story, resident), None);
    // A flag that was dealt with ends no later request.
    done(&phone(&mut story, 2, claim(BORN, true)));
    done(&story.say(device(9), &staff(Role::Head), resolve));
    assert!(removal(&story, resident).is_some());
}

/// A code that is wrong, or was tried too often, asks for nothing.
#[test]
fn a_stranger_removes_nobody() {
    let (mut story, resident) = on_two_phones();
    for n in 0..10 {
        let guess = claim(&format!("1990-01-{}", n + 10), true);
        let told = phone(&mut story, 100 + n, guess);
        assert_eq!(refusal(&told), Code::ClaimUnknown);
    }
    let right = phone(&mut story, 200, claim(BORN, true));
    assert_eq!(refusal(&right), Code::ClaimReview);
    assert_eq!(removal(&story, resident), None);
    assert_eq!(holders(&story, resident), [1, 2]);
}

#[test]
fn who_may_say_what() {
    let (mut story, resident) = on_two_phones();
    done(&phone(&mut story, 2, claim(BORN, true)));
    let phone = PhoneId::of(device(1), resident);
    let keep = Command::KeepPhones { resident };
    let remove = Command::RemovePhone { resident, phone };
    let others = Command::RemoveOthers { resident };
    let elsewhere = Who {
        kelurahan: Some(crate::fixtures::code("1571081002")),
        ..staff(Role::Kelurahan)
    };
    let far = Who {
        office: Some(OfficeId(2)),
        ..staff(Role::Operator)
    };
    let stranger = Who::resident();
    let before = story.rows.clone();
    for (who, command, code) in [
        (&stranger, &keep, Code::PhoneRemoved),
        (&stranger, &remove, Code::NotAllowed),
        (&stranger, &others, Code::NotAllowed),
        (&elsewhere, &keep, Code::NotAllowed),
        (&elsewhere, &remove, Code::NotAllowed),
        (&far, &keep, Code::OtherOffice),
        (&far, &remove, Code::OtherOffice),
        (&staff(Role::Admin), &keep, Code::NotAllowed),
        (&staff(Role::Admin), &remove, Code::NotAllowed),
        (&staff(Role::Head), &others, Code::NotAllowed),
        (&Who::system(OFFICE), &remove, Code::NotAllowed),
    ] {
        let told = story.say(device(4), who, command.clone());
        assert_eq!(refusal(&told), code, "{who:?} {command:?}");
        assert!(story.rows == before);
    }
}

/// Who is forgotten has no phones, and nothing is pending for them.
#[test]
fn a_request_goes_with_the_person() {
    let (mut story, resident) = on_two_phones();
    let booked = story.get::<Resident>(resident).active.unwrap().booking;
    let cancel = Command::CancelBooking { booking: booked };
    done(&phone(&mut story, 1, cancel));
    done(&phone(&mut story, 2, claim(BORN, true)));
    let forget = Command::ForgetResident {
        resident,
        bookings: vec![booked],
        asked: true,
    };
    let system = Who::system(OFFICE);
    done(&story.say(DeviceId::system(OFFICE), &system, forget));
    assert_eq!(removal(&story, resident), None);
    story.now += TimeDelta::days(2);
    office(&mut story, resident);
    assert_eq!(holders(&story, resident), []);
}
