//! A day on which the office also records in a village: each tablet says once where it works, and the head
//! sees each place by itself.

use shared::{lease::Tablet, visit::Visit};
use tests::{
    browser::{Browser, DESKTOP, TABLET},
    harness::OFFICE,
    invited::village_on,
    site::Site,
    steps::{ROLL, confirm, expected, walk_in},
};

const QUESTION: &str = "Di mana tablet ini bekerja hari ini?";
/// The topbar says the name of the office too.
const AT_OFFICE: &str = "//main//button[contains(., 'Kecamatan Jelutung')]";

/// The line of a place in the head's table, without the office's name before it.
async fn line(head: &Browser, place: &str) -> Vec<String> {
    let script = format!(
        "const line = [...document.querySelectorAll('tr')].find(e => \
            e.querySelector('th[scope=row]')?.innerText === '{place}'); \
         return line ? [...line.querySelectorAll('td')].map(e => e.innerText) : []"
    );
    head.run(&script).await
}

/// Waits until arrivals (third column) of a place are so many.
async fn came(head: &Browser, place: &str, wanted: &str) -> Vec<String> {
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let found = line(head, place).await;
        if found.get(2).is_some_and(|came| came == wanted) {
            return found;
        }
        assert!(
            tokio::time::Instant::now() < end,
            "{place}: {found:?}, not {wanted} who came"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn a_tablet_says_once_where_it_works_and_the_head_sees_each_place() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let today = "2026-11-23".parse().unwrap();
    let session = village_on(&site, today).await;
    let place = session.what.place.as_str();
    let head = site.staff(DESKTOP, "head.jelutung").await;
    // The demo has four arrivals at the office.
    let office = came(&head, "Kantor", "4").await;
    assert_eq!(
        came(&head, place, "0").await[1],
        "0",
        "nobody is booked there"
    );
    let all = came(&head, "Semua tempat (2)", "4").await;
    assert_eq!(all[1], office[1]);
    let seats = |of: &[String]| of[0].parse::<u32>().unwrap();
    let there = line(&head, place).await;
    assert_eq!(seats(&all), seats(&office) + seats(&there));

    // A tablet of the village team: asked before any list is shown, and then no more.
    let away = site.staff(TABLET, "operator.jelutung").await;
    let page = away.see(QUESTION).await;
    assert!(!page.contains(&who), "no list before the answer: {page}");
    away.tap(place).await;
    away.see(&format!("Tablet ini bekerja di: {place}")).await;
    let in_trip = |t: &Tablet| t.trip == [session.id];
    site.holds::<Tablet>(OFFICE, 1, in_trip).await;
    assert!(!away.text().await.contains(&who), "the office's list");
    walk_in(&away, "Budi Hartono", false).await;
    let is_there = |v: &Visit| v.session == Some(session.id);
    site.holds::<Visit>(OFFICE, 1, is_there).await;

    // A tablet at the office: one touch, also without a network, and no more that day.
    let stays = site.staff(TABLET, "operator2.jelutung").await;
    stays.see(QUESTION).await;
    stays.kept().await;
    site.stop().await;
    stays.tap_at(AT_OFFICE).await;
    stays.see(&who).await;
    stays.reload().await;
    stays.see(&who).await;
    site.start().await;
    for browser in [&stays, &head, &away] {
        browser.network_back().await;
    }
    confirm(&stays, &who).await;
    let at_office = |v: &Visit| v.booking == Some(booking.id) && v.session.is_none();
    site.holds::<Visit>(OFFICE, 1, at_office).await;
    head.network_back().await;

    // The head reads each place, and the sum.
    assert_eq!(came(&head, place, "1").await[3], "1", "one waits there");
    came(&head, "Kantor", "5").await;
    came(&head, "Semua tempat (2)", "6").await;

    // Somebody was sent back: the tablet's place can be changed, and what it took down there stays to be
    // called.
    away.go("/desk").await;
    away.tap("Ganti tempat").await;
    away.tap_at(AT_OFFICE).await;
    away.see("Tablet ini bekerja di: Kantor").await;
    site.holds::<Tablet>(OFFICE, 0, in_trip).await;
    away.go("/desk/queue").await;
    away.see("Menunggu di tempat lain").await;
    away.see("Budi Hartono").await;
    for browser in [head, away, stays] {
        browser.close().await;
    }
}
