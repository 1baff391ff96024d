//! The tablet's camera reads a real ticket; without a camera the code is typed.

use shared::visit::Visit;
use tests::{
    browser::TABLET,
    camera,
    harness::OFFICE,
    site::{Site, sign_in},
    steps::{ROLL, expected},
};

#[tokio::test]
async fn the_camera_reads_the_ticket_and_the_arrival_is_confirmed_without_a_network() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let folder = tempfile::tempdir().unwrap();
    let args = camera::showing(booking.ticket.as_deref().unwrap(), folder.path());
    let tablet = site.device_with(TABLET, &args).await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.kept().await;
    site.stop().await;
    tablet.go("/desk/scan").await;
    let card = tablet.see("Tiket asli, janji hari ini").await;
    assert!(card.contains(&who), "{card}");
    tablet.tap("Konfirmasi datang").await;
    tablet.see("Nomor antrean").await;
    site.start().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    tablet.close().await;
}

#[tokio::test]
async fn a_refused_camera_leaves_the_typed_code() {
    let site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let args = ["--use-fake-device-for-media-stream".to_owned()];
    let tablet = site.device_with(TABLET, &args).await;
    tablet.answer("camera", "denied").await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.go("/desk/scan").await;
    tablet.see("Kamera tidak diizinkan").await;
    tablet.fill("Kode tiket", booking.code.as_str()).await;
    let card = tablet.see("Kode ditemukan, janji hari ini").await;
    assert!(card.contains(&who), "{card}");
    tablet.tap("Konfirmasi datang").await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    tablet.close().await;
}

/// The camera shows a code that is no ticket. The track ends as when the permission is withdrawn or the camera comes loose.
#[tokio::test]
async fn a_camera_that_stops_while_scanning_is_said_and_can_be_tried_again() {
    let site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let folder = tempfile::tempdir().unwrap();
    let args = camera::showing("no ticket", folder.path());
    let tablet = site.device_with(TABLET, &args).await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.go("/desk/scan").await;
    tablet.see("Kode terbaca").await;
    let end =
        "document.querySelector('video').srcObject.getTracks().forEach(track => track.stop())";
    for _ in 0..2 {
        tablet.run::<()>(end).await;
        tablet.see("Kamera berhenti").await;
        tablet.tap("Coba kamera lagi").await;
        tablet.see("Kode terbaca").await;
    }
    tablet.run::<()>(end).await;
    tablet.see("Kamera berhenti").await;
    tablet.fill("Kode tiket", booking.code.as_str()).await;
    let card = tablet.see("Kode ditemukan, janji hari ini").await;
    assert!(card.contains(&who), "{card}");
    tablet.close().await;
}

/// What a browser says of a camera that another app takes, or that the system switches off.
const PRETENDED: &str = "\
    Object.defineProperty(MediaStreamTrack.prototype, 'muted', { get: () => !!window.taken }); \
    Object.defineProperty(document, 'hidden', { get: () => { \
        window.looks = (window.looks ?? 0) + 1; return !!window.away; } }); \
    const play = HTMLMediaElement.prototype.play; \
    HTMLMediaElement.prototype.play = function () { \
        return window.dark ? new Promise(() => {}) : play.call(this); };";

/// The camera is muted, or gives no picture at all, or is lost while another app is in front.
#[tokio::test]
async fn a_camera_without_a_picture_is_said_whatever_took_it() {
    let site = Site::open(ROLL, true).await;
    let (_, who) = expected(&site, OFFICE).await;
    let folder = tempfile::tempdir().unwrap();
    let args = camera::showing("no ticket", folder.path());
    let tablet = site.device_with(TABLET, &args).await;
    tablet.on_every_page(PRETENDED).await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.go("/desk/scan").await;
    tablet.see("Kode terbaca").await;
    // Another app takes it.
    tablet.run::<()>("window.taken = true").await;
    tablet.see("Kamera berhenti").await;
    tablet.run::<()>("window.taken = false").await;
    tablet.tap("Coba kamera lagi").await;
    tablet.see("Kode terbaca").await;
    // Lost while the app is in the background: said when it is in front again.
    let lost = "window.away = true; \
        document.querySelector('video').srcObject.getTracks().forEach(track => track.stop())";
    tablet.run::<()>(lost).await;
    let looks = "return window.looks ?? 0";
    let before: u64 = tablet.run(looks).await;
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while tablet.run::<u64>(looks).await < before + 3 {
        assert!(std::time::Instant::now() < end, "nobody looks any more");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    let page = tablet.text().await;
    assert!(!page.contains("Kamera berhenti"), "nobody sees it: {page}");
    tablet.run::<()>("window.away = false").await;
    tablet.see("Kamera berhenti").await;
    // Switched off by a key: no picture from the start.
    tablet.run::<()>("window.dark = true").await;
    tablet.tap("Coba kamera lagi").await;
    tablet.see("Menyalakan kamera").await;
    tablet.see("Kamera berhenti").await;
    tablet.run::<()>("window.dark = false").await;
    tablet.tap("Coba kamera lagi").await;
    tablet.see("Kode terbaca").await;
    tablet.close().await;
}
