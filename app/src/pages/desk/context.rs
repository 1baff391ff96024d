//! What the desk's pages share: the office, its day, and the commands they give.

use super::{
    expected::Who,
    line::{Line, Room},
    number::{self, Letters},
    place,
    seats::{self, Seats},
};
use crate::state::{Rekam, SaveError, use_rekam};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use shared::{
    command::{Applicant, Command, ConfirmArrival, Proof, WalkIn},
    figures::{self, today::Numbers},
    ids::{BookingId, OpId, ResidentId, VisitId},
    office::Office,
    resident::Draft,
    session::Session,
    visit::{Mistake, Outcome, QueueNumber},
    world::World,
};

#[derive(Clone, Copy)]
pub struct Desk {
    pub rekam: Rekam,
    pub office: Memo<Option<Office>>,
    /// The office's local day.
    pub today: Memo<Option<NaiveDate>>,
}

/// An arrival as it was just taken down.
#[derive(Clone, Debug, PartialEq)]
pub struct Given {
    pub op: OpId,
    pub number: String,
}

/// Somebody without a booking, as the clerk typed them.
pub struct Newcomer {
    pub draft: Draft,
    pub priority: bool,
    pub unknown_ticket: bool,
    pub at: Option<DateTime<Utc>>,
}

pub fn use_desk() -> Desk {
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let today = Memo::new(move |_| {
        let now = rekam.now();
        office.with(|office| office.as_ref().map(|office| office.today(now)))
    });
    Desk {
        rekam,
        office,
        today,
    }
}

impl Desk {
    /// Reads the rows, once the office's own is here. Tracked.
    pub fn read<R>(self, f: impl FnOnce(&World, &Office, NaiveDate) -> R) -> Option<R> {
        let today = self.today.get()?;
        self.office.with(|office| {
            let office = office.as_ref()?;
            Some(self.rekam.view(|world| f(world, office, today)))
        })
    }

    pub fn line(self) -> Memo<Line> {
        Memo::new(move |_| {
            let device = self.rekam.device_id();
            self.read(|world, office, today| {
                let room = Room::of(world, device, today);
                self.rekam
                    .ops(|ops| Line::of(world, ops.values(), office, today, room))
            })
            .unwrap_or_default()
        })
    }

    /// The numbers of the day at the place where this tablet stands.
    pub fn numbers(self) -> Memo<Numbers> {
        Memo::new(move |_| {
            let device = self.rekam.device_id();
            self.read(|world, office, today| {
                let here = place::here(world, device, today);
                figures::today::of_day(world, office, today).at(here)
            })
            .unwrap_or_default()
        })
    }

    /// The village where this tablet stands today, by its name. Tracked.
    pub fn village(self) -> Option<String> {
        let device = self.rekam.device_id();
        self.read(|world, _, today| {
            let session = place::here(world, device, today)?;
            Some(world.get::<Session>(session)?.what.place.clone())
        })?
    }

    pub fn letters(self) -> Memo<Letters> {
        Memo::new(move |_| {
            let device = self.rekam.device_id();
            self.rekam.view(|world| number::letters(world, device))
        })
    }

    /// Walk-in seats from a moment on; `None` means from now on.
    pub fn seats(self, at: Option<DateTime<Utc>>) -> Seats {
        let at = at.unwrap_or_else(|| self.rekam.now());
        let device = self.rekam.device_id();
        self.read(|world, office, _| seats::left(world, office, device, at))
            .unwrap_or_default()
    }

    /// Takes down that somebody of the list has come, and whether the clerk lets them go first. Durable when
    /// this returns.
    pub async fn come(
        self,
        who: Who,
        proof: Proof,
        priority: bool,
        at: Option<DateTime<Utc>>,
    ) -> Result<Given, SaveError> {
        match who {
            Who::Booking(booking) => self.arrive(booking, proof, priority, at).await,
            Who::Invited(resident) => self.take_in(resident, priority, at).await,
        }
    }

    async fn arrive(
        self,
        booking: BookingId,
        proof: Proof,
        priority: bool,
        at: Option<DateTime<Utc>>,
    ) -> Result<Given, SaveError> {
        let (office, queue) = self.next_number()?;
        let number = queue.to_string();
        let fact = ConfirmArrival {
            booking,
            queue,
            proof,
            priority: Some(priority),
            at,
        };
        let op = self
            .rekam
            .append(office.id, Command::ConfirmArrival(fact))
            .await?;
        Ok(Given { op, number })
    }

    /// Takes down somebody without a booking, on a lent seat while there is one.
    pub async fn walk_in(self, person: Newcomer) -> Result<Given, SaveError> {
        let who = Applicant::New(Box::new(person.draft));
        let said = (person.priority, person.unknown_ticket);
        self.sit(who, said, person.at).await
    }

    /// Takes down somebody who was invited, on the seat held for them.
    async fn take_in(
        self,
        resident: ResidentId,
        priority: bool,
        at: Option<DateTime<Utc>>,
    ) -> Result<Given, SaveError> {
        self.sit(Applicant::Known(resident), (priority, false), at)
            .await
    }

    async fn sit(
        self,
        who: Applicant,
        (priority, unknown_ticket): (bool, bool),
        at: Option<DateTime<Utc>>,
    ) -> Result<Given, SaveError> {
        let lease = untrack(|| self.seats(at)).next.map(|(lease, _)| lease);
        let (office, queue) = self.next_number()?;
        let number = queue.to_string();
        let fact = WalkIn {
            who,
            queue,
            priority,
            lease,
            unknown_ticket,
            at,
        };
        let op = self.rekam.append(office.id, Command::WalkIn(fact)).await?;
        Ok(Given { op, number })
    }

    pub async fn call(self, visit: VisitId) -> Result<OpId, SaveError> {
        self.append(Command::CallVisit { visit }).await
    }

    pub async fn close(self, visit: VisitId, outcome: Outcome) -> Result<OpId, SaveError> {
        self.append(Command::CloseVisit { visit, outcome }).await
    }

    pub async fn reopen(self, visit: VisitId) -> Result<OpId, SaveError> {
        self.append(Command::ReopenVisit { visit }).await
    }

    pub async fn take_back(self, visit: VisitId, reason: Mistake) -> Result<OpId, SaveError> {
        self.append(Command::TakeArrivalBack { visit, reason })
            .await
    }

    async fn append(self, command: Command) -> Result<OpId, SaveError> {
        let office = self.office_now()?;
        self.rekam.append(office.id, command).await
    }

    fn next_number(self) -> Result<(Office, QueueNumber), SaveError> {
        let office = self.office_now()?;
        let today = office.today(untrack(|| self.rekam.now()));
        let queue = untrack(|| {
            let device = self.rekam.device_id();
            self.rekam.view(|world| {
                self.rekam
                    .ops(|ops| number::take(world, ops.values(), &office, device, today))
            })
        });
        Ok((office, queue.ok_or(SaveError::Unsupported)?))
    }

    fn office_now(self) -> Result<Office, SaveError> {
        self.office.get_untracked().ok_or(SaveError::Unsupported)
    }
}
