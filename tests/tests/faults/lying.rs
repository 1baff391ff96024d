//! The app in the browser over a network that lies: a resident books and an operator confirms
//! arrivals while requests are delayed, lost, doubled, cut and stalled. Nothing that the page showed
//! as saved is lost or counts twice, and the page stays whole.

use std::{collections::BTreeSet, time::Duration};

use shared::{
    booking::{Booking, State},
    visit::Visit,
};
use tests::{
    browser::{Browser, PHONE, Screen, TABLET},
    harness::OFFICE,
    ledger,
    proxy::{Fate, Proxy},
    site::{Site, sign_in},
    soak,
    steps::{ROLL, choose, confirm, expected, identify, is_grown_up, name, name_of},
};

/// Between the app's own for a small answer and for a large one, in a page whose timers are in a
/// hurry.
const PATIENCE: Duration = Duration::from_millis(1500);

/// A device whose only way to the server is the proxy.
async fn device(site: &Site, proxy: &Proxy, screen: Screen) -> Browser {
    let browser = Browser::open(&proxy.base(), screen, site.now()).await;
    browser.go("/").await;
    browser.installed().await;
    browser
}

async fn book(phone: &Browser, n: usize, again: bool) {
    phone.go("/book").await;
    if again {
        let known = |page: &str| page.contains("Orang lain") || page.contains("Nama lengkap");
        if phone.until("the form", known).await.contains("Orang lain") {
            phone.tap("Orang lain").await;
        }
    }
    identify(phone, n).await;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(phone).await;
    phone.tap("Kirim pesanan").await;
    let saved = |page: &str| page.contains("Tersimpan di HP ini") || page.contains("dipastikan");
    phone.until("saved or confirmed", saved).await;
}

/// The network is whole again: everything is sent, and stands there once.
async fn settle(browser: &Browser, site: &Site, saved: usize) {
    browser.network_back().await;
    let ops = browser.outbox().await;
    let asked = ops.iter().filter(|op| {
        let kind = op.envelope.kind.as_str();
        matches!(kind, "request_booking" | "confirm_arrival")
    });
    assert_eq!(asked.count(), saved, "{ops:?}");
    let ops = browser.settled(ops.len()).await;
    ledger::holds_outbox(&ledger::read(site.database()).await, &ops);
    let faults: Vec<String> = browser
        .run("return JSON.parse(sessionStorage.getItem('faults'))")
        .await;
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

async fn round(seed: u64, times: usize) -> usize {
    let site = Site::open(ROLL, true).await;
    let booked = site.rows::<Booking>(OFFICE).await.len();
    let proxy = Proxy::before(site.address(), seed, PATIENCE).await;
    proxy.heal();
    let phone = device(&site, &proxy, PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.see("Pesan jadwal").await;
    let tablet = device(&site, &proxy, TABLET).await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&expected(&site, OFFICE).await.1).await;
    let people = unbooked(&site, times).await;
    for browser in [&phone, &tablet] {
        browser.on_every_page(include_str!("lying.js")).await;
    }
    proxy.fail();

    let mut arrived = Vec::new();
    for (n, who) in people.iter().enumerate() {
        book(&phone, *who, n > 0).await;
        // The list is the tablet's own, whatever the server knows by now.
        tablet.go("/desk").await;
        let due = due(&site, &arrived).await;
        confirm(&tablet, &due.1).await;
        arrived.push(due.0);
    }
    let lies = Fate::ALL.iter().filter(|fate| **fate != Fate::Passes);
    let lies: usize = lies.map(|fate| proxy.met(*fate)).sum();
    assert!(lies > times, "only {lies} lies");

    proxy.heal();
    settle(&phone, &site, times).await;
    settle(&tablet, &site, times).await;
    for booking in &arrived {
        let here = |v: &Visit| v.booking == Some(booking.id) && v.repeats.is_none();
        site.holds::<Visit>(OFFICE, 1, here).await;
    }
    assert_eq!(site.rows::<Booking>(OFFICE).await.len(), booked + times);
    phone.go("/bookings").await;
    let confirmed = |page: &str| page.matches("Dipastikan").count() == times;
    let page = phone.until("all confirmed", confirmed).await;
    for who in people {
        assert!(page.contains(&name(who)), "{page}");
    }
    for browser in [phone, tablet] {
        browser.close().await;
    }
    lies
}

/// Grown-ups of the roll who have not booked.
async fn unbooked(site: &Site, count: usize) -> Vec<usize> {
    let mut names = BTreeSet::new();
    for booking in site.rows::<Booking>(OFFICE).await {
        names.insert(name_of(site, OFFICE, booking.resident).await);
    }
    let all = (0..ROLL).filter(is_grown_up);
    let free: Vec<usize> = all
        .filter(|n| !names.contains(&name(*n)))
        .take(count)
        .collect();
    assert_eq!(free.len(), count, "enough have not booked");
    free
}

/// Somebody of today whose arrival nobody has confirmed.
async fn due(site: &Site, arrived: &[Booking]) -> (Booking, String) {
    let today = "2026-11-23".parse().unwrap();
    let all: Vec<Booking> = site.rows(OFFICE).await;
    let due = all.into_iter().find(|b| {
        b.state == State::Confirmed
            && b.slot.is_some_and(|slot| slot.date() == today)
            && arrived.iter().all(|other| other.id != b.id)
    });
    let booking = due.expect("the demo has bookings for today");
    let who = name_of(site, OFFICE, booking.resident).await;
    (booking, who)
}

#[tokio::test]
async fn the_app_over_a_network_that_lies_loses_and_doubles_nothing() {
    let (rounds, times) = (soak::times(1, 20), 3);
    let mut lies = 0;
    for round_number in 0..rounds {
        lies += round(round_number as u64, times).await;
    }
    let figures = [
        ("booked", (rounds * times) as u64),
        ("arrived", (rounds * times) as u64),
        ("lies", lies as u64),
    ];
    soak::report("network, browser", &figures);
}
