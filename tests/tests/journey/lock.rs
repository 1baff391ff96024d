//! A device that the office has locked: its data goes, it says so, and it comes back once unlocked.

use chrono::TimeDelta;
use shared::{
    command::Command,
    flag::{Flag, Kind},
    visit::Visit,
};
use tests::{
    browser::{DESKTOP, TABLET},
    harness::OFFICE,
    site::{Site, sign_in},
    steps::{ROLL, confirm, expected, walk_in},
};

#[tokio::test]
async fn a_locked_tablet_wipes_itself_says_so_and_works_again_once_unlocked() {
    let site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    confirm(&tablet, &who).await;
    let visit = site
        .holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await
        .remove(0);
    tablet.kept().await;

    site.lock(visit.device, true).await;
    tablet.reload().await;
    let page = tablet.see("Perangkat ini dikunci kantor").await;
    assert!(!page.contains(&who), "{page}");
    // By the database itself, not by what the page says of it.
    // The page says so at once, and wipes then.
    for store in ["rows", "outbox", "drafts"] {
        tablet.until_stored(store, |count| count == 0).await;
    }
    tablet.go("/desk").await;
    tablet.see("Perangkat ini dikunci kantor").await;

    site.lock(visit.device, false).await;
    // The tablet asks by itself too, and may have been quicker than the finger.
    let again = "const again = [...document.querySelectorAll('button')] \
                     .find(button => button.innerText.includes('Coba lagi')); \
                 again?.click(); return true";
    tablet.run::<bool>(again).await;
    tablet
        .until("the pages", |text| !text.contains("dikunci"))
        .await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see("Menunggu").await;
    tablet.close().await;
}

/// The network is gone when somebody arrives, and the tablet is locked before it is back: the arrival comes in, marked,
/// and then the tablet is empty.
#[tokio::test]
async fn what_a_locked_tablet_had_not_sent_comes_in_marked() {
    let site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    walk_in(&tablet, "Rahmat Siregar", false).await;
    let device = site
        .holds::<Visit>(OFFICE, 1, |v| v.booking.is_none())
        .await[0]
        .device;
    tablet.go("/desk").await;
    tablet.see(&who).await;
    tablet.kept().await;
    // Only this page is cut off, so it goes on without a reload when the network is back.
    let down = "const real = window.fetch; window.down = true; \
                window.fetch = (...all) => window.down \
                    ? Promise.reject(new TypeError('no network')) : real(...all); \
                return true";
    tablet.run::<bool>(down).await;
    confirm(&tablet, &who).await;
    let lock = Command::LockDevice {
        device,
        locked: true,
    };
    site.clock.advance(TimeDelta::minutes(1));
    site.say(OFFICE, vec![lock]).await;
    let visits = site.rows::<Visit>(OFFICE).await;
    let has_come = visits.iter().any(|v| v.booking == Some(booking.id));
    assert!(!has_come, "it is on the tablet alone");
    tablet.run::<bool>("window.down = false; return true").await;
    tablet.network_back().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    site.holds::<Flag>(OFFICE, 1, |f| f.kind == Kind::SentAfterLock)
        .await;
    tablet.see("Perangkat ini dikunci kantor").await;
    tablet.until_stored("outbox", |count| count == 0).await;
    // All pages of the office have gone with it, and a finger wakes none of them.
    tablet.tap_at("//h1").await;
    tablet.close().await;
}

#[tokio::test]
async fn a_head_locks_a_lost_tablet_on_the_page_of_today() {
    let site = Site::open(ROLL, true).await;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    confirm(&tablet, &who).await;
    tablet.kept().await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    let lock = "(//button[starts-with(@aria-label, 'Kunci: Tablet')])[last()]";
    head.tap_at(lock).await;
    head.see("dikirim dulu dan diberi tanda").await;
    head.tap("Ya, kunci").await;
    head.see("Terkunci").await;
    // It hears of it while it lies there.
    tablet.see("Perangkat ini dikunci kantor").await;
    tablet.until_stored("rows", |count| count == 0).await;
    head.tap("Buka kunci").await;
    head.tap("Ya, buka kunci").await;
    head.until("the lock", |text| !text.contains("Terkunci"))
        .await;
    head.close().await;
    tablet.close().await;
}
