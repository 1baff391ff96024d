//! Phones that ask for seats and give them back at once, so that nobody else gets one.

use shared::{
    booking::{Booking, State},
    command::{Command, Receipt},
    slot::DayOffer,
    sync::OpResult,
};
use tests::harness::{OFFICE, Phone, ROLL, TestApp, booking, person, read, without_limits};

const DAY: &str = "2026-11-26";
const PHONES: usize = 40;
/// Of eight seats: 30 %, rounded up.
const SHARE: u16 = 3;

fn booked(result: OpResult) -> Booking {
    match result {
        OpResult::Applied {
            receipt: Receipt::Booking { booking },
            ..
        } => *booking,
        other => panic!("{other:?}"),
    }
}

async fn ask(phone: &mut Phone<'_>, n: usize, slot: &str) -> Booking {
    booked(phone.say(&booking(person(ROLL + n), &[slot])).await)
}

async fn offer(app: &TestApp) -> DayOffer {
    let path = format!("/api/v1/offices/{OFFICE}/slots?from={DAY}&to={DAY}");
    let mut days: Vec<DayOffer> = read(app.get(&path).await).await;
    days.remove(0)
}

#[tokio::test]
async fn asking_and_cancelling_leaves_seats_for_everybody_else() {
    let app = TestApp::with(without_limits).await;
    let before = offer(&app).await;
    assert!(before.slots.len() > 3);
    for n in 0..PHONES {
        let mut phone = app.phone();
        for slot in &before.slots {
            let asked = ask(&mut phone, n, &slot.start.to_string()).await;
            let cancel = Command::CancelBooking { booking: asked.id };
            assert_eq!(booked(phone.say(&cancel).await).state, State::Cancelled);
        }
    }
    let after = offer(&app).await;
    println!("free before {}, after {}", before.free(), after.free());
    for (had, has) in before.slots.iter().zip(&after.slots) {
        assert!(has.free + SHARE >= had.free, "{has:?}");
    }
    // Somebody whom the office knows finds a seat in each slot, and so do staff for somebody new.
    let mut staff = app.signed_in("operator.jelutung").await;
    for (n, slot) in (0..).zip(&after.slots) {
        let start = slot.start.to_string();
        let known = booked(app.phone().say(&booking(person(n), &[&start])).await);
        assert_eq!((known.state, known.verified), (State::Confirmed, true));
        if slot.free > 1 {
            let by_staff = ask(&mut staff, PHONES + n, &start).await;
            assert_eq!(by_staff.state, State::Confirmed);
        }
    }
}
