//! Days in the villages: they take operators along, move with their people, and take longer.

use super::plan::{
    FRIDAY, ONE, allot, confirm, day, done, head, invitation, part, parts, people, place, plan,
    print,
};
use crate::{
    booking::{Booking, State as BookingState},
    command::{Command, DayChange, SetDay},
    decide::{Outcome, Who},
    fixtures::{OFFICE, Story, booking, code, device, office, refusal, slot, staff},
    ids::{DeviceId, SessionId},
    invitation::Invitation,
    office::{ClosedDay, Hours, Office, StaffedDay},
    problem::Code,
    resident::{Claim, ClaimHash, Resident},
    row::Key,
    session::{Details, Item, Session},
    slot::Slot,
    sync::Role,
};
use chrono::{NaiveTime, TimeDelta};

fn at(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

pub(super) fn details(date: &str) -> Details {
    Details {
        kelurahan: vec![code(ONE)],
        place: "Balai Desa Sukadamai".to_owned(),
        coordinates: None,
        date: day(date),
        hours: Hours {
            open: at(7, 30),
            close: at(15, 30),
            break_from: at(11, 30),
            break_to: at(12, 30),
        },
        stations: 1,
        staff: 1,
        from_office: 1,
    }
}

pub(super) fn plan_session(
    story: &mut Story,
    session: Option<SessionId>,
    version: u32,
    details: Details,
) -> Outcome {
    let details = Box::new(details);
    let command = Command::PlanSession {
        session,
        version,
        details,
    };
    story.say(device(70), &head(), command)
}

fn session(story: &Story) -> &Session {
    story.all::<Session>()[0]
}

#[test]
fn a_session_comes_before_the_office_and_takes_its_operators() {
    let mut story = Story::new();
    let people = people(&mut story, 1..3);
    done(plan_session(&mut story, None, 0, details("2026-12-02")));
    let id = session(&story).id;
    let staffed = &story.get::<Office>(Key::office(OFFICE)).settings.staffed;
    assert_eq!((staffed.len(), staffed[0].stations), (1, 1));
    // "As usual" is about the office; that operator is in the village all the same.
    let closed = DayChange::Closed {
        reason: "Listrik padam".to_owned(),
    };
    for change in [closed, DayChange::AsUsual, DayChange::AsUsual] {
        let date = day("2026-12-02");
        let command = Command::SetDay(SetDay { date, change });
        done(story.say(device(70), &head(), command));
        let settings = &story.get::<Office>(Key::office(OFFICE)).settings;
        assert_eq!(settings.stations_on(date), 1);
    }
    let village = "2026-12-02T07:30";
    let both = vec![part(FRIDAY, None, 1), part(village, Some(id), 1)];
    done(confirm(&mut story, 0, both));
    allot(&mut story, &people);
    assert_eq!(
        place(&story, people[0]).as_deref(),
        Some("2026-12-02T07:30 village")
    );
    assert_eq!(place(&story, people[1]).as_deref(), Some(FRIDAY));

    let cancel = Command::CancelSession {
        session: id,
        reason: " ".to_owned(),
    };
    assert_eq!(
        refusal(&story.say(device(70), &head(), cancel)),
        Code::ReasonMissing
    );
    let cancel = Command::CancelSession {
        session: id,
        reason: "Banjir".to_owned(),
    };
    done(story.say(device(70), &head(), cancel));
    assert!(
        story
            .get::<Office>(Key::office(OFFICE))
            .settings
            .staffed
            .is_empty()
    );
    assert_eq!(
        parts(&story),
        [(FRIDAY.to_owned(), 1, 1)],
        "its parts are gone"
    );
    assert_eq!(plan(&story).version, 2);
    done(confirm(&mut story, 2, vec![part(FRIDAY, None, 2)]));
    allot(&mut story, &people);
    assert_eq!(place(&story, people[0]).as_deref(), Some(FRIDAY));
}

#[test]
fn a_session_moved_after_printing_takes_its_people_along() {
    let mut story = Story::new();
    let people = people(&mut story, 1..4);
    done(plan_session(&mut story, None, 0, details("2026-12-02")));
    let id = session(&story).id;
    let (first, second) = ("2026-12-02T07:30", "2026-12-02T08:30");
    let there = vec![part(first, Some(id), 2), part(second, Some(id), 1)];
    done(confirm(&mut story, 0, there));
    allot(&mut story, &people);
    let codes = ["ABCDE12345", "ABCDE12346", "ABCDE12347"];
    let papers: Vec<_> = people
        .iter()
        .zip(codes)
        .map(|(who, code)| print(&mut story, *who, code))
        .collect();
    let accept = Command::AnswerInvitation {
        invitation: papers[0],
        accept: true,
    };
    let booked = booking(&story.say(device(71), &staff(Role::Kelurahan), accept));
    assert_eq!((booked.session, booked.slot), (Some(id), Some(slot(first))));

    // A day later and half an hour too.
    let mut moved = details("2026-12-03");
    moved.hours.open = at(8, 0);
    assert_eq!(
        refusal(&plan_session(&mut story, Some(id), 3, moved.clone())),
        Code::SessionChanged
    );
    done(plan_session(&mut story, Some(id), 0, moved));
    let starts = ["2026-12-03T08:00", "2026-12-03T09:00"];
    assert_eq!(
        parts(&story),
        [(starts[0].to_owned(), 2, 2), (starts[1].to_owned(), 1, 1)]
    );
    allot(&mut story, &people[1..]);
    let system = Who::system(OFFICE);
    let follow = Command::FollowSession { booking: booked.id };
    done(story.say(DeviceId::system(OFFICE), &system, follow.clone()));
    done(story.say(DeviceId::system(OFFICE), &system, follow));
    let booked: &Booking = story.get(booked.id);
    assert_eq!(
        (booked.slot, booked.moved_by_office),
        (Some(slot(starts[0])), true)
    );
    assert!(booked.ticket.is_some());
    let moved = booked.clone();
    let to_call = |story: &Story| {
        let resident: &Resident = story.get(people[0]);
        resident.active.map(|active| active.to_call)
    };
    assert_eq!(to_call(&story), Some(true));
    let yes = |story: &mut Story, to: &str| {
        let (booking, slot) = (moved.id, Some(slot(to)));
        let command = Command::AnswerOffer { booking, slot };
        story.say(device(71), &staff(Role::Kelurahan), command)
    };
    assert_eq!(refusal(&yes(&mut story, first)), Code::BookingState);
    let agreed = booking(&yes(&mut story, starts[0]));
    let same = Booking {
        moved_by_office: false,
        decided_at: agreed.decided_at,
        ..moved.clone()
    };
    assert_eq!(agreed, same);
    assert_eq!(to_call(&story), Some(false));
    assert_eq!(booking(&yes(&mut story, starts[0])), agreed);
    assert_eq!(
        place(&story, people[1]).unwrap(),
        format!("{} village", starts[0])
    );
    assert_eq!(
        place(&story, people[2]).unwrap(),
        format!("{} village", starts[1])
    );
    assert!(
        papers[1..]
            .iter()
            .all(|id| story.get::<Invitation>(*id).changed)
    );
    let old: &Slot = story.get(slot(first).id_at(OFFICE, Some(id)));
    assert_eq!((old.booked, old.held), (0, 0));
    let new: &Slot = story.get(slot(starts[0]).id_at(OFFICE, Some(id)));
    assert_eq!((new.booked, new.held), (1, 1));
    // The codes on the papers are as good as before.
    for (code, who) in codes.iter().zip(&people) {
        let claims = story.all::<Claim>();
        let hash = ClaimHash::of_code(code).unwrap().kept();
        let claim = claims.iter().find(|claim| claim.code == hash).unwrap();
        assert_eq!(claim.resident, *who);
    }
    assert_eq!(parts(&story)[0].2, 2, "counted once");
}

/// Two operators at the office leave one station; the session has become a single hour.
#[test]
fn who_finds_no_seat_in_a_shorter_session_is_on_the_staff_s_list() {
    let mut story = Story::new();
    let people = people(&mut story, 1..6);
    done(plan_session(&mut story, None, 0, details("2026-12-02")));
    let id = session(&story).id;
    let there = vec![
        part("2026-12-02T07:30", Some(id), 3),
        part("2026-12-02T14:30", Some(id), 2),
    ];
    done(confirm(&mut story, 0, there));
    allot(&mut story, &people);
    let mut booked = Vec::new();
    for who in &people {
        let invitation = invitation(&story, *who).unwrap().id;
        let accept = Command::AnswerInvitation {
            invitation,
            accept: true,
        };
        booked.push(booking(&story.say(device(71), &staff(Role::Kelurahan), accept)).id);
    }
    let mut short = details("2026-12-03");
    (short.hours.close, short.hours.break_from) = (at(8, 30), at(8, 30));
    done(plan_session(&mut story, Some(id), 0, short));
    for booking in &booked {
        let follow = Command::FollowSession { booking: *booking };
        done(story.say(DeviceId::system(OFFICE), &Who::system(OFFICE), follow));
    }
    let states: Vec<_> = booked
        .iter()
        .map(|id| story.get::<Booking>(*id).state)
        .collect();
    use BookingState::{Confirmed, Unplaced};
    assert_eq!(
        states,
        [Confirmed, Confirmed, Confirmed, Unplaced, Unplaced]
    );
}

#[test]
fn nobody_works_longer_than_the_law_allows() {
    type Change = fn(&mut Details);
    let cases: [(&str, Change, Option<Code>); 11] = [
        ("as it is", |_| {}, None),
        (
            "more stations than staff",
            |d| d.stations = 2,
            Some(Code::Workload),
        ),
        (
            "eight hours for one",
            |d| d.hours.close = at(16, 30),
            Some(Code::Workload),
        ),
        (
            "no break for one",
            |d| d.hours.break_to = d.hours.break_from,
            Some(Code::Workload),
        ),
        (
            "no break for two who take turns",
            |d| {
                d.hours.break_to = d.hours.break_from;
                d.staff = 2;
            },
            None,
        ),
        (
            "three of two operators",
            |d| {
                (d.staff, d.from_office) = (3, 3);
            },
            Some(Code::Workload),
        ),
        (
            "more from the office than there are",
            |d| d.from_office = 2,
            Some(Code::Workload),
        ),
        (
            "Christmas",
            |d| d.date = day("2026-12-25"),
            Some(Code::PlanCalendar),
        ),
        ("a Saturday", |d| d.date = day("2026-12-05"), None),
        (
            "yesterday",
            |d| d.date = day("2026-11-22"),
            Some(Code::DayPast),
        ),
        (
            "nowhere",
            |d| d.place = "  ".to_owned(),
            Some(Code::Malformed),
        ),
    ];
    for (name, change, code) in cases {
        let mut details = details("2026-12-02");
        change(&mut details);
        let outcome = plan_session(&mut Story::new(), None, 0, details);
        match code {
            None => done(outcome),
            Some(code) => assert_eq!(refusal(&outcome), code, "{name}"),
        }
    }
    // Forty hours for one: 28 at the office from Monday to Thursday, then Friday, Saturday and Sunday.
    let mut story = Story::new();
    let mut office = office();
    (office.settings.operators, office.settings.stations) = (1, 1);
    story.rows.insert(Key::office(OFFICE), office.into());
    done(plan_session(&mut story, None, 0, details("2026-12-05")));
    let sunday = plan_session(&mut story, None, 0, details("2026-12-06"));
    assert_eq!(refusal(&sunday), Code::Workload);
    let same_day = plan_session(&mut story, None, 0, details("2026-12-05"));
    assert_eq!(
        refusal(&same_day),
        Code::Workload,
        "the one operator is in the other village"
    );
}

#[test]
fn the_day_itself_is_made_ready_and_extended() {
    let mut story = Story::new();
    done(plan_session(&mut story, None, 0, details("2026-11-24")));
    let id = session(&story).id;
    let operator = staff(Role::Operator);
    let tick = Command::TickSession {
        session: id,
        item: Item::Generator,
        done: true,
    };
    done(story.say(device(3), &operator, tick));
    assert!(session(&story).checklist.generator && !session(&story).checklist.network);
    let extend = |until| Command::ExtendSession { session: id, until };
    let early = story.say(device(3), &operator, extend(at(17, 0)));
    assert_eq!(refusal(&early), Code::SessionChanged, "it is tomorrow");
    story.now += TimeDelta::hours(31);
    for (until, fits) in [
        (at(14, 0), false),
        (at(22, 30), false),
        (at(21, 0), true),
        (at(20, 0), false),
        (at(22, 0), true),
    ] {
        let outcome = story.say(device(3), &operator, extend(until));
        assert_eq!(matches!(outcome, Outcome::Applied(_)), fits, "{until}");
    }
    let session = session(&story);
    assert_eq!(session.what.hours.close, at(22, 0));
    assert!(
        crate::sop::workload::session(&session.what).is_err(),
        "long, and the page says so"
    );
    let late = plan_session(&mut story, Some(id), 2, details("2026-12-02"));
    assert_eq!(refusal(&late), Code::SessionChanged, "it has begun");
    let clerk = staff(Role::Kelurahan);
    assert_eq!(
        refusal(&story.say(device(4), &clerk, extend(at(22, 0)))),
        Code::NotAllowed
    );
}

/// Days that are long past make no room for new ones: what a session and a head add stays within bounds.
#[test]
fn days_long_past_are_left_out_when_one_is_added() {
    let past = || {
        let mut office = office();
        let dates = day("2020-01-01").iter_days().take(1_000);
        let staffed = dates.map(|date| StaffedDay {
            date,
            stations: 1,
            reason: "Cuti".to_owned(),
        });
        office.settings.staffed = staffed.collect();
        let lately = ClosedDay {
            date: day("2026-11-20"),
            reason: "Listrik padam".to_owned(),
        };
        office.settings.closed = vec![lately];
        let mut story = Story::new();
        let row = crate::row::Row::from(office);
        story.rows.insert(row.key(), row);
        story
    };
    let staffed = |story: &Story| {
        let settings = story.get::<Office>(Key::office(OFFICE)).settings.clone();
        assert_eq!(
            settings.closed.len(),
            1,
            "working days of late are counted by it"
        );
        settings.staffed.len()
    };
    let mut story = past();
    // The longest place there is.
    let mut what = details("2026-12-02");
    what.place = "B".repeat(200);
    done(plan_session(&mut story, None, 0, what));
    assert_eq!(staffed(&story), 1);

    let mut story = past();
    let change = DayChange::Staffed {
        stations: 1,
        reason: "Cuti".to_owned(),
    };
    let date = day("2026-12-02");
    done(story.say(
        device(70),
        &head(),
        Command::SetDay(SetDay { date, change }),
    ));
    assert_eq!(staffed(&story), 1);
}
