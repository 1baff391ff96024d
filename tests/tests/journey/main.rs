//! Journeys in real Chromium over the built, optimised app. Offline means that the server is
//! stopped.

mod arrival;
mod booking;
mod languages;

use chrono::Datelike;
use shared::person::Sex;
use tests::{browser::Browser, harness::person};

/// People on the roll of each journey's office.
const ROLL: usize = 60;

/// A grown-up of the roll who has nothing booked: the `n`th of them.
fn grown_up(n: usize) -> usize {
    let today = "2026-11-23".parse().unwrap();
    let adult = |n: &usize| {
        person(*n)
            .birth
            .is_some_and(|birth| birth.age_on(today) >= 18)
    };
    (0..ROLL).rev().filter(adult).nth(n).unwrap()
}

/// Fills the identity form for the `n`th person of the roll.
async fn identify(browser: &Browser, n: usize) {
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
fn name(n: usize) -> String {
    person(n).name.as_str().to_owned()
}
