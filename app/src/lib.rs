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
mod scan;
mod state;

/// Mounts the residents' part over the static first screen.
pub fn resident() {
    mount(app::resident_routes);
}

/// Mounts the office's part over the static first screen.
pub fn office() {
    mount(app::office_routes);
}

fn mount(routes: app::RouteTable) {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(move || app::app(routes));
}
