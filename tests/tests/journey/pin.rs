//! The screen of an operator's tablet: it locks after idle minutes, and a PIN opens it again.

use std::time::Duration;

use chrono::{DateTime, TimeDelta};
use server::store::{audit, sessions};
use shared::{
    booking::{Booking, State},
    envelope::Actor,
    flag::{Flag, Kind},
    visit::Visit,
};
use tests::{
    browser::{Browser, TABLET},
    harness::OFFICE,
    pins::{self, FIRST, FIRST_PIN, SECOND, SECOND_PIN},
    site::{Site, sign_in},
    steps::{ROLL, confirm, expected, name_of},
};

async fn site() -> Site {
    let site = Site::open(ROLL, true).await;
    pins::lock_after(&site, 10).await;
    site
}

/// A tablet on which both operators have signed in and made a PIN; the second one works.
async fn shared_tablet(site: &Site) -> Browser {
    let tablet = site.device(TABLET).await;
    pins::enter(&tablet, FIRST, FIRST_PIN).await;
    pins::enter(&tablet, SECOND, SECOND_PIN).await;
    tablet
}

#[tokio::test]
async fn an_idle_screen_locks_in_all_tabs_and_its_pin_opens_it() {
    let site = site().await;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, FIRST).await;
    let page = tablet.see("Buat PIN untuk tablet ini").await;
    assert!(page.contains("10 menit"), "{page}");
    assert!(!pins::html(&tablet).await.contains(&who));
    pins::type_pin(&tablet, "123456").await;
    tablet.see("terlalu mudah ditebak").await;
    pins::type_pin(&tablet, FIRST_PIN).await;
    tablet.see("Ketik PIN yang sama").await;
    pins::type_pin(&tablet, SECOND_PIN).await;
    tablet.see("Kedua PIN tidak sama").await;
    pins::make(&tablet, FIRST_PIN).await;
    tablet.see(&who).await;

    // A touch now and then keeps it open; those within half a second count as one.
    tokio::time::sleep(Duration::from_secs(1)).await;
    pins::move_clock(&tablet, 9).await;
    tablet.tap("Belum datang").await;
    pins::move_clock(&tablet, 9).await;
    tokio::time::sleep(Duration::from_secs(6)).await;
    tablet.see(&who).await;
    // The page that is opened again has its old clock.
    tablet.reload().await;
    tablet.see("Layar terkunci").await;
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.see(&who).await;

    let one = tablet.shown().await;
    // Both tabs have one clock, as on a tablet.
    let now = DateTime::from_timestamp_millis(tablet.run("return Date.now()").await);
    let other = tablet.tab(now.unwrap() + TimeDelta::seconds(2)).await;
    tablet.go("/desk/queue").await;
    tablet.see("Menunggu").await;
    tablet.show(&one).await;
    pins::leave_alone(&tablet).await;
    for path in [
        "/desk",
        "/desk/queue",
        "/attention",
        "/settings",
        "/bookings",
        "/",
    ] {
        tablet.go(path).await;
        tablet.see("Layar terkunci").await;
        assert!(!pins::html(&tablet).await.contains(&who), "{path}");
    }
    tablet.show(&other).await;
    tablet.see("Layar terkunci").await;
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.see("Menunggu").await;
    tablet.show(&one).await;
    tablet.go("/desk").await;
    tablet.see(&who).await;
    tablet.close().await;
}

#[tokio::test]
async fn wrong_tries_delay_and_no_clock_opens_a_locked_screen() {
    let site = site().await;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = site.device(TABLET).await;
    pins::enter(&tablet, FIRST, FIRST_PIN).await;
    tablet.see(&who).await;
    tablet.kept().await;
    // Switched off in the middle, and on again after lunch: the time of the last touch is kept.
    tablet.set_clock(site.now() + TimeDelta::hours(1)).await;
    tablet.reload().await;
    tablet.see("Layar terkunci").await;
    // Set back to when it was open, and before that.
    for minutes in [1, -30, -100_000] {
        tablet
            .set_clock(site.now() + TimeDelta::minutes(minutes))
            .await;
        tablet.reload().await;
        tablet.see("Layar terkunci").await;
        assert!(!pins::html(&tablet).await.contains(&who), "{minutes}");
    }
    for wrong in ["907318", "907319", "907320"] {
        pins::type_pin(&tablet, wrong).await;
        tablet.see("PIN tidak cocok").await;
        tablet
            .until("the answer", |text| !text.contains("Sebentar"))
            .await;
    }
    pins::type_pin(&tablet, "907321").await;
    tablet.see("Tunggu").await;
    // Neither a page that is opened again nor a clock shortens the wait.
    tablet.set_clock(site.now() + TimeDelta::days(1)).await;
    tablet.reload().await;
    tablet.see("Tunggu").await;
    tablet.find("//input[@id='pin'][@readonly]").await;
    tablet
        .until("the wait's end", |text| !text.contains("Tunggu"))
        .await;
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.see("Hari ini").await;
    // An open one whose clock goes back locks at once.
    pins::move_clock(&tablet, -60).await;
    tablet.see("Layar terkunci").await;
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.close().await;
}

async fn expected_today(site: &Site) -> Vec<(Booking, String)> {
    let today = site.now().date_naive();
    let mut found = Vec::new();
    for booking in site.rows::<Booking>(OFFICE).await {
        let is_today = booking.slot.is_some_and(|slot| slot.date() == today);
        if booking.state == State::Confirmed && is_today {
            let name = name_of(site, OFFICE, booking.resident).await;
            found.push((booking, name));
        }
    }
    found
}

#[tokio::test]
async fn another_account_goes_on_without_a_network_and_each_speaks_as_themselves() {
    let mut site = site().await;
    let all = expected_today(&site).await;
    let [(first, first_name), (second, second_name)] = &all[..2] else {
        panic!("two people are expected");
    };
    let tablet = shared_tablet(&site).await;
    tablet.see(first_name).await;
    tablet.kept().await;
    pins::leave_alone(&tablet).await;
    site.stop().await;

    pins::choose(&tablet, "Operator 1").await;
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.see("Operator 1").await;
    confirm(&tablet, first_name).await;
    pins::leave_alone(&tablet).await;
    pins::choose(&tablet, "Operator 2").await;
    pins::unlock(&tablet, SECOND_PIN).await;
    tablet.see("Operator 2").await;
    confirm(&tablet, second_name).await;

    site.start().await;
    tablet.network_back().await;
    for booking in [first, second] {
        site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
            .await;
    }
    let ops = tablet.outbox().await;
    let confirmed: Vec<_> = ops
        .iter()
        .filter(|op| op.envelope.kind == "confirm_arrival")
        .map(|op| op.envelope.actor)
        .collect();
    let [Actor::User(one), Actor::User(other)] = confirmed[..] else {
        panic!("{confirmed:?}");
    };
    assert_ne!(one, other);
    // As the server has it: each by whoever did it.
    let app = site.app.as_ref().unwrap();
    let mut tx = app.backend.db.read().await.unwrap();
    let said = audit::of_kind(&mut tx, OFFICE, "confirm_arrival").await;
    drop(tx);
    let said = said.unwrap();
    let last: Vec<&String> = said.iter().rev().take(2).rev().collect();
    assert_eq!(
        last,
        [&format!("{one}: applied"), &format!("{other}: applied")]
    );
    tablet.close().await;
}

#[tokio::test]
async fn who_signs_out_leaves_no_pin_and_the_other_goes_on() {
    let mut site = site().await;
    let (booking, who) = expected(&site, OFFICE).await;
    let tablet = shared_tablet(&site).await;
    tablet.see(&who).await;
    tablet.kept().await;
    let rows = tablet.stored("rows").await;
    // Without a network: what is not sent stays.
    site.stop().await;
    confirm(&tablet, &who).await;
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.tap("Ya, keluar").await;
    let page = tablet.see("Layar terkunci").await;
    assert!(page.contains("PIN Operator 1"), "{page}");
    assert!(!page.contains("Operator 2"), "{page}");
    assert_eq!(pins::notes(&tablet).await.len(), 1);
    assert_eq!(tablet.stored("rows").await, rows);
    pins::unlock(&tablet, FIRST_PIN).await;
    tablet.go("/desk").await;
    tablet.see(&who).await;
    site.start().await;
    tablet.network_back().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    assert!(
        site.rows::<Flag>(OFFICE)
            .await
            .iter()
            .all(|flag| flag.kind != Kind::SentAfterLock)
    );
    // The last one, from the locked screen.
    pins::leave_alone(&tablet).await;
    tablet.tap("Keluarkan Operator 1").await;
    tablet.see("Halaman ini untuk petugas").await;
    assert!(pins::notes(&tablet).await.is_empty());
    assert!(!pins::html(&tablet).await.contains(&who));
    tablet.close().await;
}

#[tokio::test]
async fn a_forgotten_pin_is_made_again_after_the_password() {
    let site = site().await;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = shared_tablet(&site).await;
    pins::leave_alone(&tablet).await;
    tablet.tap("Masuk dengan kata sandi").await;
    let page = tablet.see("Nama pengguna").await;
    assert!(
        !page.contains("Anda sudah masuk"),
        "that leads back: {page}"
    );
    sign_in(&tablet, FIRST).await;
    pins::make(&tablet, "620583").await;
    tablet.see(&who).await;
    pins::leave_alone(&tablet).await;
    let page = tablet.see("PIN Operator 1").await;
    assert!(page.contains("Operator 2"), "{page}");
    pins::type_pin(&tablet, FIRST_PIN).await;
    tablet.see("PIN tidak cocok").await;
    pins::unlock(&tablet, "620583").await;
    tablet.close().await;
}

/// Who was signed in beside somebody else, and no longer is, signs in again.
#[tokio::test]
async fn a_session_that_is_over_asks_for_the_password() {
    let site = site().await;
    let tablet = shared_tablet(&site).await;
    let app = site.app.as_ref().unwrap();
    let mut tx = app.backend.db.write().await.unwrap();
    let first = server::store::accounts::by_username(&mut tx, FIRST).await;
    let id = first.unwrap().unwrap().id;
    sessions::end_all(&mut tx, id).await.unwrap();
    tx.commit().await.unwrap();
    pins::leave_alone(&tablet).await;
    pins::choose(&tablet, "Operator 1").await;
    pins::type_pin(&tablet, FIRST_PIN).await;
    // The server says so, and the other one is left.
    let page = tablet.see("PIN Operator 2").await;
    assert!(!page.contains("Operator 1"), "{page}");
    sign_in(&tablet, FIRST).await;
    // The PIN was not forgotten.
    tablet.see("Hari ini").await;
    pins::leave_alone(&tablet).await;
    pins::choose(&tablet, "Operator 2").await;
    pins::unlock(&tablet, SECOND_PIN).await;
    tablet.close().await;
}

#[tokio::test]
async fn a_locked_tablet_forgets_its_pins_too() {
    let site = site().await;
    let tablet = shared_tablet(&site).await;
    assert_eq!(pins::notes(&tablet).await.len(), 3);
    let device = tablet.outbox().await[0].envelope.device_id;
    site.lock(device, true).await;
    tablet.reload().await;
    tablet.see("Perangkat ini dikunci kantor").await;
    assert!(pins::notes(&tablet).await.is_empty());
    tablet.close().await;
}
