//! A resident books on a phone: with the server there, and with the server gone.

use tests::{
    browser::PHONE,
    site::Site,
    steps::{ROLL, choose, grown_up, identify, name, up_to_review},
};

#[tokio::test]
async fn online_the_ticket_is_there_at_once_and_stays_without_a_network() {
    let mut site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    up_to_review(&phone, grown_up(0)).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    phone.kept().await;
    site.stop().await;
    phone.go("/bookings").await;
    phone.tap(&name(grown_up(0))).await;
    phone.see("Kode tiket").await;
    phone.find("//*[local-name()='svg'][@role='img']").await;
    phone.close().await;
}

#[tokio::test]
async fn without_a_network_the_request_waits_on_the_phone_and_is_confirmed_later() {
    let mut site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.see("Pesan jadwal").await;
    site.stop().await;
    // Opened anew with nobody there: from the worker's cache.
    phone.go("/").await;
    phone.tap("Pesan jadwal").await;
    identify(&phone, grown_up(1)).await;
    // Half a form survives the browser's restart.
    phone.reload().await;
    phone.see("Nama lengkap").await;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(&phone).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Tersimpan di HP ini").await;
    site.start().await;
    phone.see("Jadwal Anda dipastikan").await;
    phone.close().await;
}
