//! An operator's pages.

use crate::{
    browser::{Browser, TABLET},
    camera,
    harness::OFFICE,
    invited,
    site::{Site, sign_in},
    steps::expected,
};
use chrono::TimeDelta;
use shared::{
    booking::{Booking, State},
    flag::Flag,
    visit::Visit,
};

use super::{Look, page};

pub async fn show(look: &impl Look, mut site: Site) -> anyhow::Result<()> {
    let (booking, who) = expected(&site, OFFICE).await;
    let ticket = booking.ticket.clone().expect("a ticket");
    let folder = tempfile::tempdir()?;
    let (guest, _) = invited::invite_for_today(&site).await;

    let tablet = site
        .device_with(TABLET, &camera::showing(&ticket, folder.path()))
        .await;
    sign_in(&tablet, "operator.jelutung").await;
    tablet.see(&who).await;
    look.keep(&tablet, "desk").await?;
    tablet.tap(guest.name.as_str()).await;
    tablet.see("Diundang untuk hari ini").await;
    look.keep(&tablet, "desk-invited").await?;
    page(look, &tablet, "desk-scan-right", "/desk/scan", "Tiket asli").await?;
    codes(look, &site, &tablet, &booking).await?;
    tablet.go("/desk").await;
    tablet.tap(&who).await;
    tablet.see("Konfirmasi datang").await;
    look.keep(&tablet, "desk-confirm").await?;
    tablet.tap("Konfirmasi datang").await;
    tablet.see("Nomor antrean").await;
    look.keep(&tablet, "desk-number").await?;
    page(
        look,
        &tablet,
        "desk-scan-used",
        "/desk/scan",
        "Sudah datang pukul",
    )
    .await?;
    walk_in(look, &tablet).await?;
    queue(look, &tablet).await?;
    paper(look, &tablet, &who).await?;
    tablet.kept().await;
    forged(look, &site, &ticket).await?;

    site.stop().await;
    page(look, &tablet, "desk-offline", "/desk", "Tanpa jaringan").await?;
    tablet.set_clock(site.now() + TimeDelta::days(5)).await;
    page(look, &tablet, "desk-hidden", "/desk", "disembunyikan").await?;
    site.start().await;
    let visit = site
        .holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await
        .remove(0);
    site.lock(visit.device, true).await;
    tablet.set_clock(site.now()).await;
    page(look, &tablet, "locked", "/desk", "dikunci kantor").await?;
    assert!(!site.rows::<Flag>(OFFICE).await.is_empty());
    tablet.close().await;
    site.stop().await;
    Ok(())
}

/// A ticket with one changed letter, and a tablet without a camera.
async fn forged(look: &impl Look, site: &Site, ticket: &str) -> anyhow::Result<()> {
    let last = if ticket.ends_with('A') { 'B' } else { 'A' };
    let mut changed: Vec<char> = ticket.chars().collect();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == last { 'C' } else { last };
    let changed: String = changed.into_iter().collect();
    let folder = tempfile::tempdir()?;
    let tablet = site
        .device_with(TABLET, &camera::showing(&changed, folder.path()))
        .await;
    sign_in(&tablet, "operator2.jelutung").await;
    tablet.see("Hari ini").await;
    page(look, &tablet, "desk-scan-forged", "/desk/scan", "tidak sah").await?;
    tablet.close().await;
    let tablet = site.staff(TABLET, "operator2.jelutung").await;
    page(
        look,
        &tablet,
        "desk-scan-missing",
        "/desk/scan",
        "Kamera tidak ditemukan",
    )
    .await?;
    tablet.close().await;
    Ok(())
}

async fn codes(
    look: &impl Look,
    site: &Site,
    tablet: &Browser,
    today: &Booking,
) -> anyhow::Result<()> {
    let all: Vec<Booking> = site.rows(OFFICE).await;
    let other_day = all
        .iter()
        .find(|b| {
            b.state == State::Confirmed && b.slot.map(|s| s.date()) != today.slot.map(|s| s.date())
        })
        .expect("a booking of another day");
    for (name, code, word) in [
        ("desk-scan-typed", today.code.as_str(), "Kode ditemukan"),
        (
            "desk-scan-other-day",
            other_day.code.as_str(),
            "Janjinya hari lain",
        ),
        ("desk-scan-unknown", "ZZZZ9999", "tidak ada di tablet ini"),
        ("desk-scan-paper", "ABCDEFGHJK", "bukan tiket"),
    ] {
        tablet.go("/desk/scan").await;
        tablet.fill("Kode tiket", code).await;
        tablet.see(word).await;
        look.keep(tablet, name).await?;
    }
    Ok(())
}

async fn walk_in(look: &impl Look, tablet: &Browser) -> anyhow::Result<()> {
    page(
        look,
        tablet,
        "desk-walk-in",
        "/desk/walk-in",
        "untuk jam ini",
    )
    .await?;
    tablet.tap("nomor antrean").await;
    tablet.fill("NIK", "1571").await;
    look.keep(tablet, "desk-walk-in-errors").await?;
    tablet.go("/desk/walk-in?ticket=unknown").await;
    tablet.fill("Nama lengkap", "Rahmat Siregar").await;
    look.keep(tablet, "desk-walk-in-unknown").await?;
    tablet.tap("nomor antrean").await;
    tablet.see("Nomor antrean").await;
    look.keep(tablet, "desk-walk-in-number").await
}

async fn queue(look: &impl Look, tablet: &Browser) -> anyhow::Result<()> {
    tablet.go("/desk/queue").await;
    tablet.see("Panggil lagi").await;
    look.keep(tablet, "desk-queue").await?;
    tablet
        .tap_at("//*[@class='outcomes']//button[contains(., 'Berkas kurang')]")
        .await;
    tablet.see("Urungkan").await;
    look.keep(tablet, "desk-queue-closed").await?;
    tablet
        .tap_at("(//ol//button[contains(., 'Panggil')])[1]")
        .await;
    tablet.see("Panggil lagi").await;
    look.keep(tablet, "desk-queue-called").await
}

async fn paper(look: &impl Look, tablet: &Browser, who: &str) -> anyhow::Result<()> {
    page(look, tablet, "desk-paper", "/desk/paper", "Tanpa janji").await?;
    look.print(tablet, "desk-paper").await?;
    tablet.tap("Masukkan dari kertas").await;
    tablet.see("Jam datang").await;
    tablet.tap("Simpan kedatangan").await;
    look.keep(tablet, "desk-paper-later").await?;
    // Somebody else than the one who is here already.
    tablet.fill("Jam datang", "07.42").await;
    tablet
        .tap_at(&format!(
            "(//form//button[contains(@class, 'row--link')][not(contains(., \"{who}\"))]\
             [not(contains(@class, 'row--done'))])[1]"
        ))
        .await;
    look.keep(tablet, "desk-paper-picked").await?;
    tablet.tap("Simpan kedatangan").await;
    tablet.see("Baru dimasukkan").await;
    look.keep(tablet, "desk-paper-entered").await
}
