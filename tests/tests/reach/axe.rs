//! axe at every page and state: the light page in Indonesian, the dark one in English, so that each
//! theme and each language is looked at everywhere. The dark one is asked for without motion too.

use std::{path::PathBuf, sync::Mutex};

use serde_json::json;
use tests::{browser::Browser, walk::Look};

/// Collects what is found, so that one run names all of it.
pub struct Axe {
    source: String,
    found: Mutex<Vec<String>>,
    looked: Mutex<usize>,
}

impl Axe {
    pub fn load() -> Self {
        let file = std::env::var_os("AXE").map(PathBuf::from);
        let file = file.expect("run as `cargo xtask test`: it names axe-core");
        Self {
            source: std::fs::read_to_string(file).expect("axe-core is installed"),
            found: Mutex::default(),
            looked: Mutex::default(),
        }
    }

    /// What was found at so many pages and states.
    pub fn found(self) -> (usize, Vec<String>) {
        (
            self.looked.into_inner().unwrap(),
            self.found.into_inner().unwrap(),
        )
    }

    async fn look(&self, browser: &Browser, name: &str, dark: bool) -> anyhow::Result<()> {
        let (theme, motion, language) = if dark {
            ("dark", "reduce", "en")
        } else {
            ("light", "no-preference", "id")
        };
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        browser.cdp("Emulation.setEmulatedMedia", features).await;
        let there: bool = browser.run("return !!window.axe").await;
        if !there {
            browser.driver.execute(self.source.clone(), vec![]).await?;
        }
        let args = vec![json!(language), json!(dark)];
        let answer = browser
            .driver
            .execute_async(include_str!("axe.js"), args)
            .await?;
        let found: Vec<String> = answer.convert()?;
        let line = |found: String| format!("{name}, {theme}, {language}: {found}");
        self.found
            .lock()
            .unwrap()
            .extend(found.into_iter().map(line));
        Ok(())
    }
}

impl Look for Axe {
    async fn keep(&self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        self.look(browser, name, true).await?;
        self.look(browser, name, false).await?;
        *self.looked.lock().unwrap() += 1;
        Ok(())
    }

    /// Paper is read without a device.
    async fn print(&self, _: &Browser, _: &str) -> anyhow::Result<()> {
        Ok(())
    }
}
