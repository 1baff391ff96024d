//! What came from a device after its author had signed out, got another password, or was locked: it
//! waits for the head. Nothing is shown while nothing waits.

use super::tablets::device_name;
use crate::{
    api,
    components::{Dialog, Icon, format},
    i18n::*,
    pages::attention::kind_text,
    state::{Asked, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Command, ids::OpId, sync::HeldOp};
use std::collections::BTreeSet;

#[component]
pub fn Held() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office().map(|office| office.id));
    let tick = rekam.ask_again();
    let last = RwSignal::new(Vec::<HeldOp>::new());
    let asked = Asked::new(move || {
        tick.track();
        let office = office.get();
        async move { Some(api::held(office?).await) }
    });
    Effect::new(move |_| {
        if let Some(Some(Ok(held))) = asked.get() {
            last.set(held);
        }
    });
    // Answered here; the office's list still has it until the answer has come there.
    let answered = RwSignal::new(BTreeSet::<OpId>::new());
    let declining = RwSignal::new(None::<HeldOp>);
    let open = RwSignal::new(false);
    let say = move |op: OpId, accept: bool| {
        let is_new = answered.try_update(|answered| answered.insert(op));
        if is_new != Some(true) {
            return;
        }
        spawn_local(async move {
            let Some(office) = office.get_untracked() else {
                return;
            };
            // A storage that fails shows itself in the shell, and the op waits on.
            let command = Command::AnswerHeld { op, accept };
            if rekam.append(office, command).await.is_err() {
                answered.update(|answered| {
                    answered.remove(&op);
                });
            }
        });
    };
    let answer = Callback::new(move |(held, accept): (HeldOp, bool)| {
        if accept {
            say(held.op, true);
        } else {
            declining.set(Some(held));
            open.set(true);
        }
    });
    let decline = move |_| {
        open.set(false);
        if let Some(held) = declining.get_untracked() {
            say(held.op, false);
        }
    };
    let what = move || {
        declining.with(|held| {
            held.as_ref().map_or_else(String::new, |held| {
                let parts = [held.about.as_deref(), held.author.as_deref()];
                let parts: Vec<&str> = parts.into_iter().flatten().collect();
                let kind = kind_text(i18n, &held.kind);
                [&[kind], parts.as_slice()].concat().join(" · ")
            })
        })
    };
    view! {
        <Show when=move || last.with(|held| !held.is_empty())>
            <section class="stack stack--tight">
                <div class="card__head"><h2 class="card__title">{t!(i18n, head.held)}</h2></div>
                <p class="soft small">{t!(i18n, head.held_lead)}</p>
                <ul class="list list--card">
                    <For each=move || last.get() key=|held| held.op let:held>
                        <HeldRow held answered answer/>
                    </For>
                </ul>
                <Dialog
                    id="decline-held"
                    open
                    title=move || t_string!(i18n, head.held_no_title)
                    actions=move || view! {
                        <button class="btn btn--danger-solid" on:click=decline>
                            {t!(i18n, head.held_no_yes)}
                        </button>
                        <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                            {t!(i18n, head.held_no_no)}
                        </button>
                    }
                >
                    <p><strong>{what}</strong></p>
                    <p>{t!(i18n, head.held_no_text)}</p>
                </Dialog>
            </section>
        </Show>
    }
}

#[component]
fn HeldRow(
    held: HeldOp,
    answered: RwSignal<BTreeSet<OpId>>,
    answer: Callback<(HeldOp, bool)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let (op, at) = (held.op, held.received_at);
    let why = StoredValue::new(held.why.as_str());
    let held = StoredValue::new(held);
    let title = move || held.with_value(|held| kind_text(i18n, &held.kind));
    let about = move || {
        let mut parts = Vec::new();
        held.with_value(|held| {
            parts.extend(held.about.clone());
            parts.extend(held.author.clone());
            let letters = held.letters.as_ref();
            parts.push(device_name(i18n, letters, &held.people));
        });
        if let Some(office) = rekam.office() {
            let locale = i18n.get_locale();
            parts.push(format::moment(locale, at, rekam.now(), office.zone));
        }
        parts.join(" · ")
    };
    view! {
        <li class="row row--attention">
            <span class="row__lead"><Icon name="clock"/></span>
            <span class="row__body">
                <span class="row__title">{title}</span>
                <span class="row__note">{about}</span>
                <span class="row__note">{move || i18n.code_title(why.get_value())}</span>
            </span>
            <span class="row__end">
                <Show
                    when=move || !answered.with(|answered| answered.contains(&op))
                    fallback=move || view! {
                        <span class="badge"><Icon name="send"/>{t!(i18n, head.held_sending)}</span>
                    }
                >
                    <button
                        class="btn btn--secondary"
                        aria-label=move || t_string!(i18n, head.held_yes_for, what = title())
                        on:click=move |_| answer.run((held.get_value(), true))
                    >
                        {t!(i18n, head.held_yes)}
                    </button>
                    <button
                        class="btn btn--quiet"
                        aria-label=move || t_string!(i18n, head.held_no_for, what = title())
                        on:click=move |_| answer.run((held.get_value(), false))
                    >
                        {t!(i18n, head.held_no)}
                    </button>
                </Show>
            </span>
        </li>
    }
}
