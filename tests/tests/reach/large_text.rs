//! A whole booking with letters of twice the size on a small phone: nothing is pushed out of sight
//! or out of reach, and nobody scrolls sideways.

use serde_json::json;
use tests::{
    browser::{Browser, Screen},
    site::Site,
    steps::{ROLL, grown_up, identify, name, pick},
};

const SMALL: Screen = Screen {
    name: "small phone",
    width: 360,
    height: 640,
    mobile: true,
};

/// Looks at the page as it is, and says under its name what is out of sight or reach.
async fn look(phone: &Browser, step: &str, found: &mut Vec<String>) {
    let answer = phone
        .driver
        .execute(include_str!("large_text.js"), vec![json!(SMALL.width)])
        .await
        .unwrap();
    let here: Vec<String> = answer.convert().unwrap();
    found.extend(here.into_iter().map(|what| format!("{step}: {what}")));
}

#[tokio::test]
async fn a_booking_with_letters_of_twice_the_size() {
    let site = Site::open(ROLL, false).await;
    // What a person sets in the browser: lengths in rem and in media queries follow it.
    let letters = ["--blink-settings=defaultFontSize=32".to_owned()];
    let phone = site.device_with(SMALL, &letters).await;
    let root = "return getComputedStyle(document.documentElement).fontSize";
    assert_eq!(phone.run::<String>(root).await, "32px");
    let found = &mut Vec::new();
    phone.see("Pilih kantor").await;
    look(&phone, "first visit", found).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.see("Pesan jadwal").await;
    look(&phone, "home", found).await;
    phone.tap("Pesan jadwal").await;
    phone.see("Data diri").await;
    look(&phone, "details", found).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("perlu diperbaiki").await;
    look(&phone, "details, wrong", found).await;
    identify(&phone, grown_up(0)).await;
    look(&phone, "details, right", found).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("kursi").await;
    look(&phone, "time", found).await;
    pick(&phone).await;
    look(&phone, "time, chosen", found).await;
    phone.tap("Lanjut").await;
    phone.see("Periksa lagi").await;
    look(&phone, "check", found).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    look(&phone, "done", found).await;
    phone.go("/bookings").await;
    phone.see(&name(grown_up(0))).await;
    look(&phone, "bookings", found).await;
    phone.tap(&name(grown_up(0))).await;
    phone.see("Kode tiket").await;
    look(&phone, "ticket", found).await;
    phone.tap("EN").await;
    phone.see("Ticket code").await;
    look(&phone, "ticket, English", found).await;
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
    phone.close().await;
}
