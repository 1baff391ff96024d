//! A tablet whose screen locks: the office's setting, idle time, and PINs typed on it.

use shared::{command::Command, office::Office};

use crate::{
    browser::Browser,
    harness::OFFICE,
    site::{Site, sign_in},
};

pub const FIRST: &str = "operator.jelutung";
pub const SECOND: &str = "operator2.jelutung";
pub const FIRST_PIN: &str = "190745";
pub const SECOND_PIN: &str = "281159";

/// The office's screens lock after so many idle minutes.
pub async fn lock_after(site: &Site, minutes: u8) {
    let mut office = site.rows::<Office>(OFFICE).await.remove(0);
    office.settings.pin_after_minutes = Some(minutes);
    let office = Box::new(office);
    site.say(OFFICE, vec![Command::SetOffice { office }]).await;
}

/// The clock of the page that is shown jumps: without a touch, or set by somebody.
pub async fn move_clock(browser: &Browser, minutes: i64) {
    let script = format!(
        "const D = Date, now = () => D.now() + {minutes} * 60000; \
         window.Date = class extends D {{ \
         constructor(...a) {{ if (a.length) super(...a); else super(now()); }} \
         static now() {{ return now(); }} }}; return true"
    );
    browser.run::<bool>(&script).await;
}

/// Touches the large keys.
pub async fn type_pin(browser: &Browser, pin: &str) {
    for digit in pin.chars() {
        let key = format!("//*[@class='keys']//button[normalize-space(.)='{digit}']");
        browser.tap_at(&key).await;
    }
}

/// Makes a PIN on the page that asks for it.
pub async fn make(browser: &Browser, pin: &str) {
    browser.see("Buat PIN untuk tablet ini").await;
    type_pin(browser, pin).await;
    browser.see("Ketik PIN yang sama").await;
    type_pin(browser, pin).await;
    browser.see("PIN tersimpan").await;
}

/// Signs in on the page for it and makes a PIN.
pub async fn enter(browser: &Browser, username: &str, pin: &str) {
    sign_in(browser, username).await;
    make(browser, pin).await;
    browser.see("Hari ini").await;
}

/// Nobody touches the tablet for longer than the office waits.
pub async fn leave_alone(browser: &Browser) {
    move_clock(browser, 11).await;
    browser.see("Layar terkunci").await;
}

/// Chooses whose PIN it is.
pub async fn choose(browser: &Browser, name: &str) {
    browser
        .tap_at(&format!("//button[@role='radio'][contains(., '{name}')]"))
        .await;
    browser.see(&format!("PIN {name}")).await;
}

/// Opens the screen with a PIN that fits.
pub async fn unlock(browser: &Browser, pin: &str) {
    type_pin(browser, pin).await;
    browser
        .until("the pages", |text| !text.contains("Layar terkunci"))
        .await;
}

/// What the device's database holds of PINs and of who may use them: the keys of its notes.
pub async fn notes(browser: &Browser) -> Vec<String> {
    let script = "return new Promise(done => { const open = indexedDB.open('rekam'); \
        open.onsuccess = () => { const db = open.result; \
        const ask = db.transaction('meta').objectStore('meta').getAllKeys(); \
        ask.onsuccess = () => { db.close(); done(ask.result) } } })";
    let keys: Vec<String> = browser.run(script).await;
    let of_pins = |key: &String| key.starts_with("pin/") || key.starts_with("beside/");
    keys.into_iter().filter(of_pins).collect()
}

/// All that the page holds, shown or not.
pub async fn html(browser: &Browser) -> String {
    browser
        .run("return document.title + document.documentElement.outerHTML")
        .await
}
