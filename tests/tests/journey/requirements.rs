//! A head says what residents bring, without a network, and a phone reads it afterwards.

use shared::office::Office;
use tests::{
    browser::{PHONE, TABLET},
    harness::OFFICE,
    site::Site,
    steps::ROLL,
};

const PAPER: &str = "Fotokopi akta lahir";
const LETTER: &str = "Surat pengantar RT";

#[tokio::test]
async fn a_head_sets_what_residents_bring_and_reads_it_as_they_will() {
    let mut site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    let before = phone.see("Yang dibawa").await;
    assert!(
        before.contains(LETTER) && !before.contains(PAPER),
        "{before}"
    );

    let head = site.staff(TABLET, "head.jelutung").await;
    head.see("Per kelurahan").await;
    head.tap("Yang dibawa warga").await;
    head.see("Yang dibaca warga sekarang").await;
    head.kept().await;
    site.stop().await;
    head.tap(LETTER).await;
    head.fill("Berkas lain 1", PAPER).await;
    let preview = head.see("Yang akan dibaca warga").await;
    assert!(preview.contains(PAPER), "{preview}");
    // An empty field for the next one.
    head.see("Berkas lain 2").await;
    head.tap_at("//main//button[contains(., 'Simpan')]").await;
    // What a head says holds here at once, and travels later.
    head.see("Yang dibaca warga sekarang").await;
    head.see("Tersimpan di sini").await;

    site.start().await;
    head.network_back().await;
    let asked = |o: &Office| !o.settings.needs_rt_letter && o.settings.also_bring == [PAPER];
    site.holds::<Office>(OFFICE, 1, asked).await;
    phone.network_back().await;
    phone.reload().await;
    let after = phone.see(PAPER).await;
    assert!(!after.contains(LETTER), "{after}");
    for browser in [phone, head] {
        browser.close().await;
    }
}
