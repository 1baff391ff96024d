//! The app in two parts, so that a resident's phone loads no page of the office: `resident`, and
//! `office`, which has all pages. `boot.js` starts the one that this browser needs.

mod api;
mod app;
mod clock;
mod components;
mod i18n;
mod json;
mod offline;
mod pages;
mod router;
mod scan;
mod slow_hash;
mod state;

/// Mounts the residents' part over the static first screen.
pub fn resident() {
    mount(app::resident_part);
}

/// Mounts the office's part over the static first screen.
pub fn office() {
    i18n::bring_office_texts();
    state::bring_office_rules();
    offline::closing::bring_lockbox();
    offline::pins::bring_pins();
    mount(app::office_part);
}

fn mount(part: app::Part) {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(move || app::app(part));
}
