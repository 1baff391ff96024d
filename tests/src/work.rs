//! What devices do in fault tests, with the real clock: bookings, changes and arrivals that are mostly
//! applied, so that a loss or a repeat would show.

use chrono::{DateTime, Datelike, NaiveTime, TimeDelta, Utc, Weekday};
use server::demo::{DemoOffice, residents};
use shared::{
    booking::Booking,
    command::{
        Applicant, Command, ConfirmArrival, Proof, RequestBooking, RescheduleBooking, WalkIn,
    },
    resident::Draft,
    row::Of,
    slot::SlotStart,
    sync::Role,
    visit::{Outcome, QueueNumber, Visit},
};

use crate::{courier::Courier, sim::Chance, steps::draft};

/// The people that devices act for.
pub struct Town(Vec<Draft>);

impl Town {
    #[must_use]
    pub fn new(people: usize) -> Self {
        let people = residents(DemoOffice::Jelutung, people);
        Self(people.into_iter().map(draft).collect())
    }

    fn anybody(&self, chance: &mut Chance) -> Draft {
        self.0[chance.below(self.0.len())].clone()
    }
}

fn slot(chance: &mut Chance, now: DateTime<Utc>) -> SlotStart {
    let mut day = now.date_naive() + TimeDelta::days(2 + chance.below(24) as i64);
    while matches!(day.weekday(), Weekday::Sat | Weekday::Sun) {
        day += TimeDelta::days(1);
    }
    let hours = [(7, 30), (8, 30), (9, 30), (10, 30)];
    let (hour, minute) = hours[chance.below(hours.len())];
    let time = NaiveTime::from_hms_opt(hour, minute, 0).expect("a time");
    SlotStart::new(day.and_time(time))
}

fn booked(courier: &mut Courier) -> Option<Booking> {
    let mut all = of::<Booking>(courier);
    all.retain(|booking| booking.state.is_active());
    let n = courier.chance().below(all.len());
    all.into_iter().nth(n)
}

fn of<T: Of + Clone + 'static>(courier: &Courier) -> Vec<T> {
    courier.device.client.view.all::<T>().cloned().collect()
}

/// What this device's person does next.
pub fn act(courier: &mut Courier, town: &Town, now: DateTime<Utc>) -> Command {
    let operator = courier.device.is(Role::Operator);
    let which = courier.chance().below(10);
    let change = match (operator, which) {
        (false, 6..8) => booked(courier).map(|booking| {
            let choices = vec![slot(courier.chance(), now)];
            Command::RescheduleBooking(RescheduleBooking {
                booking: booking.id,
                choices,
                any_that_week: true,
            })
        }),
        (false, 8..) => booked(courier).map(|booking| {
            let booking = booking.id;
            Command::CancelBooking { booking }
        }),
        (true, 4..6) => booked(courier).map(|booking| arrival(courier, &booking)),
        (true, 6..) => visit(courier),
        _ => None,
    };
    change.unwrap_or_else(|| {
        if operator {
            walk_in(courier, town)
        } else {
            wish(courier, town, now)
        }
    })
}

fn wish(courier: &mut Courier, town: &Town, now: DateTime<Utc>) -> Command {
    let chance = courier.chance();
    Command::RequestBooking(RequestBooking {
        who: Applicant::New(Box::new(town.anybody(chance))),
        choices: vec![slot(chance, now), slot(chance, now)],
        any_that_week: true,
        wait_if_full: false,
        priority: false,
        claim: None,
    })
}

fn walk_in(courier: &mut Courier, town: &Town) -> Command {
    let queue = queue(courier);
    let chance = courier.chance();
    Command::WalkIn(WalkIn {
        who: Applicant::New(Box::new(town.anybody(chance))),
        queue,
        priority: false,
        lease: None,
        unknown_ticket: false,
        at: None,
    })
}

fn arrival(courier: &mut Courier, booking: &Booking) -> Command {
    Command::ConfirmArrival(ConfirmArrival {
        booking: booking.id,
        queue: queue(courier),
        proof: Proof::List,
        priority: None,
        at: None,
    })
}

fn visit(courier: &mut Courier) -> Option<Command> {
    let mut open = of::<Visit>(courier);
    open.retain(|visit| visit.state.is_open());
    let n = courier.chance().below(open.len());
    let visit = open.get(n)?.id;
    Some(if courier.chance().one_in(2) {
        Command::CallVisit { visit }
    } else {
        let outcome = Outcome::Recorded;
        Command::CloseVisit { visit, outcome }
    })
}

/// Each of a tablet's own, one after the other.
fn queue(courier: &Courier) -> QueueNumber {
    let n = courier.device.promised.len() % 9_999 + 1;
    let letters = if courier.name.contains('2') {
        "QB"
    } else {
        "QA"
    };
    let n = u16::try_from(n).expect("below 10,000");
    QueueNumber::new(letters, n).expect("letters and a number")
}
