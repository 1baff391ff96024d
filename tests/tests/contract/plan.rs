//! Places of the plan: given out in turn, and kept up when days and sessions change.

use crate::base::{Base, Phone, office};
use chrono::{NaiveTime, TimeDelta};
use server::{store::rows, system};
use shared::{
    booking::{Booking, State},
    command::{Command, ConfirmPlan, DayChange, SetDay},
    envelope::Actor,
    ids::{SessionId, UserId},
    invitation::Invitation,
    office::{Hours, Office},
    person::BirthDate,
    plan::{Part, Plan},
    resident::{Draft, Resident},
    row::Of,
    session::{Details, Session},
    sync::{OpResult, Role},
};
use tests::sim::people;

/// One kelurahan's adult of the `n`th RT.
fn adult(n: usize) -> Draft {
    Draft {
        kelurahan: Some(people::kelurahan()[0].clone()),
        birth: BirthDate::parse("1990-05-01").ok(),
        rw: Some(1),
        rt: u16::try_from(n).ok(),
        guardian: None,
        recorded_on: None,
        ..people::person(n)
    }
}

async fn enrol(base: &Base, people: Vec<Draft>) {
    let commands = vec![Command::enrol(people)];
    let office = people::OFFICE;
    let answers = system::say(&base.db, &base.batcher, &base.clock, office, commands).await;
    let answers = answers.unwrap();
    assert!(
        matches!(answers[0].result, OpResult::Applied { .. }),
        "{answers:?}"
    );
}

async fn tick(base: &Base) -> usize {
    system::tick(&base.db, &base.batcher, &base.clock)
        .await
        .unwrap()
}

pub async fn all<T: Of + Clone>(base: &Base) -> Vec<T> {
    let mut tx = base.db.read().await.unwrap();
    let rows = rows::all(&mut tx, people::OFFICE, T::ENTITY).await.unwrap();
    rows.iter().filter_map(T::of).cloned().collect()
}

/// Who is asked to come when, by RT.
async fn asked(base: &Base) -> Vec<(Option<u16>, String)> {
    let residents: Vec<Resident> = all(base).await;
    let mut asked: Vec<_> = all::<Invitation>(base)
        .await
        .iter()
        .filter_map(|i| {
            let whose = residents.iter().find(|r| r.id == i.resident)?;
            Some((whose.rt, i.held()?.slot.to_string()))
        })
        .collect();
    asked.sort();
    asked
}

fn part(slot: &str, session: Option<SessionId>, seats: u16) -> Part {
    Part {
        slot: slot.parse().unwrap(),
        session,
        kelurahan: people::kelurahan()[0].clone(),
        seats,
        given: 0,
    }
}

struct Head(Phone, UserId);

impl Head {
    async fn of(base: &Base) -> Self {
        let phone = Phone::new();
        let user = base.staff(phone.id, Role::Head, None).await;
        Self(phone, user)
    }

    async fn say(&mut self, base: &Base, command: Command) {
        let op = self.0.op(Actor::User(self.1), &command);
        let pushed = base.push(&self.0, vec![op]).await;
        let applied = matches!(pushed.results[0].result, OpResult::Applied { .. });
        assert!(applied, "{:?}", pushed.results);
    }

    async fn confirm(&mut self, base: &Base, version: u32, parts: Vec<Part>) {
        let (from, to) = ("2026-11-23".parse().unwrap(), "2026-12-11".parse().unwrap());
        let plan = ConfirmPlan {
            version,
            from,
            to,
            parts,
        };
        self.say(base, Command::ConfirmPlan(plan)).await;
    }
}

pub async fn places_are_given_out_in_turn(base: &Base) {
    base.set_office(office(people::OFFICE, 6)).await;
    let young = Draft {
        birth: BirthDate::parse("2009-12-10").ok(),
        ..adult(40)
    };
    // The last RT of the list comes first on the roll.
    let people = (1..12).rev().map(adult).chain([young]).collect();
    enrol(base, people).await;
    assert_eq!(tick(base).await, 0, "no plan");
    let mut head = Head::of(base).await;
    let (first, second, later) = ("2026-11-27T08:00", "2026-11-27T09:00", "2026-12-10T08:00");
    let parts = vec![
        part(first, None, 5),
        part(second, None, 5),
        part(later, None, 3),
    ];
    head.confirm(base, 0, parts).await;

    assert_eq!(tick(base).await, 1);
    let expected = |n: u16| match n {
        1..=5 => first,
        6..=10 => second,
        _ => later,
    };
    let mut told: Vec<_> = (1..12).map(|n| (Some(n), expected(n).to_owned())).collect();
    assert_eq!(asked(base).await, told);
    // Seventeen on the tenth of December, and never invited before.
    assert_eq!(tick(base).await, 1);
    told.push((Some(40), later.to_owned()));
    assert_eq!(asked(base).await, told);
    assert_eq!(tick(base).await, 0, "nobody waits");
    let plan: Plan = all(base).await.remove(0);
    let given: Vec<_> = plan.parts.iter().map(|p| (p.seats, p.given)).collect();
    assert_eq!(given, [(5, 5), (5, 5), (3, 2)]);
    let waiting = "SELECT count(*) FROM record WHERE entity = 'invitation' AND day IS NULL";
    assert_eq!(base.count(waiting).await, 0);
    base.assert_clean().await;
}

pub fn village(date: &str) -> Box<Details> {
    let at = |hour| NaiveTime::from_hms_opt(hour, 0, 0).unwrap();
    Box::new(Details {
        kelurahan: vec![people::kelurahan()[0].clone()],
        place: "Balai Desa".to_owned(),
        coordinates: None,
        date: date.parse().unwrap(),
        hours: Hours {
            open: at(8),
            close: at(10),
            break_from: at(10),
            break_to: at(10),
        },
        stations: 1,
        staff: 1,
        from_office: 0,
    })
}

/// Half a minute at the end of a session, or of a day, is no work for anybody: it once stopped all offices.
pub async fn times_with_seconds_enter_as_minutes(base: &Base) {
    let half_past = |time: NaiveTime| time + TimeDelta::seconds(30);
    let mut odd = office(people::OFFICE, 6);
    for hours in odd.settings.week.0.iter_mut().flatten() {
        hours.close = half_past(hours.close);
    }
    base.set_office(odd).await;
    let kept = all::<Office>(base).await[0].clone();
    assert_eq!(kept, office(people::OFFICE, 6));

    let mut head = Head::of(base).await;
    let mut details = village("2026-11-23");
    let close = details.hours.close;
    details.hours.close = half_past(close);
    let new = Command::PlanSession {
        session: None,
        version: 0,
        details,
    };
    head.say(base, new).await;
    let session = all::<Session>(base).await[0].clone();
    assert_eq!(session.what.hours.close, close);
    let until = close + TimeDelta::hours(1);
    let longer = Command::ExtendSession {
        session: session.id,
        until: half_past(until),
    };
    head.say(base, longer).await;
    assert_eq!(all::<Session>(base).await[0].what.hours.close, until);
    base.assert_clean().await;
}

pub async fn who_was_invited_follows_sessions_and_days(base: &Base) {
    base.set_office(office(people::OFFICE, 6)).await;
    enrol(base, (1..7).map(adult).collect()).await;
    let mut head = Head::of(base).await;
    let details = village("2026-12-01");
    let new = Command::PlanSession {
        session: None,
        version: 0,
        details,
    };
    head.say(base, new).await;
    let id = all::<Session>(base).await[0].id;
    let (there, friday, monday) = ("2026-12-01T08:00", "2026-11-27T08:00", "2026-11-30T08:00");
    let parts = vec![
        part(there, Some(id), 3),
        part(friday, None, 3),
        part(monday, None, 4),
    ];
    head.confirm(base, 0, parts).await;
    assert_eq!(tick(base).await, 1);
    let invitations: Vec<Invitation> = all(base).await;
    let of_village = invitations
        .iter()
        .find(|i| i.held().is_some_and(|p| p.session.is_some()));
    let invitation = of_village.unwrap().id;
    let accept = Command::AnswerInvitation {
        invitation,
        accept: true,
    };
    head.say(base, accept).await;

    let date = "2026-11-27".parse().unwrap();
    let change = DayChange::Closed {
        reason: "Listrik padam".to_owned(),
    };
    head.say(base, Command::SetDay(SetDay { date, change }))
        .await;
    let details = village("2026-12-02");
    let moved = Command::PlanSession {
        session: Some(id),
        version: 0,
        details,
    };
    head.say(base, moved).await;
    // The booking follows; two follow by their papers, and three have lost their day.
    assert_eq!(tick(base).await, 2);
    assert_eq!(tick(base).await, 0);
    let booked: Vec<Booking> = all(base).await;
    assert_eq!(booked.len(), 1);
    let slot = booked[0].slot.unwrap().to_string();
    assert_eq!(
        (booked[0].state, slot.as_str()),
        (State::Confirmed, "2026-12-02T08:00")
    );
    let mut starts: Vec<String> = asked(base).await.into_iter().map(|(_, at)| at).collect();
    starts.sort();
    let (a, b) = (monday.to_owned(), "2026-12-02T08:00".to_owned());
    assert_eq!(starts, [a.clone(), a.clone(), a, b.clone(), b]);
    base.assert_clean().await;
    // And when it does not take place, nobody keeps a seat there.
    let reason = "Banjir".to_owned();
    head.say(
        base,
        Command::CancelSession {
            session: id,
            reason,
        },
    )
    .await;
    tick(base).await;
    let places = asked(base).await;
    assert!(
        places.iter().all(|(_, at)| at != "2026-12-02T08:00"),
        "{places:?}"
    );
    base.assert_clean().await;
}
