//! Past every page and state of the app, as its people go: whoever looks at them all walks here.

mod desk;
mod empty;
mod head;
mod kelurahan;
mod pin;
mod resident;
mod states;

use std::future::Future;

use crate::{browser::Browser, site::Site};

/// What is done at each page and state; it leaves the page as it found it.
pub trait Look {
    /// The page as it is now.
    fn keep(&self, browser: &Browser, name: &str) -> impl Future<Output = anyhow::Result<()>>;

    /// What would come out of the printer.
    fn print(&self, browser: &Browser, name: &str) -> impl Future<Output = anyhow::Result<()>>;
}

/// A part of the walk. Each may stop its server, so each has a site of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Resident,
    Desk,
    Kelurahan,
    Head,
    Empty,
    Pin,
}

impl Part {
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Resident => "resident",
            Self::Desk => "desk",
            Self::Kelurahan => "kelurahan",
            Self::Head => "head",
            Self::Empty => "empty",
            Self::Pin => "pin",
        }
    }

    /// Walks it, over a roll of so many residents.
    ///
    /// # Errors
    /// What the look makes of a page.
    pub async fn walk(self, look: &impl Look, residents: usize) -> anyhow::Result<()> {
        let site = match self {
            Self::Empty => Site::open(0, false).await,
            _ => Site::open(residents, true).await,
        };
        match self {
            Self::Resident => resident::show(look, site, residents).await,
            Self::Desk => desk::show(look, site).await,
            Self::Kelurahan => kelurahan::show(look, site, residents).await,
            Self::Head => head::show(look, site).await,
            Self::Empty => empty::show(look, site).await,
            Self::Pin => pin::show(look, site).await,
        }
    }
}

/// The page at a path once a word stands on it.
async fn page(
    look: &impl Look,
    browser: &Browser,
    name: &str,
    path: &str,
    word: &str,
) -> anyhow::Result<()> {
    browser.go(path).await;
    browser.see(word).await;
    look.keep(browser, name).await
}
