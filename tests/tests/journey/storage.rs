//! A device without room, and a database that the browser closes: said in words, nothing typed is
//! lost.

use std::time::Duration;

use shared::booking::{Booking, State};
use tests::{
    browser::PHONE,
    harness::OFFICE,
    site::Site,
    steps::{ROLL, choose, grown_up, identify, name, up_to_review},
};
use tokio::time::Instant;

#[tokio::test]
async fn a_full_device_says_so_and_keeps_what_was_typed() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    phone.see("Data diri").await;
    phone.room(false).await;
    identify(&phone, grown_up(0)).await;
    phone.see("Isian belum bisa disimpan di HP ini").await;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(&phone).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Belum tersimpan di HP ini").await;
    let page = phone.see("Ruang simpan perangkat penuh").await;
    assert!(page.contains(&name(grown_up(0))), "{page}");
    assert!(site.rows::<Booking>(OFFICE).await.is_empty());

    phone.room(true).await;
    phone.tap("Kirim pesanan").await;
    let page = phone.see("Jadwal Anda dipastikan").await;
    assert!(!page.contains("Ruang simpan perangkat penuh"), "{page}");
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed)
        .await;
    phone.close().await;
}

#[tokio::test]
async fn a_closed_database_says_so_and_what_was_typed_is_sent_with_the_next_touch() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    up_to_review(&phone, grown_up(0)).await;
    phone.forget_site().await;
    phone.tap("Kirim pesanan").await;
    phone.see("Penyimpanan tertutup").await;
    let page = phone.see("Belum tersimpan di HP ini").await;
    assert!(page.contains(&name(grown_up(0))), "{page}");
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed)
        .await;
    phone.close().await;
}

#[tokio::test]
async fn a_newer_version_in_another_tab_may_take_the_database_over() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    up_to_review(&phone, grown_up(0)).await;
    let first = phone.shown().await;
    phone.tab(site.now()).await;
    phone.go("/manifest.webmanifest").await;
    phone
        .run::<bool>(
            "window.taken = 'no'; const open = indexedDB.open('rekam', 2); \
             open.onsuccess = () => { window.taken = 'yes' }; \
             open.onblocked = () => { window.taken = 'blocked' }; return true",
        )
        .await;
    let end = Instant::now() + Duration::from_secs(20);
    while phone.run::<String>("return window.taken").await != "yes" {
        assert!(Instant::now() < end, "not taken over");
    }
    phone.show(&first).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Penyimpanan tertutup").await;
    let page = phone.see("Belum tersimpan di HP ini").await;
    assert!(page.contains(&name(grown_up(0))), "{page}");
    phone.close().await;
}
