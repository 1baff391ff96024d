//! The head enters a list of the kelurahan, and the people on it can be invited and booked for.

use std::io::Write;

use shared::resident::Resident;
use tests::{
    browser::{DESKTOP, PHONE},
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{ROLL, choose_file, list_to_enter, name_the_names},
    workbook::{Sheet, texts, workbook},
};

#[tokio::test]
async fn a_list_is_put_right_entered_and_there_for_the_kelurahan() {
    let mut site = Site::open(ROLL, false).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    head.tap("Daftar penduduk").await;
    head.see("Berkas daftar").await;
    let file = list_to_enter();
    choose_file(&head, &file).await;
    // Nobody guesses that head: the person says what it means.
    name_the_names(&head).await;
    head.see("Masukkan 40 orang").await;
    head.see("Excel membulatkan nomor ini").await;
    head.tap("Masukkan 40 orang").await;
    head.see("40 orang baru masuk").await;
    head.see("1 baris perlu diperbaiki").await;
    site.holds::<Resident>(OFFICE, 40, |r| r.name.as_str() == "Warga Daftar")
        .await;

    // The same file again changes nothing.
    head.go("/head/roll").await;
    choose_file(&head, &file).await;
    name_the_names(&head).await;
    let page = head.see("Sudah tercatat, sama").await;
    assert!(page.contains("Masukkan 0 orang"), "{page}");

    // Without a network the page says so, and the people are on the kelurahan's phone.
    let staff = site.staff(PHONE, "kelurahan.jelutung").await;
    staff.see("Warga Daftar").await;
    staff.kept().await;
    site.stop().await;
    head.see("Tanpa jaringan, berkas belum dapat dimasukkan")
        .await;
    staff.go("/kelurahan").await;
    staff.see("Warga Daftar").await;
    staff.close().await;
    head.close().await;
}

/// One sheet for each kelurahan, each with a signature below its list: the head says which is read.
#[tokio::test]
async fn the_head_says_which_sheet_is_read_and_sees_what_is_left_out() {
    let site = Site::open(ROLL, false).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    let desa = &DEMO.office().kelurahan[0].name;
    let list = |name: &str| {
        texts(&[
            &["NAMA", "RT", "RW", "NO HP", "DESA"],
            &[name, "1", "1", "0741-123456", desa],
            &["Warga Lembar", "2", "1", "081274556677", desa],
            &["", "Mengetahui, Ketua RT 03"],
        ])
    };
    let file = workbook(
        &[
            Sheet::new("Satu", list("Warga Satu")),
            Sheet::new("Dua", list("Warga Dua")),
        ],
        None,
    );
    let mut kept = tempfile::Builder::new().suffix(".xlsx").tempfile().unwrap();
    kept.write_all(&file).unwrap();
    head.go("/head/roll").await;
    choose_file(&head, &kept).await;
    head.see("Pilih lembar yang berisi daftar").await;
    head.find("//button[contains(., 'Masukkan 2 orang') and @disabled]")
        .await;
    head.tap_at("//select[@id='roll-sheet']/option[@value='Dua']")
        .await;
    let page = head.see("Satu berkas dimasukkan per lembar").await;
    assert!(page.contains("Nomor HP dimulai dengan 08"), "{page}");
    assert!(page.contains("Mengetahui, Ketua RT 03"), "{page}");
    head.tap("Masukkan 2 orang").await;
    head.see("2 orang baru masuk").await;
    site.holds::<Resident>(OFFICE, 1, |r| r.name.as_str() == "Warga Dua")
        .await;
    site.holds::<Resident>(OFFICE, 0, |r| r.name.as_str() == "Warga Satu")
        .await;
    head.close().await;
}

/// A new office is told what comes first, where its head looks first.
#[tokio::test]
async fn a_new_office_is_told_to_bring_its_list() {
    let site = Site::open(0, false).await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("belum punya daftar penduduk").await;
    head.tap("Masukkan daftar").await;
    head.see("Berkas daftar").await;
    let file = list_to_enter();
    choose_file(&head, &file).await;
    name_the_names(&head).await;
    // The line to mend says whose it is and what stands there.
    let page = head.see("Excel membulatkan nomor ini").await;
    assert!(page.contains("Angka Hilang"), "{page}");
    assert!(page.contains("1,57108E+15"), "{page}");
    head.tap("Masukkan 40 orang").await;
    head.see("40 orang baru masuk").await;
    head.tap("Kembali ke hari ini").await;
    head.see("Per kelurahan").await;
    head.until("the list is known", |text| {
        !text.contains("belum punya daftar")
    })
    .await;
    head.close().await;
}
