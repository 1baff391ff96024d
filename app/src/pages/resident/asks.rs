//! Buttons that say one thing to the office: at once, or, where something is given away, after asking
//! and saying what follows.

use super::NotSaved;
use crate::{
    components::{Dialog, Icon},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Command, ids::OfficeId};

/// Says it at once.
#[component]
pub fn Say(
    office: OfficeId,
    command: Command,
    icon: &'static str,
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let rekam = use_rekam();
    let failed = RwSignal::new(false);
    let command = StoredValue::new(command);
    let send = move |_| {
        spawn_local(async move {
            let sent = rekam.append(office, command.get_value()).await;
            failed.try_set(sent.is_err());
        });
    };
    view! {
        <button class=class on:click=send><Icon name=icon/>{children()}</button>
        <Show when=move || failed.get()>
            <NotSaved/>
        </Show>
    }
}

/// What is asked.
#[derive(Clone, Copy)]
pub struct Question {
    pub button: Text,
    pub title: Text,
    pub text: Text,
    pub yes: Text,
}

/// The button, its question, and the command after a yes. `id` is unique on the page.
#[component]
pub fn AskOnce(
    id: String,
    question: Question,
    office: OfficeId,
    command: Command,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let asks = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let command = StoredValue::new(command);
    let send = move |_| {
        asks.set(false);
        spawn_local(async move {
            let sent = rekam.append(office, command.get_value()).await;
            failed.try_set(sent.is_err());
        });
    };
    let Question {
        button,
        title,
        text,
        yes,
    } = question;
    let actions = move || {
        view! {
            <button class="btn btn--danger-solid" on:click=send>{i18n.view(yes)}</button>
            <button class="btn btn--secondary" on:click=move |_| asks.set(false)>
                {t!(i18n, resident.ticket.cancel_no)}
            </button>
        }
    };
    view! {
        <button class="btn btn--danger" on:click=move |_| asks.set(true)>
            <Icon name="close"/>{i18n.view(button)}
        </button>
        <Show when=move || failed.get()>
            <NotSaved/>
        </Show>
        <Dialog id open=asks title=move || i18n.text(title) actions>
            <p>{i18n.view(text)}</p>
        </Dialog>
    }
}
