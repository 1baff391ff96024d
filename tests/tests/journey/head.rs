//! The head's page follows the room, says which tablet is silent, and stays readable.

use chrono::TimeDelta;
use tests::{
    browser::{Browser, DESKTOP, TABLET},
    harness::OFFICE,
    site::Site,
    steps::{ROLL, confirm, expected},
};

/// The four large figures.
async fn figures(head: &Browser) -> Vec<u32> {
    head.run(
        "return [...document.querySelectorAll('.stat__value')].slice(0, 4) \
         .map(e => parseInt(e.innerText))",
    )
    .await
}

/// Waits until the figures are these.
async fn shows(head: &Browser, wanted: [u32; 4]) {
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let found = figures(head).await;
        if found == wanted {
            return;
        }
        assert!(
            tokio::time::Instant::now() < end,
            "{found:?}, not {wanted:?}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn booked_came_waiting_recorded_follow_the_room() {
    let mut site = Site::open(ROLL, true).await;
    let (_, who) = expected(&site, OFFICE).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    // The demo has four arrivals: one recorded, one at the station, two waiting.
    let booked = figures(&head).await[0];
    shows(&head, [booked, 4, 2, 1]).await;
    head.see("Tidak ada tanda").await;

    let tablet = site.staff(TABLET, "operator.jelutung").await;
    confirm(&tablet, &who).await;
    shows(&head, [booked, 5, 3, 1]).await;
    tablet.go("/desk/scan").await;
    tablet.fill("Kode tiket", "ZZZZ9999").await;
    tablet.tap("Terima sebagai datang langsung").await;
    tablet.fill("Nama lengkap", "Rahmat Siregar").await;
    tablet.tap("nomor antrean").await;
    tablet.see("Nomor antrean").await;
    shows(&head, [booked, 6, 4, 1]).await;
    head.see("Tentang Rahmat Siregar").await;
    tablet.go("/desk/queue").await;
    tablet
        .tap_at("//*[@class='outcomes']//button[contains(., 'Terekam')]")
        .await;
    shows(&head, [booked, 6, 4, 2]).await;

    // A tablet that is not heard of for a while; the head's own clock goes on too.
    tablet.close().await;
    site.clock.advance(TimeDelta::minutes(25));
    head.set_clock(site.now()).await;
    head.reload().await;
    head.see("Diam").await;
    head.kept().await;
    site.stop().await;
    head.reload().await;
    head.see("Tanpa jaringan. Data per").await;
    shows(&head, [booked, 6, 4, 2]).await;
    head.see("Rahmat Siregar").await;
    head.close().await;
}
