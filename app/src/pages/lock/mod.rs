//! What an operator's tablet shows after idle minutes in place of every page, and where the PIN is made
//! that opens it again. Nothing about residents is on the page meanwhile.

mod keys;
mod make;
mod open;

use self::{make::Make, open::Open};
use crate::{
    components::{Loading, use_toasts},
    router::use_router,
    state::{Door, ScreenLock, use_rekam},
};
use leptos::prelude::*;

/// Pages that ask for no PIN: the password opens the screen too.
const SIGN_IN: &str = "/sign-in";
/// Pages without residents, for who has no PIN yet.
const WITHOUT_PIN: [&str; 2] = [SIGN_IN, "/settings"];

/// The screen of this tablet.
#[must_use]
pub fn use_screen() -> ScreenLock {
    ScreenLock::of_tab(use_rekam())
}

/// The pages, while the screen is open.
#[component]
pub fn Gate(children: ChildrenFn) -> impl IntoView {
    let (router, toasts) = (use_router(), use_toasts());
    let lock = use_screen();
    let door = Memo::new(move |_| {
        let path = router.path();
        match lock.door() {
            Door::Locked(_) | Door::Unknown if path == SIGN_IN => Door::Open,
            Door::NoPin(..) if WITHOUT_PIN.contains(&path.as_str()) => Door::Open,
            door => door,
        }
    });
    Effect::new(move || {
        if matches!(door.get(), Door::Locked(_)) {
            toasts.clear();
        }
    });
    // People who open it may be counted anew without the page being drawn again.
    let kind = Memo::new(move |_| {
        door.with(|door| match door {
            Door::Unknown => 0,
            Door::Open => 1,
            Door::Locked(_) => 2,
            Door::NoPin(..) => 3,
        })
    });
    move || match kind.get() {
        0 => view! { <div class="page"><Loading/></div> }.into_any(),
        2 => view! { <Open door/> }.into_any(),
        3 => view! { <Make door/> }.into_any(),
        _ => children().into_any(),
    }
}
