//! Mounts the application over the static first screen.

use leptos::prelude::*;

fn main() {
    console_error_panic_hook::set_once();
    mount_to_body(|| view! { <main><h1>"Rekam"</h1></main> });
}
