//! Mounts the application over the static first screen.

mod api;
mod app;
mod clock;
mod components;
mod offline;
mod pages;
mod scan;
mod state;

include!(concat!(env!("OUT_DIR"), "/i18n/mod.rs"));

fn main() {
    console_error_panic_hook::set_once();
    leptos::mount::mount_to_body(app::App);
}
