//! What people do on the pages, step by step: for journeys and for screenshots.

use chrono::{Datelike, NaiveDate};
use server::demo::DemoResident;
use shared::{
    booking::{Booking, State},
    ids::{OfficeId, ResidentId},
    person::{BirthDate, Sex},
    region::RegionCode,
    resident::{Draft, Resident},
};

use std::io::Write as _;
use tempfile::NamedTempFile;

use crate::{
    browser::{Browser, TABLET},
    harness::{DEMO, OFFICE, person},
    site::Site,
};

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

/// The grown-ups of a kelurahan, from the end of the roll.
pub fn grown_ups_of(kelurahan: &RegionCode, roll: usize) -> Vec<usize> {
    let own = |n: &usize| person(*n).kelurahan.as_ref() == Some(kelurahan);
    (0..roll).rev().filter(is_grown_up).filter(own).collect()
}

/// Somebody of a demo office as a draft, old enough whatever the age.
#[must_use]
pub fn draft(person: DemoResident) -> Draft {
    Draft {
        name: person.name,
        nik: Some(person.nik),
        kk: Some(person.kk),
        birth: Some(person.birth),
        sex: Some(person.sex),
        phone: person.phone,
        kelurahan: Some(person.kelurahan),
        rt: Some(person.rt),
        rw: Some(person.rw),
        married: true,
        guardian: None,
        recorded_on: None,
    }
}

/// The name of the `n`th person of the roll.
pub fn name(n: usize) -> String {
    person(n).name.as_str().to_owned()
}

/// A part of the date of birth: 1 is the day, 2 the month, 3 the year.
#[must_use]
pub fn part_of_birth(n: usize) -> String {
    part_of_date("Tanggal lahir", n)
}

fn part_of_date(legend: &str, n: usize) -> String {
    format!("(//fieldset[legend[contains(., '{legend}')]]//*[self::input or self::select])[{n}]")
}

/// Fills the three parts of the date of birth.
pub async fn born(browser: &Browser, birth: BirthDate) {
    fill_date(browser, "Tanggal lahir", birth.date()).await;
}

/// Fills the three parts of a date.
pub async fn fill_date(browser: &Browser, legend: &str, date: NaiveDate) {
    let parts = [date.day(), date.month(), date.year().unsigned_abs()];
    for (n, value) in (1..).zip(parts) {
        browser
            .fill_at(&part_of_date(legend, n), &value.to_string())
            .await;
    }
}

/// Fills the identity form for the `n`th person of the roll.
pub async fn identify(browser: &Browser, n: usize) {
    identify_as(browser, &person(n)).await;
}

/// Fills the identity form.
pub async fn identify_as(browser: &Browser, draft: &Draft) {
    browser.tap("Belum pernah").await;
    browser
        .fill("NIK", draft.nik.as_ref().unwrap().as_str())
        .await;
    browser
        .fill("Nomor KK", draft.kk.as_ref().unwrap().as_str())
        .await;
    browser.fill("Nama lengkap", draft.name.as_str()).await;
    born(browser, draft.birth.unwrap()).await;
    let sex = if draft.sex == Some(Sex::Male) {
        "Laki-laki"
    } else {
        "Perempuan"
    };
    browser.tap(sex).await;
    let kelurahan = draft.kelurahan.as_ref().unwrap().to_string();
    browser.fill("Kelurahan atau desa", &kelurahan).await;
}

/// Touches the last day of the strip that can be chosen, and its first free hour.
pub async fn pick(browser: &Browser) {
    browser
        .tap_at(
            "(//ol[contains(@class, 'days')]//button[not(contains(@class, 'closed'))]\
             [not(contains(@class, 'full'))])[last()]",
        )
        .await;
    browser
        .tap_at("(//ul[contains(@class, 'slots')]//button[not(@disabled)])[1]")
        .await;
}

/// A resident chooses a time.
pub async fn choose(phone: &Browser) {
    phone.see("Pilih waktu").await;
    pick(phone).await;
    phone.tap("Lanjut").await;
    phone.see("Periksa lagi").await;
}

/// From the front page to the review.
pub async fn up_to_review(phone: &Browser, n: usize) {
    up_to_review_at(phone, "Kecamatan Jelutung", &person(n)).await;
}

/// From the front page to the review, at an office.
pub async fn up_to_review_at(phone: &Browser, office: &str, draft: &Draft) {
    phone.tap(office).await;
    phone.tap("Pesan jadwal").await;
    identify_as(phone, draft).await;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(phone).await;
    phone.see(draft.name.as_str()).await;
}

/// Somebody who is expected today, by name.
pub async fn expected(site: &Site, office: OfficeId) -> (Booking, String) {
    let today = "2026-11-23".parse().unwrap();
    let is_due =
        |b: &&Booking| b.state == State::Confirmed && b.slot.is_some_and(|s| s.date() == today);
    let bookings: Vec<Booking> = site.rows(office).await;
    let booking = bookings
        .iter()
        .find(is_due)
        .expect("the demo has bookings for today")
        .clone();
    let name = name_of(site, office, booking.resident).await;
    (booking, name)
}

/// How the server knows somebody.
pub async fn name_of(site: &Site, office: OfficeId, id: ResidentId) -> String {
    let all: Vec<Resident> = site.rows(office).await;
    let found = all.iter().find(|r| r.id == id).unwrap();
    found.name.as_str().to_owned()
}

/// A tablet that has somebody of today on its list, and then the network is gone.
pub async fn alone_at_the_desk(site: &mut Site) -> (Browser, Booking, String) {
    let (booking, who) = expected(site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.kept().await;
    site.stop().await;
    (tablet, booking, who)
}

/// Confirms somebody of today's list in two touches.
pub async fn confirm(tablet: &Browser, who: &str) {
    tablet.tap(who).await;
    tablet.tap("Konfirmasi datang").await;
    tablet.see("Nomor antrean").await;
}

/// Takes somebody in who came without a booking.
pub async fn walk_in(tablet: &Browser, who: &str, priority: bool) {
    tablet.go("/desk/walk-in").await;
    tablet.fill("Nama lengkap", who).await;
    if priority {
        tablet.tap("Didahulukan").await;
    }
    tablet.tap("nomor antrean").await;
    tablet.see("Nomor antrean").await;
}

/// The ticket's code and the claim code, as they stand on the slip that is shown.
pub async fn codes_of_slip(browser: &Browser) -> (String, String) {
    browser.see("Kode klaim").await;
    let codes: Vec<String> = browser
        .run("return [...document.querySelectorAll('.slip__code')].map(e => e.innerText)")
        .await;
    let bare = |code: &String| code.chars().filter(char::is_ascii_alphanumeric).collect();
    match codes.as_slice() {
        [ticket, claim] => (bare(ticket), bare(claim)),
        other => panic!("a slip has two codes, not {other:?}"),
    }
}

/// A list of 40 people and one line to mend, with a head that nobody guesses, and a number that a spreadsheet has rounded.
#[must_use]
pub fn list_to_enter() -> NamedTempFile {
    let kelurahan = &DEMO.office().kelurahan[0].name;
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    writeln!(file, "NIK;Yang Bersangkutan;Tgl Lahir;JK;Desa").unwrap();
    for n in 1..=40 {
        let nik = format!("157108120590{:04}", 7_000 + n);
        writeln!(file, "{nik};Warga Daftar;12-05-1990;L;{kelurahan}").unwrap();
    }
    writeln!(file, "1,57108E+15;Angka Hilang;12-05-1990;L;{kelurahan}").unwrap();
    file
}

/// Chooses a file in the page's field for one.
pub async fn choose_file(browser: &Browser, file: &NamedTempFile) {
    let input = browser.find("//input[@type='file']").await;
    let path = file.path().to_str().expect("a path in UTF-8");
    input.send_keys(path).await.expect("the file is chosen");
}

/// Says which column of that list holds the names.
pub async fn name_the_names(browser: &Browser) {
    browser.see("Tentukan kolom nama").await;
    let name = "//tr[th[contains(., 'Yang Bersangkutan')]]//option[@value='name']";
    browser.tap_at(name).await;
}
