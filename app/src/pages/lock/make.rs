//! An operator makes the PIN of this tablet: twice the same.

use super::{keys::Keys, use_screen};
use crate::{
    components::{Notice, PageHeader, Tone, use_toasts},
    i18n::*,
    router::use_router,
    state::{Door, SaveError, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::sop::pin::{self, PinError};

/// Why the page begins again.
#[derive(Clone, PartialEq, Eq)]
enum Fault {
    Easy,
    Differs,
    Save(SaveError),
}

#[component]
pub fn Make(door: Memo<Door>) -> impl IntoView {
    let (i18n, rekam, router, toasts) = (use_i18n(), use_rekam(), use_router(), use_toasts());
    let lock = use_screen();
    let digits = RwSignal::new(String::new());
    let first = RwSignal::new(None::<String>);
    let fault = RwSignal::new(None::<Fault>);
    let busy = RwSignal::new(false);
    let name = Memo::new(move |_| rekam.account().map(|a| a.name).unwrap_or_default());
    let label = Signal::derive(move || match first.with(Option::is_some) {
        false => t_string!(i18n, desk.pin.make_first).to_owned(),
        true => t_string!(i18n, desk.pin.make_again).to_owned(),
    });
    let begin_again = move |why: Option<Fault>| {
        fault.set(why);
        first.set(None);
        digits.set(String::new());
    };
    let done =
        Callback::new(
            move |typed: String| match (first.get_untracked(), pin::check(&typed)) {
                (None, Ok(())) => {
                    fault.set(None);
                    first.set(Some(typed));
                    digits.set(String::new());
                }
                (_, Err(PinError::Easy | PinError::NotSixDigits)) => begin_again(Some(Fault::Easy)),
                (Some(before), _) if before != typed => begin_again(Some(Fault::Differs)),
                (Some(_), Ok(())) => {
                    busy.set(true);
                    spawn_local(async move {
                        let made = lock.make(&typed).await;
                        busy.set(false);
                        match made {
                            Ok(()) => toasts.show("lock", t_string!(i18n, desk.pin.made)),
                            Err(error) => begin_again(Some(Fault::Save(error))),
                        }
                    });
                }
            },
        );
    let lead = move || {
        let minutes = door.with(|door| match door {
            Door::NoPin(after, _) => after.num_minutes(),
            _ => 0,
        });
        t_string!(i18n, desk.pin.make_lead, n = minutes)
    };
    let others =
        move || door.with(|door| matches!(door, Door::NoPin(_, people) if !people.is_empty()));
    let somebody_else = move |_| match others() {
        true => spawn_local(lock.lock()),
        false => router.go("/sign-in"),
    };
    let words = move |fault: Fault| match fault {
        Fault::Easy => (
            t_string!(i18n, desk.pin.easy),
            t_string!(i18n, desk.pin.easy_text),
        ),
        Fault::Differs => (
            t_string!(i18n, desk.pin.differs),
            t_string!(i18n, desk.pin.differs_text),
        ),
        Fault::Save(error) => (
            i18n.code_title(error.text_key()),
            i18n.code_text(error.text_key()),
        ),
    };
    view! {
        <div class="page page--narrow">
            <PageHeader title=move || t_string!(i18n, desk.pin.make) lead/>
            {move || fault.get().map(|fault| {
                let (title, text) = (words(fault.clone()).0, words(fault).1);
                view! { <Notice tone=Tone::Warning title=move || title text=move || text/> }
            })}
            <Keys digits label closed=busy wrong=Signal::derive(move || fault.with(Option::is_some)) done/>
            <p class="soft" role="status">
                {move || match (busy.get(), first.with(Option::is_some)) {
                    (true, _) => t_string!(i18n, desk.pin.checking),
                    (false, true) => t_string!(i18n, desk.pin.again_text),
                    (false, false) => t_string!(i18n, desk.pin.make_text),
                }}
            </p>
            <button type="button" class="btn btn--quiet" on:click=somebody_else>
                {move || t_string!(i18n, desk.pin.not_me, name = name.get())}
            </button>
        </div>
    }
}
