//! Real Chromium, driven as a person would: by what stands on the page. The browser's clock is
//! shifted to the server's, so that "today" is a working day.

use std::{path::PathBuf, sync::Mutex, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use thirtyfour::{WindowHandle, prelude::*};

use crate::chromium::Chromium;

/// How long something may take to appear.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// A screen's size in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    pub name: &'static str,
    pub width: u32,
    pub height: u32,
    pub mobile: bool,
}

pub const PHONE: Screen = Screen {
    name: "phone",
    width: 360,
    height: 740,
    mobile: true,
};
pub const TABLET: Screen = Screen {
    name: "tablet",
    width: 800,
    height: 1280,
    mobile: true,
};
pub const DESKTOP: Screen = Screen {
    name: "desktop",
    width: 1280,
    height: 800,
    mobile: false,
};

/// One browser with a profile of its own: one device.
pub struct Browser {
    chromium: Chromium,
    pub driver: WebDriver,
    pub(crate) base: String,
    screen: Mutex<Screen>,
    /// The script that shifts the clock, for the tab that is shown.
    shift: Mutex<Option<Value>>,
}

/// Where the built app is.
///
/// # Panics
/// When it has not been built: a browser test without the app would prove nothing.
pub fn dist() -> PathBuf {
    let dist = std::env::var_os("REKAM_DIST").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../dist")),
        PathBuf::from,
    );
    assert!(
        dist.join("index.html").is_file(),
        "build the app first: cargo xtask app"
    );
    dist
}

/// Keeps what the app's panic hook says for as long as the tab lives.
const NOTE_PANICS: &str = "(() => {
    const say = console.error;
    console.error = (...all) => {
        const text = all.join(' ');
        if (text.includes('panicked at')) {
            const before = sessionStorage.getItem('panics') ?? '';
            sessionStorage.setItem('panics', before + text.slice(0, 400));
        }
        say.apply(console, all);
    };
})()";

impl Browser {
    /// Opens a browser whose clock agrees with the server's.
    ///
    /// # Panics
    /// As all functions here: when the browser does not do as told.
    pub async fn open(base: &str, screen: Screen, now: DateTime<Utc>) -> Self {
        Self::with(base, screen, now, &[]).await
    }

    pub async fn with(base: &str, screen: Screen, now: DateTime<Utc>, args: &[String]) -> Self {
        let mut chromium = Chromium::new(args);
        let driver = chromium.start().await;
        let browser = Self {
            chromium,
            driver,
            base: base.to_owned(),
            screen: Mutex::new(screen),
            shift: Mutex::new(None),
        };
        browser.on_every_page(NOTE_PANICS).await;
        browser.resize(screen).await;
        browser.set_clock(now).await;
        browser
    }

    /// SIGKILL in the middle of whatever it does. [`Self::start_again`] comes next.
    pub async fn kill(&mut self) {
        self.chromium.kill();
        // The driver has a session less to keep.
        let _ = self.driver.clone().quit().await;
    }

    /// Switches it off as it should be, and on again: cookies are on the disk from then on, which
    /// Chromium writes at leisure.
    pub async fn restart(&mut self, now: DateTime<Utc>) {
        let _ = self.driver.clone().quit().await;
        self.chromium.kill();
        self.start_again(now).await;
    }

    /// Starts again after [`Self::kill`], with what was kept.
    pub async fn start_again(&mut self, now: DateTime<Utc>) {
        self.driver = self.chromium.start().await;
        *self.shift.lock().expect("the shift") = None;
        self.on_every_page(NOTE_PANICS).await;
        self.resize(self.screen()).await;
        self.set_clock(now).await;
    }

    /// Sets the clock of the pages that are opened from now on.
    pub async fn set_clock(&self, now: DateTime<Utc>) {
        let before = self.shift.lock().expect("the shift").take();
        if let Some(before) = before {
            self.cdp("Page.removeScriptToEvaluateOnNewDocument", before)
                .await;
        }
        #[expect(
            clippy::disallowed_methods,
            reason = "the browser's clock is the machine's"
        )]
        let shift = (now - Utc::now()).num_milliseconds();
        let source = format!(
            "(() => {{ const D = Date, now = () => D.now() + {shift}; \
             window.Date = class extends D {{ \
             constructor(...a) {{ if (a.length) super(...a); else super(now()); }} \
             static now() {{ return now(); }} }}; }})()"
        );
        let script = self
            .cdp(
                "Page.addScriptToEvaluateOnNewDocument",
                json!({ "source": source }),
            )
            .await;
        *self.shift.lock().expect("the shift") = Some(script);
    }

    /// Runs first in every page that is opened from now on.
    pub async fn on_every_page(&self, script: &str) {
        let params = json!({ "source": script });
        self.cdp("Page.addScriptToEvaluateOnNewDocument", params)
            .await;
    }

    /// Opens another tab of the same device and shows it.
    pub async fn tab(&self, now: DateTime<Utc>) -> WindowHandle {
        let tab = self.driver.new_tab().await.expect("a tab");
        self.show(&tab).await;
        self.resize(self.screen()).await;
        *self.shift.lock().expect("the shift") = None;
        self.set_clock(now).await;
        tab
    }

    pub async fn shown(&self) -> WindowHandle {
        self.driver.window().await.expect("a tab is shown")
    }

    pub async fn show(&self, tab: &WindowHandle) {
        self.driver
            .switch_to_window(tab.clone())
            .await
            .expect("the tab is shown");
    }

    /// Says yes or no for the person who is asked for the camera or the like.
    pub async fn answer(&self, permission: &str, setting: &str) {
        let params = json!({
            "permission": { "name": permission }, "setting": setting, "origin": self.base,
        });
        self.cdp("Browser.setPermission", params).await;
    }

    /// What the browser says when the network is there again: the app need not wait for its next
    /// try.
    pub async fn network_back(&self) {
        self.run::<bool>("return window.dispatchEvent(new Event('online'))")
            .await;
    }

    pub async fn cdp(&self, method: &str, params: Value) -> Value {
        self.driver
            .cdp()
            .send_raw(method, params)
            .await
            .expect(method)
    }

    pub async fn resize(&self, screen: Screen) {
        let metrics = json!({
            "width": screen.width, "height": screen.height, "deviceScaleFactor": 1,
            "mobile": screen.mobile,
        });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        *self.screen.lock().expect("the screen") = screen;
    }

    /// The size that was set last.
    #[must_use]
    pub fn screen(&self) -> Screen {
        *self.screen.lock().expect("the screen")
    }

    pub async fn go(&self, path: &str) {
        self.driver
            .goto(format!("{}{path}", self.base))
            .await
            .expect("the page opens");
    }

    pub async fn reload(&self) {
        self.driver.refresh().await.expect("the page reloads");
    }

    /// What stands on the page.
    pub async fn text(&self) -> String {
        let script = "return document.body ? document.body.innerText : ''";
        let answer = self.driver.execute(script, vec![]).await;
        answer
            .ok()
            .and_then(|a| a.convert().ok())
            .unwrap_or_default()
    }

    /// Waits until a condition over the page's text holds.
    pub async fn until(&self, what: &str, holds: impl Fn(&str) -> bool) -> String {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let text = self.text().await;
            if holds(&text) {
                return text;
            }
            assert!(
                tokio::time::Instant::now() < end,
                "waited for {what}; the page says:\n{text}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Waits until a text stands on the page, in whatever case it is shown.
    pub async fn see(&self, words: &str) -> String {
        let wanted = words.to_lowercase();
        self.until(words, |text| text.to_lowercase().contains(&wanted))
            .await
    }

    /// Waits for the first visible element of an XPath.
    pub async fn find(&self, xpath: &str) -> WebElement {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            for element in self
                .driver
                .find_all(By::XPath(xpath))
                .await
                .unwrap_or_default()
            {
                if element.is_displayed().await.unwrap_or(false) {
                    return element;
                }
            }
            if tokio::time::Instant::now() >= end {
                panic!("waited for {xpath}; the page says:\n{}", self.text().await);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Touches the button, link or choice that says this.
    pub async fn tap(&self, words: &str) {
        let says = format!("contains(normalize-space(.), \"{words}\")");
        self.tap_at(&format!(
            "//button[{says}][not(@disabled)] | //a[{says}] | //label[{says}] | //summary[{says}]"
        ))
        .await;
    }

    /// Touches the first visible element of an XPath; a page that is redrawn meanwhile is asked
    /// again.
    pub async fn tap_at(&self, xpath: &str) {
        let end = tokio::time::Instant::now() + PATIENCE;
        loop {
            let element = self.find(xpath).await;
            let _ = element.scroll_into_view().await;
            match element.click().await {
                Ok(()) => return,
                Err(fault) => assert!(tokio::time::Instant::now() < end, "{xpath}: {fault}"),
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Types into the field of this label, or chooses in it, replacing what stands there.
    pub async fn fill(&self, label: &str, value: &str) {
        self.fill_at(
            &format!(
                "//*[self::input or self::select or self::textarea]\
                 [@id = //label[contains(normalize-space(.), \"{label}\")]/@for]"
            ),
            value,
        )
        .await;
    }

    /// Types into the first visible field of an XPath.
    pub async fn fill_at(&self, xpath: &str, value: &str) {
        let field = self.find(xpath).await;
        let script = "const [f, v] = arguments; f.focus(); \
            Object.getOwnPropertyDescriptor(Object.getPrototypeOf(f), 'value').set.call(f, v); \
            f.dispatchEvent(new Event('input', { bubbles: true })); \
            f.dispatchEvent(new Event('change', { bubbles: true })); f.blur();";
        let args = vec![field.to_json().expect("an element"), json!(value)];
        self.driver
            .execute(script, args)
            .await
            .expect("the field takes its value");
    }

    /// What a script gives back.
    pub async fn run<T: serde::de::DeserializeOwned>(&self, script: &str) -> T {
        let answer = self.driver.execute(script, vec![]).await.expect(script);
        answer.convert().expect("the script's answer")
    }

    /// Waits until the page has asked for the printer, where `window.asked` counts that.
    pub async fn until_asked_to_print(&self) {
        let end = tokio::time::Instant::now() + PATIENCE;
        while !self.run::<bool>("return (window.asked ?? 0) > 0").await {
            assert!(tokio::time::Instant::now() < end, "nothing is printed");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// The page as it is printed, as PDF.
    pub async fn print(&self) -> Vec<u8> {
        let params = json!({ "preferCSSPageSize": true, "printBackground": true });
        let answer = self.cdp("Page.printToPDF", params).await;
        decoded(&answer)
    }

    /// A picture of the whole page, as PNG.
    pub async fn picture(&self) -> Vec<u8> {
        let params = json!({ "format": "png", "captureBeyondViewport": false });
        let answer = self.cdp("Page.captureScreenshot", params).await;
        decoded(&answer)
    }

    /// Ends the browser. The app must not have panicked in the tab that is shown: the page often stays, and is dead.
    pub async fn close(self) {
        let noted = "return sessionStorage.getItem('panics')";
        // Other pages than the app's have no such storage.
        if let Ok(noted) = self.driver.execute(noted, Vec::new()).await {
            let panics: Option<String> = noted.convert().expect("text, or nothing");
            assert_eq!(panics, None, "the app panicked");
        }
        let _ = self.driver.clone().quit().await;
    }
}

/// A test that fails closes nothing: the processes go all the same, and the driver is not asked to end
/// them, which it would do for minutes.
impl Drop for Browser {
    fn drop(&mut self) {
        self.chromium.kill();
        let _ = self.driver.clone().leak();
    }
}

fn decoded(answer: &Value) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let data = answer
        .get("data")
        .and_then(Value::as_str)
        .unwrap_or_default();
    STANDARD.decode(data).expect("what Chromium encoded")
}
