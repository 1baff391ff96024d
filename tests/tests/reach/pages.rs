//! Nothing that axe knows keeps anybody out of any page, in any state, and nothing moves where the
//! person wants no motion.

use tests::{
    browser::{Browser, PHONE},
    site::Site,
    walk::{Look, Part},
};

use crate::axe::Axe;

/// Enough for every state that the walk shows.
const RESIDENTS: usize = 120;

async fn walk(part: Part, at_least: usize) {
    let axe = Axe::load();
    part.walk(&axe, RESIDENTS).await.unwrap();
    nothing_found(axe, at_least);
}

fn nothing_found(axe: Axe, at_least: usize) {
    let (looked, found) = axe.found();
    assert!(looked >= at_least, "only {looked} pages and states");
    assert!(found.is_empty(), "{}:\n{}", found.len(), found.join("\n"));
}

#[tokio::test]
async fn pages_of_residents() {
    walk(Part::Resident, 45).await;
}

#[tokio::test]
async fn pages_of_the_desk() {
    walk(Part::Desk, 24).await;
}

#[tokio::test]
async fn pages_of_the_kelurahan() {
    walk(Part::Kelurahan, 17).await;
}

#[tokio::test]
async fn pages_of_the_head() {
    walk(Part::Head, 26).await;
}

#[tokio::test]
async fn pages_of_a_screen_that_locks() {
    walk(Part::Pin, 8).await;
}

#[tokio::test]
async fn pages_of_a_new_office() {
    walk(Part::Empty, 14).await;
}

/// The first screen, before the app has come and where it cannot come.
#[tokio::test]
async fn pages_without_the_app() {
    let site = Site::open(0, false).await;
    let axe = Axe::load();
    for (name, blocked) in [("starting", "*boot*.js"), ("not-started", "*.wasm")] {
        let phone = Browser::open(&site.base(), PHONE, site.now()).await;
        phone.cdp("Network.enable", serde_json::json!({})).await;
        let urls = serde_json::json!({ "urls": [blocked] });
        phone.cdp("Network.setBlockedURLs", urls).await;
        phone.go("/").await;
        phone.find("//*[contains(@class, 'boot')]").await;
        axe.keep(&phone, name).await.unwrap();
        phone.close().await;
    }
    nothing_found(axe, 2);
}
