//! A tablet goes along to villages, and takes what it needs there with it.

use super::{
    plan::{day, done},
    session::{details, plan_session},
};
use crate::{
    command::{Applicant, Command, WalkIn},
    fixtures::{OFFICE, Story, device, person, queue, refusal, staff},
    flag::{self, Flag},
    ids::{LeaseId, SessionId},
    lease::Lease,
    problem::Code,
    row::Key,
    session::Session,
    slot::Slot,
    sync::Role,
    visit::Visit,
};

/// One tablet, one station: the whole walk-in share goes along, and nobody who comes without an appointment is
/// flagged while a seat is left. The office's own seats of that day stay at the office.
#[test]
fn a_village_team_takes_the_seats_of_its_whole_trip_along() {
    let mut story = Story::new();
    for date in ["2026-12-02", "2026-12-03"] {
        done(plan_session(&mut story, None, 0, details(date)));
    }
    let mut sessions = story.all::<Session>();
    sessions.sort_by_key(|session| session.what.date);
    let trip: Vec<SessionId> = sessions.iter().map(|session| session.id).collect();
    let there = |story: &Story, n: usize| {
        let session: &Session = story.get(trip[n]);
        session.slots(story.get(Key::office(OFFICE)))
    };
    let operator = staff(Role::Operator);
    let (tablet, other) = (device(91), device(92));
    story.now = "2026-12-01T08:00:00Z".parse().unwrap();
    let prepare = Command::PrepareTablet {};
    done(story.say(tablet, &operator, prepare.clone()));
    let office_lease = |story: &Story, who| {
        let all = story.all::<Lease>().into_iter();
        let mine = all.filter(|l| l.device == who && l.session.is_none());
        mine.filter(|l| l.start.date() == day("2026-12-02"))
            .map(Lease::left)
            .sum::<u16>()
    };
    assert!(office_lease(&story, tablet) > 0);

    let sessions = trip.clone();
    done(story.say(tablet, &operator, Command::TakeAlong { sessions }));
    assert_eq!(office_lease(&story, tablet), 0, "others have use for them");
    for n in [0, 1] {
        for plan in there(&story, n) {
            let lease: &Lease = story.get(LeaseId::at(tablet, plan.session, plan.start));
            assert_eq!(
                (lease.seats, plan.walk_in > 0),
                (plan.walk_in, true),
                "{plan:?}"
            );
        }
    }
    done(story.say(other, &operator, prepare.clone()));
    assert!(office_lease(&story, other) > 0);
    // Asking once more changes nothing.
    let lent = story.all::<Lease>().len();
    done(story.say(tablet, &operator, prepare));
    assert_eq!(story.all::<Lease>().len(), lent);

    // In the village, cut off.
    story.now = "2026-12-02T01:00:00Z".parse().unwrap();
    let first = there(&story, 0)[0];
    let lease = LeaseId::at(tablet, first.session, first.start);
    let walk_in = |n: u32, number: &str, lease| {
        Command::WalkIn(WalkIn {
            who: Applicant::New(Box::new(person(n))),
            queue: queue(number),
            priority: false,
            lease,
            unknown_ticket: false,
            at: None,
        })
    };
    for n in 1..=u32::from(first.walk_in) {
        let number = format!("A-{n:03}");
        done(story.say(tablet, &operator, walk_in(n, &number, Some(lease))));
    }
    let slot: &Slot = story.get(first.start.id_at(OFFICE, first.session));
    assert_eq!((slot.walked_in, slot.leased), (first.walk_in, 0));
    assert_eq!(story.all::<Flag>(), Vec::<&Flag>::new());
    let beyond = walk_in(50, "A-050", Some(lease));
    done(story.say(tablet, &operator, beyond));
    assert_eq!(story.all::<Flag>()[0].kind, flag::Kind::BeyondCapacity);
    // Where each stands is part of the visit.
    done(story.say(other, &operator, walk_in(60, "B-001", None)));
    let place = |number: &str| {
        let mut all = story.all::<Visit>().into_iter();
        all.find(|v| v.queue == queue(number)).unwrap().session
    };
    assert_eq!(
        (place("A-001"), place("A-050")),
        (Some(trip[0]), Some(trip[0]))
    );
    assert_eq!(place("B-001"), None);

    // Back from the first day: it stays at the office on the second.
    let stays = Command::TakeAlong {
        sessions: vec![trip[0]],
    };
    done(story.say(tablet, &operator, stays));
    let second = there(&story, 1)[0];
    let given: &Slot = story.get(second.start.id_at(OFFICE, second.session));
    assert_eq!(given.leased, 0);
    let strange = Command::TakeAlong {
        sessions: vec![SessionId(uuid::Uuid::from_u128(77))],
    };
    let refused = story.say(tablet, &operator, strange);
    assert_eq!(refusal(&refused), Code::NotFound);
}
