//! Pages where nothing has happened yet, and a day on which the office is closed.

use crate::{
    browser::TABLET,
    site::{Site, sign_in},
};
use chrono::TimeDelta;

use super::{Look, page};

/// Name, path, and a word that stands on it when it is ready.
type Page = (&'static str, &'static str, &'static str);

const EMPTY: [(&str, &[Page]); 3] = [
    (
        "operator.jelutung",
        &[
            ("desk-empty", "/desk", "Tidak ada janji hari ini"),
            ("desk-queue-empty", "/desk/queue", "Belum ada yang menunggu"),
            ("desk-paper-empty", "/desk/paper", "Belum ada janji"),
        ],
    ),
    (
        "kelurahan.jelutung",
        &[
            ("kelurahan-empty", "/kelurahan", "Belum ada warga"),
            (
                "kelurahan-today-empty",
                "/kelurahan/today",
                "Tidak ada warga kita",
            ),
        ],
    ),
    (
        "head.jelutung",
        &[
            ("head-empty", "/head", "Tidak ada tanda"),
            ("plan-empty", "/head/plan", "Belum ada rencana"),
            (
                "sessions-empty",
                "/head/sessions",
                "Belum ada hari keliling",
            ),
            ("days-empty", "/head/days", "Semua punya hari"),
            (
                "figures-empty",
                "/head/figures",
                "Semua undangan sudah jalan",
            ),
        ],
    ),
];

pub async fn show(look: &impl Look, mut site: Site) -> anyhow::Result<()> {
    let tablet = site.device(TABLET).await;
    for (user, pages) in EMPTY {
        sign_in(&tablet, user).await;
        for (name, path, word) in pages {
            page(look, &tablet, name, path, word).await?;
        }
    }
    page(look, &tablet, "settings-head", "/settings", "Kepala Seksi").await?;
    sign_in(&tablet, "admin.jelutung").await;
    page(
        look,
        &tablet,
        "settings-admin",
        "/settings",
        "Pekerjaan admin",
    )
    .await?;
    // The Sunday after.
    site.clock.advance(TimeDelta::days(6));
    tablet.set_clock(site.now()).await;
    sign_in(&tablet, "operator.jelutung").await;
    page(look, &tablet, "desk-closed", "/desk", "Kantor tutup").await?;
    sign_in(&tablet, "head.jelutung").await;
    page(look, &tablet, "head-closed", "/head", "Kantor tidak buka").await?;
    tablet.close().await;
    site.stop().await;
    Ok(())
}
