//! A whole booking by keyboard alone: the focus is never lost, can be seen, and nothing lies over it.

use std::{sync::Mutex, time::Duration};

use chrono::Datelike;
use serde::Deserialize;
use serde_json::json;
use shared::{
    booking::{Booking, State},
    person::Sex,
};
use tests::{
    browser::{Browser, DESKTOP, PHONE, Screen},
    harness::{DEMO, OFFICE, person},
    site::Site,
    steps::{ROLL, grown_up},
};
use thirtyfour::{Key, TypingData};
use tokio::time::Instant;

/// More presses than any page has stops.
const STOPS: usize = 70;

/// How long a list may take to scroll to what has the focus.
const SETTLES: Duration = Duration::from_secs(10);

/// What has the focus, as it stands on the page.
#[derive(Debug, Deserialize)]
struct Focus {
    /// Nothing in particular: whoever uses a keyboard starts again at the top.
    lost: bool,
    words: String,
    /// Drawn around it, or around the card that it stands in. Headings take the focus for screen
    /// readers alone.
    ring: bool,
    /// All of it: a list that scrolls sideways may cut a part.
    covered: bool,
}

/// What is said of something that takes the focus.
const SAID: &str = "
    const said = at => {
        const fields = at.labels ? [...at.labels].map(label => label.innerText) : [];
        const legend = at.type === 'radio' ? [] : [at.closest('fieldset')?.querySelector('legend')?.innerText];
        return [at.getAttribute('aria-label'), ...legend, ...fields, at.innerText].filter(Boolean).join(' ');
    };";

const IS_THERE: &str = "
    return [...document.querySelectorAll('a, button, input, select, textarea, summary')]
        .some(at => said(at).includes(arguments[0]));";

const FOCUS: &str = "
    const at = document.activeElement;
    const lost = !at || at === document.body || at === document.documentElement;
    if (lost) return { lost, words: '', ring: false, covered: false };
    const words = said(at);
    const outlined = e => { const s = getComputedStyle(e);
        return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2; };
    const card = at.closest('label, .choice, .check') ?? at;
    const ring = at.matches('h1, h2, main') || outlined(at) || outlined(card);
    const box = card.getBoundingClientRect();
    const covered = ![0.1, 0.5, 0.9].some(share => {
        const top = document.elementFromPoint(
            box.x + box.width * share, box.y + Math.min(box.height / 2, innerHeight / 4));
        return top && (card.contains(top) || top.contains(card)); });
    return { lost, words, ring, covered };";

struct Keys<'a> {
    browser: &'a Browser,
    /// What kept the person from going on without a search.
    found: Mutex<Vec<String>>,
}

impl<'a> Keys<'a> {
    fn of(browser: &'a Browser) -> Self {
        let found = Mutex::default();
        Self { browser, found }
    }

    fn note(&self, found: String) {
        self.found.lock().unwrap().push(found);
    }

    fn nothing_found(self) {
        let found = self.found.into_inner().unwrap();
        assert!(found.is_empty(), "{}", found.join("\n"));
    }

    async fn press(&self, keys: impl Into<TypingData>) {
        let chain = self.browser.driver.action_chain().send_keys(keys);
        chain.perform().await.unwrap();
    }

    async fn focus(&self) -> Focus {
        let end = Instant::now() + SETTLES;
        loop {
            let focus: Focus = self.browser.run(&format!("{SAID}{FOCUS}")).await;
            if !focus.covered || Instant::now() > end {
                return focus;
            }
        }
    }

    /// Goes on until the focus is on what says this, once the page has it: what comes late pushes what
    /// is below out of sight.
    async fn to(&self, words: &str) {
        let end = Instant::now() + SETTLES;
        let is_there = format!("{SAID}{IS_THERE}");
        loop {
            let driver = &self.browser.driver;
            let answer = driver.execute(&is_there, vec![json!(words)]).await;
            if answer.unwrap().convert::<bool>().unwrap() {
                break;
            }
            assert!(Instant::now() < end, "the page never has {words}");
        }
        let mut passed = Vec::new();
        for _ in 0..STOPS {
            self.press(Key::Tab).await;
            let focus = self.focus().await;
            // After the last stop comes the browser's own bar, and then the first again.
            if !focus.lost && !focus.ring {
                self.note(format!("cannot be seen: {focus:?}"));
            }
            if focus.covered {
                self.note(format!("something lies over it: {focus:?}"));
            }
            if focus.words.contains(words) {
                return;
            }
            passed.push(focus.words);
        }
        panic!("never came to {words}: {passed:?}");
    }

    /// Presses what says this; then the page shows something else, and the focus is there.
    async fn choose(&self, words: &str, then: &str) {
        self.to(words).await;
        self.press(Key::Enter).await;
        self.browser.see(then).await;
        self.stays(words).await;
    }

    async fn stays(&self, after: &str) {
        let end = Instant::now() + SETTLES;
        while self.focus().await.lost {
            if Instant::now() > end {
                self.note(format!("lost after {after}"));
                return;
            }
        }
    }

    /// The next step begins at its heading.
    async fn is_at_heading(&self, words: &str) {
        let script =
            "const at = document.activeElement; return at.matches('h1') ? at.innerText : ''";
        let heading: String = self.browser.run(script).await;
        if heading != words {
            self.note(format!("not at {words}: {heading:?}"));
        }
    }

    async fn fill(&self, label: &str, value: &str) {
        self.to(label).await;
        self.press(value).await;
    }

    /// Chooses in a list that is closed.
    async fn down(&self, label: &str, times: usize) {
        self.to(label).await;
        for _ in 0..times {
            self.press(Key::Down).await;
        }
    }

    async fn identify(&self, n: usize) {
        let who = person(n);
        self.to("Belum pernah").await;
        self.press(" ").await;
        self.fill("NIK", who.nik.as_ref().unwrap().as_str()).await;
        self.fill("Nomor KK", who.kk.as_ref().unwrap().as_str())
            .await;
        self.fill("Nama lengkap", who.name.as_str()).await;
        let birth = who.birth.unwrap().date();
        self.fill("Tanggal lahir", &birth.day().to_string()).await;
        self.down("Tanggal lahir", birth.month() as usize).await;
        self.fill("Tanggal lahir", &birth.year().to_string()).await;
        self.to("Laki-laki").await;
        self.press(" ").await;
        if who.sex == Some(Sex::Female) {
            self.press(Key::Down).await;
        }
        let own = who.kelurahan.as_ref();
        let all = DEMO.kelurahan();
        let place = all.iter().position(|k| Some(&k.code) == own).unwrap();
        self.down("Kelurahan atau desa", place + 1).await;
    }
}

async fn book(screen: Screen) {
    let site = Site::open(ROLL, false).await;
    let browser = site.device(screen).await;
    browser.see("Pilih kantor").await;
    let keys = Keys::of(&browser);
    keys.choose("Kecamatan Jelutung", "Pesan jadwal").await;
    keys.choose("Pesan jadwal", "Data diri").await;
    keys.identify(grown_up(0)).await;
    keys.choose("Lanjut", "kursi").await;
    keys.to("kursi").await;
    keys.to("kursi kosong").await;
    keys.press(" ").await;
    keys.stays("the hour").await;
    keys.choose("Lanjut", "Periksa lagi").await;
    keys.choose("Kirim pesanan", "Jadwal Anda dipastikan").await;
    site.holds::<Booking>(OFFICE, 1, |b| b.state == State::Confirmed)
        .await;
    keys.nothing_found();
    browser.close().await;
}

#[tokio::test]
async fn a_booking_by_keyboard_on_a_wide_screen() {
    book(DESKTOP).await;
}

/// From a link or a bookmark: the first page of the visit is the form itself.
#[tokio::test]
async fn a_booking_by_keyboard_that_begins_at_the_form() {
    let site = Site::open(ROLL, false).await;
    let browser = site.device(DESKTOP).await;
    browser.tap("Kecamatan Jelutung").await;
    browser.see("Pesan jadwal").await;
    browser.go("/book").await;
    browser.see("Data diri").await;
    let keys = Keys::of(&browser);
    keys.identify(grown_up(0)).await;
    keys.choose("Lanjut", "kursi").await;
    keys.is_at_heading("Pilih waktu").await;
    keys.to("kursi").await;
    keys.to("kursi kosong").await;
    keys.press(" ").await;
    keys.choose("Lanjut", "Periksa lagi").await;
    keys.is_at_heading("Periksa lagi").await;
    browser.driver.back().await.unwrap();
    browser.see("Perlu didahulukan").await;
    keys.is_at_heading("Pilih waktu").await;
    browser.driver.forward().await.unwrap();
    browser.see("Periksa lagi").await;
    keys.choose("Kirim pesanan", "Jadwal Anda dipastikan").await;
    keys.is_at_heading("Pesanan Anda").await;
    keys.nothing_found();
    browser.close().await;
}

/// Some phones have keys, and switches send them.
#[tokio::test]
async fn a_booking_by_keyboard_on_a_phone() {
    book(PHONE).await;
}

#[tokio::test]
async fn the_first_stop_leads_past_the_bar() {
    let site = Site::open(0, false).await;
    let browser = site.device(DESKTOP).await;
    browser.see("Pilih kantor").await;
    let keys = Keys::of(&browser);
    keys.press(Key::Tab).await;
    keys.press(Key::Enter).await;
    keys.press(Key::Tab).await;
    let focus = keys.focus().await;
    assert!(focus.words.contains("Kecamatan"), "{focus:?}");
    browser.close().await;
}
