//! The head enters a list of the kelurahan, and the people on it can be invited and booked for.

use shared::resident::Resident;
use tests::{
    browser::{DESKTOP, PHONE},
    harness::OFFICE,
    site::Site,
    steps::{ROLL, choose_file, list_to_enter, name_the_names},
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
