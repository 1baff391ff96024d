//! Forms that keep no draft: while they hold something, the update bar waits.

use crate::state::use_rekam;
use leptos::prelude::*;

/// Says for as long as the component lives whether it holds something that is saved nowhere.
pub fn use_unsaved(unsaved: Signal<bool>) {
    let rekam = use_rekam();
    let said = StoredValue::new(false);
    let say = move |now: bool| {
        if said.try_get_value().is_some_and(|before| before != now) {
            said.set_value(now);
            rekam.mark_dirty(now);
        }
    };
    Effect::new(move |_| say(unsaved.get()));
    on_cleanup(move || say(false));
}
