//! Some life for a demo office, so that its pages show something: bookings of the coming days,
//! invitations handed over or not, and today's first arrivals. All by staff on one demo tablet.

use chrono::NaiveDate;
use shared::{
    booking::State,
    command::{Applicant, Command, ConfirmArrival, Proof, Receipt, RequestBooking},
    envelope::Actor,
    ids::{BookingId, DeviceId, OpId, VisitId},
    invitation,
    slot::SlotStart,
    sop::eligibility,
    sync::{OpResult, Role},
    visit::{Outcome, QueueNumber},
};
use uuid::Uuid;

use super::{
    DemoOffice, DemoResident,
    load::{Queue, invitation_id, op_id, resident_id},
};
use crate::{
    app::Backend,
    auth::token,
    store::{accounts::Account, devices},
};

const BOOKINGS_A_DAY: usize = 11;
const DELIVERIES: usize = 60;
const ARRIVALS: u16 = 4;

type Ops = Vec<(OpId, Actor, Command)>;

/// Puts life into a fresh office.
pub(super) async fn begin(
    backend: &Backend,
    tablet: DeviceId,
    office: DemoOffice,
    roll: &[DemoResident],
    accounts: &[Account],
) -> anyhow::Result<()> {
    let (booked, bookings) = bookings(backend, office, roll, accounts);
    let mut ops = bookings;
    let today = office.office().today(backend.clock.now());
    ops.extend(deliveries(office, roll, accounts, today));
    let results = push(backend, tablet, office, ops).await?;
    let operator = accounts.iter().find(|a| a.role == Role::Operator);
    let here = results
        .iter()
        .take(booked)
        .filter_map(|result| match result {
            OpResult::Applied {
                receipt: Receipt::Booking { booking },
                ..
            } => Some(booking),
            _ => None,
        });
    let here: Vec<BookingId> = here
        .filter(|b| b.state == State::Confirmed && b.slot.is_some_and(|s| s.date() == today))
        .map(|b| b.id)
        .take(ARRIVALS.into())
        .collect();
    match operator {
        Some(operator) if !here.is_empty() => {
            let ops = arrivals(office, operator, &here);
            push(backend, tablet, office, ops).await?;
        }
        _ => {}
    }
    Ok(())
}

pub(super) async fn push(
    backend: &Backend,
    device: DeviceId,
    office: DemoOffice,
    ops: Ops,
) -> anyhow::Result<Vec<OpResult>> {
    let queue = Queue::open(backend, device, office.id()).await?;
    queue.submit(ops).await
}

/// A tablet that nobody holds: its token is drawn and forgotten.
pub(super) async fn tablet(
    backend: &Backend,
    office: DemoOffice,
    accounts: &[Account],
) -> anyhow::Result<DeviceId> {
    let name = format!("rekam/demo/{}/tablet", office.id());
    let device = DeviceId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    let (_, token) = token::draw()?;
    let mut tx = backend.db.write().await?;
    devices::register_or_check(&mut tx, device, &token, backend.clock.now()).await?;
    for account in accounts {
        devices::link_account(&mut tx, device, account.id).await?;
    }
    tx.commit().await?;
    Ok(device)
}

/// The first of the roll who belong to a kelurahan with staff, with that account.
fn helped<'a>(
    roll: &'a [DemoResident],
    accounts: &'a [Account],
) -> impl Iterator<Item = (usize, &'a Account)> {
    roll.iter().enumerate().filter_map(|(n, resident)| {
        let own = |a: &&Account| a.kelurahan.as_ref() == Some(&resident.kelurahan);
        Some((n, accounts.iter().find(own)?))
    })
}

/// Bookings of today, as far as it is not over, and of the next three working days.
fn bookings(
    backend: &Backend,
    demo: DemoOffice,
    roll: &[DemoResident],
    accounts: &[Account],
) -> (usize, Ops) {
    let office = demo.office();
    let now = office.zone.local(backend.clock.now());
    let days = now.date().iter_days().take(14);
    let open: Vec<Vec<SlotStart>> = days
        .filter_map(|date| office.slots(date).ok())
        .map(|plans| plans.into_iter().map(|plan| plan.start))
        .map(|starts| starts.filter(|start| start.local() > now).collect())
        .filter(|starts: &Vec<_>| !starts.is_empty())
        .take(4)
        .collect();
    let wished = open
        .iter()
        .flat_map(|day| day.iter().cycle().take(BOOKINGS_A_DAY));
    let ops: Ops = wished
        .zip(helped(roll, accounts))
        .map(|(start, (n, account))| {
            let wish = RequestBooking {
                who: Applicant::Known(resident_id(demo, n)),
                choices: vec![*start],
                any_that_week: false,
                wait_if_full: false,
                priority: n % 9 == 0,
                claim: None,
            };
            let id = op_id(demo, &format!("booking/{n}"));
            (id, Actor::User(account.id), Command::RequestBooking(wish))
        })
        .collect();
    (ops.len(), ops)
}

fn deliveries(
    demo: DemoOffice,
    roll: &[DemoResident],
    accounts: &[Account],
    today: NaiveDate,
) -> Ops {
    // Only who is due has an invitation.
    let is_due = |r: &DemoResident| eligibility::is_due(Some(r.birth), r.married, today);
    let found = helped(roll, accounts)
        .filter(|(n, _)| roll.get(*n).is_some_and(is_due))
        .take(DELIVERIES);
    found
        .map(|(n, account)| {
            let outcome = match n % 8 {
                6 => invitation::State::Undeliverable {
                    reason: invitation::Reason::Away,
                    until: None,
                },
                7 => invitation::State::Undeliverable {
                    reason: invitation::Reason::Moved,
                    until: None,
                },
                _ => invitation::State::Delivered { to: None },
            };
            let command = Command::RecordDelivery {
                invitation: invitation_id(demo, n),
                outcome,
            };
            let id = op_id(demo, &format!("delivery/{n}"));
            (id, Actor::User(account.id), command)
        })
        .collect()
}

/// The first has been recorded, the second is at the station, the others wait.
fn arrivals(demo: DemoOffice, operator: &Account, bookings: &[BookingId]) -> Ops {
    let actor = Actor::User(operator.id);
    let mut ops = vec![(op_id(demo, "tablet"), actor, Command::PrepareTablet {})];
    let mut visits = Vec::new();
    for (number, booking) in (1..).zip(bookings) {
        let Ok(queue) = QueueNumber::new("A", number) else {
            continue;
        };
        let id = op_id(demo, &format!("arrival/{number}"));
        visits.push(VisitId(id.derive(0)));
        let arrival = ConfirmArrival {
            booking: *booking,
            queue,
            proof: Proof::List,
            priority: None,
            at: None,
        };
        ops.push((id, actor, Command::ConfirmArrival(arrival)));
    }
    for (n, visit) in visits.iter().take(2).enumerate() {
        let call = Command::CallVisit { visit: *visit };
        ops.push((op_id(demo, &format!("call/{n}")), actor, call));
    }
    if let Some(visit) = visits.first() {
        let close = Command::CloseVisit {
            visit: *visit,
            outcome: Outcome::Recorded,
        };
        ops.push((op_id(demo, "close"), actor, close));
    }
    ops
}
