//! The page of the head of an office.

use crate::{
    browser::{DESKTOP, TABLET},
    harness::OFFICE,
    site::Site,
    steps::{choose_file, confirm, expected, list_to_enter, name_the_names},
};
use chrono::TimeDelta;
use shared::flag::Flag;

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
    head.close().await;
    Ok(())
}
