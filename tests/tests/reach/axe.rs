//! axe at every page and state, in both themes and both languages. All rules are asked twice, in
//! the light page in Indonesian and in the dark one in English; the other two pairs differ from
//! these in colours and lengths alone, and are asked for what depends on them. The dark one is
//! asked for without motion too.

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

    async fn look(
        &self,
        browser: &Browser,
        name: &str,
        theme: Theme,
        language: &str,
    ) -> anyhow::Result<()> {
        let Theme {
            name: theme,
            motion,
        } = theme;
        let features = json!({ "features": [
            { "name": "prefers-color-scheme", "value": theme },
            { "name": "prefers-reduced-motion", "value": motion },
        ] });
        browser.cdp("Emulation.setEmulatedMedia", features).await;
        let still = motion == DARK.motion;
        let whole = [(DARK.name, "en"), (LIGHT.name, "id")].contains(&(theme, language));
        let args = vec![json!(language), json!(still), json!(whole)];
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

/// What a person has set on the device.
#[derive(Clone, Copy)]
struct Theme {
    name: &'static str,
    motion: &'static str,
}

const LIGHT: Theme = Theme {
    name: "light",
    motion: "no-preference",
};
const DARK: Theme = Theme {
    name: "dark",
    motion: "reduce",
};

impl Look for Axe {
    async fn keep(&self, browser: &Browser, name: &str) -> anyhow::Result<()> {
        let there: bool = browser.run("return !!window.axe").await;
        if !there {
            browser.driver.execute(self.source.clone(), vec![]).await?;
        }
        let here: String = browser.run("return document.documentElement.lang").await;
        let here = here.as_str();
        let other = if here == "id" { "en" } else { "id" };
        // Each differs from the one before in one thing, and the page ends as it was.
        for (theme, language) in [(DARK, here), (DARK, other), (LIGHT, other), (LIGHT, here)] {
            self.look(browser, name, theme, language).await?;
        }
        *self.looked.lock().unwrap() += 1;
        Ok(())
    }

    /// Paper is read without a device.
    async fn print(&self, _: &Browser, _: &str) -> anyhow::Result<()> {
        Ok(())
    }
}
