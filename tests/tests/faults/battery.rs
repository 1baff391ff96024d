//! The battery is pulled the moment the page says that something is saved: Chromium gets SIGKILL and
//! starts again with the same profile. What was saved is there, is sent, and counts once.

use serde_json::json;
use shared::{
    booking::{Booking, State},
    client::{OpStatus, QueuedOp},
    sync::OpResult,
    visit::Visit,
};
use tests::{
    browser::{Browser, PHONE, TABLET},
    harness::OFFICE,
    ledger,
    site::Site,
    soak,
    steps::{ROLL, choose, expected, grown_up, identify, name},
};

/// So often is one device killed.
const CYCLES: usize = 5;

/// Touches a button, and answers as soon as the page says so.
const TOUCH: &str = "
    const [button, words, done] = arguments;
    const says = () => document.body.textContent.includes(words);
    if (says()) throw new Error(`${words} stands there already`);
    const look = new MutationObserver(() => { if (says()) { look.disconnect(); done(true); } });
    look.observe(document.body, { subtree: true, childList: true, characterData: true });
    [...document.querySelectorAll('button:not([disabled])')]
        .find(one => one.textContent.includes(button)).click();";

async fn pull_battery_at(browser: &mut Browser, button: &str, words: &str) {
    let args = vec![json!(button), json!(words)];
    browser.driver.execute_async(TOUCH, args).await.unwrap();
    browser.kill().await;
}

/// Starts it again while nobody answers: the last op that was saved is there, and waits.
async fn start_alone(browser: &mut Browser, site: &Site, path: &str) -> QueuedOp {
    browser.start_again(site.now()).await;
    browser.go(path).await;
    let waiting = browser.outbox().await.into_iter();
    let mut waiting: Vec<QueuedOp> = waiting.filter(|op| !op.is_settled()).collect();
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    waiting.remove(0)
}

/// Everything that the device ever saved is at the server once, and has an effect.
async fn assert_once(browser: &Browser, site: &Site) {
    let saved = browser.outbox().await.len();
    let ops = browser.settled(saved).await;
    for op in &ops {
        let OpStatus::Settled { result, .. } = &op.status else {
            unreachable!("all are settled");
        };
        assert!(matches!(result, OpResult::Applied { .. }), "{op:?}");
    }
    ledger::holds_outbox(&ledger::read(site.database()).await, &ops);
}

async fn phones_booking() {
    let mut site = Site::open(ROLL, false).await;
    let mut phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.see("Pesan jadwal").await;
    for cycle in 0..CYCLES {
        let who = grown_up(cycle);
        site.stop().await;
        phone.go("/book").await;
        if cycle > 0 {
            phone.tap("Orang lain").await;
        }
        identify(&phone, who).await;
        phone.tap_at("//form//button[@type='submit']").await;
        choose(&phone).await;
        pull_battery_at(&mut phone, "Kirim pesanan", "Tersimpan di HP ini").await;
        let op = start_alone(&mut phone, &site, "/bookings").await;
        assert_eq!(op.envelope.kind, "request_booking");
        phone.see(&name(who)).await;
        site.start().await;
        phone.network_back().await;
        site.holds::<Booking>(OFFICE, cycle + 1, |b| b.state == State::Confirmed)
            .await;
        let confirmed = |page: &str| page.matches("Dipastikan").count() == cycle + 1;
        phone.until("all confirmed", confirmed).await;
        phone.kept().await;
        assert_once(&phone, &site).await;
    }
    phone.close().await;
}

async fn tablet_at_the_door() {
    let mut site = Site::open(ROLL, true).await;
    let mut tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.restart(site.now()).await;
    for cycle in 0..CYCLES {
        let (booking, who) = expected(&site, OFFICE).await;
        tablet.go("/desk").await;
        tablet.see(&who).await;
        tablet.kept().await;
        site.stop().await;
        tablet.tap(&who).await;
        tablet.see("Konfirmasi datang").await;
        pull_battery_at(&mut tablet, "Konfirmasi datang", "Nomor antrean").await;
        let op = start_alone(&mut tablet, &site, "/desk").await;
        assert_eq!(op.envelope.kind, "confirm_arrival");
        site.start().await;
        tablet.network_back().await;
        let arrived = |v: &Visit| v.booking == Some(booking.id);
        site.holds::<Visit>(OFFICE, 1, arrived).await;
        if cycle % 2 == 1 {
            // Once more, with the answer perhaps not kept: it is asked for again.
            tablet.kill().await;
            tablet.start_again(site.now()).await;
            tablet.go("/desk").await;
        }
        assert_once(&tablet, &site).await;
        site.holds::<Visit>(OFFICE, 1, arrived).await;
    }
    tablet.close().await;
}

#[tokio::test]
async fn what_a_phone_says_is_saved_survives_the_battery() {
    let rounds = soak::times(1, 20);
    for _ in 0..rounds {
        phones_booking().await;
    }
    let cycles = (rounds * CYCLES) as u64;
    soak::report("battery, phone", &[("cycles", cycles)]);
}

#[tokio::test]
async fn what_a_tablet_says_is_saved_survives_the_battery() {
    let rounds = soak::times(1, 20);
    for _ in 0..rounds {
        tablet_at_the_door().await;
    }
    let cycles = (rounds * CYCLES) as u64;
    soak::report("battery, tablet", &[("cycles", cycles)]);
}
