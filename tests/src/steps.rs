//! What a resident does on the pages, step by step: for journeys and for screenshots.

use chrono::Datelike;
use shared::person::Sex;

use crate::{browser::Browser, harness::person};

/// People on the roll of each journey's office.
pub const ROLL: usize = 60;

/// Whether the `n`th person of the roll needs no guardian.
pub fn is_grown_up(n: &usize) -> bool {
    let today = "2026-11-23".parse().unwrap();
    person(*n)
        .birth
        .is_some_and(|birth| birth.age_on(today) >= 18)
}

/// The `n`th grown-up from the end of the roll.
pub fn grown_up(n: usize) -> usize {
    (0..ROLL).rev().filter(is_grown_up).nth(n).unwrap()
}

/// Fills the identity form for the `n`th person of the roll.
pub async fn identify(browser: &Browser, n: usize) {
    let draft = person(n);
    browser.tap("Belum pernah").await;
    browser.fill("NIK", draft.nik.unwrap().as_str()).await;
    browser.fill("Nomor KK", draft.kk.unwrap().as_str()).await;
    browser.fill("Nama lengkap", draft.name.as_str()).await;
    let birth = draft.birth.unwrap().date();
    for (n, value) in [
        (1, birth.day()),
        (2, birth.month()),
        (3, birth.year().unsigned_abs()),
    ] {
        let part = format!(
            "(//fieldset[legend[contains(., 'Tanggal lahir')]]//*[self::input or self::select])[{n}]"
        );
        browser.fill_at(&part, &value.to_string()).await;
    }
    let sex = if draft.sex == Some(Sex::Male) {
        "Laki-laki"
    } else {
        "Perempuan"
    };
    browser.tap(sex).await;
    browser
        .fill("Kelurahan atau desa", &draft.kelurahan.unwrap().to_string())
        .await;
}

/// The name of the `n`th person of the roll.
pub fn name(n: usize) -> String {
    person(n).name.as_str().to_owned()
}

/// The last day of the strip that can be chosen, and its first free hour.
pub async fn choose(phone: &Browser) {
    phone.see("Pilih waktu").await;
    phone
        .tap_at(
            "(//ol[contains(@class, 'days')]//button[not(contains(@class, 'closed'))]\
             [not(contains(@class, 'full'))])[last()]",
        )
        .await;
    phone
        .tap_at("(//ul[contains(@class, 'slots')]//button[not(@disabled)])[1]")
        .await;
    phone.tap("Lanjut").await;
    phone.see("Periksa lagi").await;
}

/// From the front page to the review.
pub async fn up_to_review(phone: &Browser, n: usize) {
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    identify(phone, n).await;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(phone).await;
    phone.see(&name(n)).await;
}
