//! The page of the head of an office.

use crate::{
    browser::{Browser, DESKTOP, TABLET},
    harness::OFFICE,
    site::Site,
    steps::{choose_file, confirm, expected, fill_date, list_to_enter, name_the_names},
};
use chrono::TimeDelta;
use shared::{flag::Flag, office::Office};

use super::{Look, page};

pub async fn show(look: &impl Look, mut site: Site) -> anyhow::Result<()> {
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    look.keep(&head, "head").await?;
    page(look, &head, "roll", "/head/roll", "Berkas daftar").await?;
    let list = list_to_enter();
    choose_file(&head, &list).await;
    head.see("Tentukan kolom nama").await;
    look.keep(&head, "roll-columns").await?;
    name_the_names(&head).await;
    head.see("Masukkan 40 orang").await;
    look.keep(&head, "roll-seen").await?;
    head.tap("Masukkan 40 orang").await;
    head.see("40 orang baru masuk").await;
    look.keep(&head, "roll-entered").await?;
    planning(look, &site, &head).await?;
    village(look, &head).await?;
    days(look, &site, &head).await?;
    figures(look, &head).await?;
    let bring = "/head/bring";
    page(look, &head, "bring", bring, "Yang dibaca warga sekarang").await?;
    head.fill("Berkas lain 1", "Fotokopi akta lahir").await;
    head.see("Yang akan dibaca warga").await;
    look.keep(&head, "bring-preview").await?;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    confirm(&tablet, &who).await;
    tablet.go("/desk/walk-in?ticket=unknown").await;
    tablet.fill("Nama lengkap", "Rahmat Siregar").await;
    tablet.tap("nomor antrean").await;
    tablet.see("Nomor antrean").await;
    site.holds::<Flag>(OFFICE, 1, |_| true).await;
    tablet.close().await;
    site.clock.advance(TimeDelta::minutes(25));
    head.set_clock(site.now()).await;
    head.go("/head").await;
    head.see("Diam").await;
    head.see("Tentang Rahmat").await;
    look.keep(&head, "head-flags").await?;
    page(look, &head, "head-desk", "/desk", "Hari ini").await?;
    head.kept().await;
    site.stop().await;
    page(look, &head, "head-offline", "/head", "Data per").await?;
    let plan = "/head/plan";
    page(look, &head, "plan-offline", plan, "Perlu diundang").await?;
    head.close().await;
    Ok(())
}

/// From an empty period to a plan in force.
async fn planning(look: &impl Look, site: &Site, head: &Browser) -> anyhow::Result<()> {
    let none = "orang perlu diundang";
    page(look, head, "plan", "/head/plan", none).await?;
    head.tap("Usulkan pembagian").await;
    head.see("Siapa datang kapan").await;
    look.keep(head, "plan-proposed").await?;
    head.tap_at("(//button[starts-with(@aria-label, 'Pindahkan ')])[1]")
        .await;
    head.see("Yang sudah diundang tetap").await;
    look.keep(head, "plan-move").await?;
    head.tap("Jangan").await;
    head.tap("Konfirmasi rencana ini").await;
    head.see("Ini rencana yang berlaku").await;
    look.keep(head, "plan-confirmed").await?;
    // The places are given out, and there is something to print.
    site.tick().await;
    Ok(())
}

/// A day in a village, from the empty list to its checklist.
async fn village(look: &impl Look, head: &Browser) -> anyhow::Result<()> {
    let sessions = "/head/sessions";
    page(look, head, "sessions", sessions, "Rencanakan hari keliling").await?;
    let new = "/head/sessions/new";
    page(look, head, "session-new", new, "Untuk warga").await?;
    head.fill("Selesai", "17.00").await;
    head.tap_at("//main//button[contains(., 'Rencanakan')]")
        .await;
    head.see("Perbaiki isian").await;
    look.keep(head, "session-errors").await?;
    head.fill("Selesai", "15.30").await;
    head.fill("Tempat", "Balai Desa Sukadamai").await;
    head.tap_at("(//fieldset//label[contains(@class, 'choice')])[1]")
        .await;
    head.see("kursi di tempat ini").await;
    head.tap_at("//main//button[contains(., 'Rencanakan')]")
        .await;
    head.see("dari 5 siap").await;
    look.keep(head, "sessions-planned").await?;
    head.tap("Balai Desa Sukadamai").await;
    head.tap("Genset").await;
    head.see("Yang harus siap").await;
    look.keep(head, "session").await?;
    head.tap("Batalkan hari keliling").await;
    head.see("ditawari hari lain di kantor").await;
    look.keep(head, "session-cancel").await?;
    let missing = "/head/sessions/nowhere";
    page(look, head, "session-missing", missing, "tidak ditemukan").await
}

/// Tomorrow is closed, and people are offered other days.
async fn days(look: &impl Look, site: &Site, head: &Browser) -> anyhow::Result<()> {
    page(look, head, "days", "/head/days", "Ubah satu hari").await?;
    let day = "2026-11-24".parse()?;
    fill_date(head, "Tanggal", day).await;
    head.see("orang dengan janji").await;
    head.tap("Lebih sedikit stasiun").await;
    head.tap("Lanjut").await;
    head.see("Tulis alasannya").await;
    look.keep(head, "days-errors").await?;
    head.tap("Kantor tutup hari itu").await;
    head.fill("Alasan", "Listrik padam").await;
    head.tap("Lanjut").await;
    head.see("Ya, tutup 24 November").await;
    look.keep(head, "days-sure").await?;
    head.tap("Ya, tutup 24 November").await;
    head.see("Tutup: Listrik padam").await;
    let closed = |o: &Office| !o.settings.closed.is_empty();
    site.holds::<Office>(OFFICE, 1, closed).await;
    site.tick().await;
    head.see("ditawari").await;
    look.keep(head, "days-offered").await
}

/// The office's figures, and those of one kelurahan with the names.
async fn figures(look: &impl Look, head: &Browser) -> anyhow::Result<()> {
    let path = "/head/figures";
    page(look, head, "figures", path, "wajib KTP terekam").await?;
    head.tap_at("(//table//button[@aria-expanded])[1]").await;
    head.see("Mengapa belum").await;
    look.keep(head, "figures-kelurahan").await?;
    look.print(head, "figures").await?;
    head.tap("Ganti pengantar").await;
    head.see("Nama pengantar").await;
    look.keep(head, "figures-carrier").await?;
    head.tap("Jangan").await;
    Ok(())
}
