//! Where the pictures go, and how one is taken.

use std::path::{Path, PathBuf};

use serde_json::json;
use tests::{
    browser::{Browser, DESKTOP, PHONE, Screen, TABLET},
    walk::Look,
};

const SCREENS: [Screen; 3] = [PHONE, TABLET, DESKTOP];
/// Longer pages are cut: a list of six hundred people need not be seen whole.
const LONGEST: u32 = 3_000;

pub struct Album {
    folder: PathBuf,
}

impl Album {
    pub fn open() -> anyhow::Result<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/screenshots");
        std::fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    async fn take(&self, browser: &Browser, name: &str, screen: Screen) -> anyhow::Result<()> {
        browser.resize(screen).await;
        // The page as long as it is, so that nothing below the fold is forgotten.
        let height: u32 = browser
            .run("return Math.max(document.documentElement.scrollHeight, innerHeight)")
            .await;
        let height = height.clamp(screen.height, LONGEST);
        browser.resize(Screen { height, ..screen }).await;
        let file = format!("{name}-{}x{}.png", screen.width, screen.height);
        std::fs::write(self.folder.join(file), browser.picture().await)?;
        browser.resize(screen).await;
        Ok(())
    }
}

impl Look for Album {
    /// The page as it is, at all sizes and in the dark.
    async fn keep(&self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let before = browser.screen();
        for screen in SCREENS {
            self.take(browser, name, screen).await?;
        }
        theme(browser, "dark").await;
        self.take(browser, &format!("{name}-dark"), PHONE).await?;
        theme(browser, "light").await;
        browser.resize(before).await;
        Ok(())
    }

    /// What comes out of the printer.
    async fn print(&self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let pdf = browser.print().await;
        std::fs::write(self.folder.join(format!("{name}.pdf")), pdf)?;
        Ok(())
    }
}

async fn theme(browser: &Browser, value: &str) {
    let features = json!({ "features": [{ "name": "prefers-color-scheme", "value": value }] });
    browser.cdp("Emulation.setEmulatedMedia", features).await;
}
