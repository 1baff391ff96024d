//! Several phones of one person: one asks to be the only one, the others hear of it and may stay, staff settle it.

use chrono::TimeDelta;
use shared::{
    flag::{Flag, Kind},
    removal::{Removal, WAIT},
    resident::Resident,
};
use tests::{
    browser::{Browser, PHONE, TABLET},
    harness::{DEMO, OFFICE, person},
    invited::{claim, invite},
    site::Site,
    steps::{ROLL, born, grown_ups_of, name},
};

/// A phone that has the time of an invitation, and another one with its code that asks to be the only one.
async fn two_phones(site: &Site, who: usize) -> (Browser, Browser) {
    let code = invite(site, who).await;
    let first = site.device(PHONE).await;
    claim(&first, who, &code).await;
    first.tap("Saya datang").await;
    first.see("Anda sudah punya jadwal").await;
    let second = site.device(PHONE).await;
    second
        .go(&format!("/claim#office={OFFICE}&code={code}"))
        .await;
    second.see("Kode klaim").await;
    born(&second, person(who).birth.expect("a birth date")).await;
    second.tap("Minta HP lain dilepas").await;
    second.tap_at("//form//button[@type='submit']").await;
    second.see("Anda minta HP lain dilepas").await;
    (first, second)
}

/// Waits until the office has a request of a kind for somebody, or none.
async fn removal(site: &Site, who: usize, fits: fn(Option<&Removal>) -> bool) {
    let is_it = |r: &Resident| r.name.as_str() == name(who) && fits(r.removal.as_ref());
    site.holds::<Resident>(OFFICE, 1, is_it).await;
}

#[tokio::test]
async fn a_phone_that_stays_ends_the_request_and_staff_remove_the_other_one() {
    let mut site = Site::open(ROLL, false).await;
    let who = grown_ups_of(&DEMO.kelurahan()[0].code, ROLL)[0];
    let (first, second) = two_phones(&site, who).await;

    // Said without a network, and not held true before the office has it.
    first.go("/").await;
    first.see("minta").await;
    first.kept().await;
    site.stop().await;
    first.reload().await;
    first.tap("Ini HP saya: tetap pakai").await;
    first.see("Jawaban Anda tersimpan di HP ini").await;
    site.start().await;
    first.network_back().await;
    removal(&site, who, |r| r.is_some_and(Removal::is_contested)).await;
    for phone in [&first, &second] {
        phone.network_back().await;
        phone.go("/").await;
        phone.see("Dua HP tidak sepakat").await;
    }

    let quarrels = |f: &Flag| f.kind == Kind::PhonesDisagree && f.resolved_by.is_none();
    site.holds::<Flag>(OFFICE, 1, quarrels).await;
    let staff = site.staff(TABLET, "kelurahan.jelutung").await;
    let id = site
        .holds::<Resident>(OFFICE, 1, |r| r.name.as_str() == name(who))
        .await[0]
        .id;
    staff.go(&format!("/kelurahan/residents/{id}")).await;
    staff.see("Dua HP tidak sepakat").await;
    let asks = "//li[contains(., 'Minta HP lain dilepas')]//button";
    staff.tap_at(asks).await;
    staff.see("Tanyakan dulu kepada orangnya").await;
    staff.tap("Ya, lepas").await;
    removal(&site, who, |r| r.is_none()).await;

    second.network_back().await;
    let without = |page: &str| !page.contains(&name(who)) && !page.contains("tidak sepakat");
    second.go("/").await;
    second.until("nothing of the person", without).await;
    first.go("/").await;
    first.see("Buka tiket").await;
    assert!(!first.text().await.contains("tidak sepakat"));
    // The flag of the quarrel went with it.
    site.holds::<Flag>(OFFICE, 0, quarrels).await;
    for browser in [first, second, staff] {
        browser.close().await;
    }
}

#[tokio::test]
async fn a_phone_that_says_nothing_for_a_day_is_removed() {
    let site = Site::open(ROLL, false).await;
    let who = grown_ups_of(&DEMO.kelurahan()[0].code, ROLL)[0];
    let (first, second) = two_phones(&site, who).await;
    first.go("/").await;
    first.see("HP lain minta").await;
    site.clock.advance(WAIT - TimeDelta::minutes(1));
    site.tick().await;
    removal(&site, who, |r| r.is_some()).await;
    site.clock.advance(TimeDelta::minutes(2));
    site.tick().await;
    removal(&site, who, |r| r.is_none()).await;

    for phone in [&first, &second] {
        phone.set_clock(site.now()).await;
    }
    first.network_back().await;
    first.go("/").await;
    let without = |page: &str| !page.contains(&name(who));
    first.until("nothing of the person", without).await;
    second.network_back().await;
    second.go("/").await;
    second.see("Buka tiket").await;
    for browser in [first, second] {
        browser.close().await;
    }
}
