//! Takes back an arrival that was entered for the wrong person, or for nobody.

use super::Acts;
use crate::{
    components::{Dialog, Icon},
    i18n::*,
    pages::desk::words,
};
use leptos::prelude::*;
use shared::visit::Mistake;

/// Asks why, which is also the confirmation.
#[component]
pub fn MistakeDialog(acts: Acts) -> impl IntoView {
    let i18n = acts.i18n;
    let open = RwSignal::new(false);
    Effect::new(move |_| {
        if acts.mistaken.with(Option::is_some) {
            open.set(true);
        }
    });
    let close = move || {
        open.set(false);
        acts.mistaken.set(None);
    };
    let title = move || {
        let guest = acts.mistaken.get();
        let number = guest.as_ref().map(|guest| guest.number.clone());
        let name = words::name_or(i18n, guest.and_then(|guest| guest.person.name).as_ref());
        t_string!(
            i18n,
            desk.queue.mistake_title,
            number = number.unwrap_or_default(),
            name = name
        )
    };
    let reason = move |reason: Mistake, icon: &'static str, text: Text| {
        let take_back = move |_| {
            if let Some(guest) = acts.mistaken.get_untracked() {
                close();
                acts.take_back(guest.visit, reason);
            }
        };
        view! {
            <button class="btn btn--secondary btn--block" type="button" on:click=take_back>
                <Icon name=icon/>{i18n.view(text)}
            </button>
        }
    };
    view! {
        <Dialog
            id="mistake"
            open
            title
            actions=move || view! {
                <button class="btn btn--quiet" type="button" on:click=move |_| close()>
                    {t!(i18n, desk.queue.mistake_keep)}
                </button>
            }
        >
            <p>{t!(i18n, desk.queue.mistake_text)}</p>
            {reason(Mistake::WrongPerson, "user", keys::desk::queue::wrong_person)}
            {reason(Mistake::NobodyThere, "close", keys::desk::queue::nobody_there)}
        </Dialog>
    }
}
