//! Writes a picture of every page and state to `target/screenshots`, at three sizes, in both themes
//! for the phone: for looking at, not for comparing.

use std::path::{Path, PathBuf};

use serde_json::json;
use tests::{
    browser::{Browser, DESKTOP, PHONE, Screen, TABLET},
    site::Site,
    steps::{choose, identify, is_grown_up, name},
};

const RESIDENTS: usize = 600;

const SCREENS: [Screen; 3] = [PHONE, TABLET, DESKTOP];

/// Pages that need nobody signed in, with a word that stands on each when it is ready.
const OPEN: [(&str, &str, &str); 7] = [
    ("home", "/", "Pesan jadwal"),
    ("book", "/book", "Data diri"),
    ("bookings", "/bookings", "Pesanan saya"),
    ("claim", "/claim", "kode"),
    ("sign-in", "/sign-in", "Kata sandi"),
    ("settings", "/settings", "Bahasa"),
    ("attention", "/attention", "perhatian"),
];

const DESK: [(&str, &str, &str); 5] = [
    ("desk", "/desk", "Hari ini"),
    ("desk-scan", "/desk/scan", "Pindai tiket"),
    ("desk-walk-in", "/desk/walk-in", "Datang langsung"),
    ("desk-queue", "/desk/queue", "Antrean"),
    ("desk-paper", "/desk/paper", "Kertas"),
];

const KELURAHAN: [(&str, &str, &str); 2] = [
    ("kelurahan", "/kelurahan", "RT"),
    ("kelurahan-today", "/kelurahan/today", "Hari ini"),
];

const HEAD: [(&str, &str, &str); 1] = [("head", "/head", "Hari ini")];

struct Album {
    folder: PathBuf,
}

impl Album {
    async fn keep(&self, browser: &Browser, name: &str, screen: Screen) -> anyhow::Result<()> {
        // The page as long as it is, so that nothing below the fold is forgotten.
        let height = "return Math.max(document.documentElement.scrollHeight, innerHeight)";
        let height: u32 = browser.driver.execute(height, vec![]).await?.convert()?;
        browser
            .resize(Screen {
                height: height.clamp(screen.height, 4_000),
                ..screen
            })
            .await;
        let path = self
            .folder
            .join(format!("{name}-{}x{}.png", screen.width, screen.height));
        std::fs::write(path, browser.picture().await)?;
        browser.resize(screen).await;
        Ok(())
    }

    async fn walk(&self, browser: &Browser, pages: &[(&str, &str, &str)]) -> anyhow::Result<()> {
        for (name, path, word) in pages {
            for screen in SCREENS {
                browser.resize(screen).await;
                browser.go(path).await;
                browser.see(word).await;
                self.keep(browser, name, screen).await?;
            }
            browser.resize(PHONE).await;
            theme(browser, "dark").await;
            self.keep(browser, &format!("{name}-dark"), PHONE).await?;
            theme(browser, "light").await;
        }
        Ok(())
    }
}

async fn theme(browser: &Browser, value: &str) {
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
    browser.cdp("Emulation.setEmulatedMedia", features).await;
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
    std::fs::create_dir_all(&folder)?;
    let album = Album { folder };
    let mut site = Site::open(RESIDENTS, true).await;

    let phone = site.device(PHONE).await;
    phone.see("Pilih kantor").await;
    for screen in SCREENS {
        phone.resize(screen).await;
        album.keep(&phone, "first-visit", screen).await?;
    }
    phone.resize(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    album.walk(&phone, &OPEN).await?;
    phone.go("/book").await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("perlu diperbaiki").await;
    album.keep(&phone, "book-errors", PHONE).await?;
    // Somebody near the end of the roll: the demo books for the first.
    let who = (0..RESIDENTS).rev().find(is_grown_up).unwrap_or_default();
    phone.go("/").await;
    phone.tap("Pesan jadwal").await;
    identify(&phone, who).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("kursi").await;
    album.keep(&phone, "book-slot", PHONE).await?;
    choose(&phone).await;
    album.keep(&phone, "book-review", PHONE).await?;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    album.keep(&phone, "book-done", PHONE).await?;
    let bookings = [
        ("bookings-one", "/bookings", "Dipastikan"),
        ("home-ticket", "/", "Jadwal Anda"),
    ];
    album.walk(&phone, &bookings).await?;
    phone.go("/bookings").await;
    phone.tap(&name(who)).await;
    phone.see("Kode tiket").await;
    for screen in SCREENS {
        phone.resize(screen).await;
        album.keep(&phone, "ticket", screen).await?;
    }
    phone.resize(PHONE).await;
    phone.tap("EN").await;
    phone.see("Ticket code").await;
    album.keep(&phone, "ticket-english", PHONE).await?;
    phone.tap("ID").await;
    site.stop().await;
    phone.reload().await;
    phone.see("Kode tiket").await;
    phone.see("Luring").await;
    album.keep(&phone, "ticket-offline", PHONE).await?;
    site.start().await;
    phone.close().await;

    for (user, pages) in [
        ("operator.jelutung", DESK.as_slice()),
        ("kelurahan.jelutung", KELURAHAN.as_slice()),
        ("head.jelutung", HEAD.as_slice()),
    ] {
        let browser = site.staff(TABLET, user).await;
        browser
            .until("the sign-in", |text| !text.contains("Kata sandi"))
            .await;
        album.walk(&browser, pages).await?;
        if user.starts_with("operator") {
            browser.go("/desk").await;
            browser
                .tap_at("(//main//*[contains(@class, 'row--link')])[2]")
                .await;
            browser.see("Konfirmasi datang").await;
            album.keep(&browser, "desk-confirm", TABLET).await?;
            browser.tap("Konfirmasi datang").await;
            browser.see("Nomor antrean").await;
            album.keep(&browser, "desk-number", TABLET).await?;
            browser.kept().await;
            site.stop().await;
            browser.go("/desk").await;
            browser.see("Hari ini").await;
            album.keep(&browser, "desk-offline", TABLET).await?;
            site.start().await;
        }
        browser.close().await;
    }
    site.stop().await;
    Ok(())
}
