//! The locked screen: whose PIN, the digits, and the ways round a forgotten one.

use super::{keys::Keys, use_screen};
use crate::{
    components::{Icon, Notice, PageHeader, Tone, focus_main},
    i18n::*,
    offline::pins::Person,
    state::{Connection, Door, Tried, running, since, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{ids::UserId, sop::pin};
use std::time::Duration;

/// How often the seconds of a wait are counted.
const COUNT: Duration = Duration::from_millis(250);

#[component]
pub fn Open(door: Memo<Door>) -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let lock = use_screen();
    let people = Memo::new(move |_| match door.get() {
        Door::Locked(people) => people,
        _ => Vec::new(),
    });
    let chosen = RwSignal::new(None::<UserId>);
    let person = Memo::new(move |_| {
        people.with(|people| {
            let own = |person: &&Person| Some(person.id) == chosen.get();
            people.iter().find(own).or(people.first()).cloned()
        })
    });
    let digits = RwSignal::new(String::new());
    let (busy, wrong, failed) = (
        RwSignal::new(false),
        RwSignal::new(false),
        RwSignal::new(false),
    );
    // The wait is counted from here: a page that is opened again waits again.
    let from = RwSignal::new(running());
    let left = RwSignal::new(0_i64);
    let count = move || {
        let wrong = person.with_untracked(|person| person.as_ref().map_or(0, |p| p.wrong));
        let wait = pin::wait_left(wrong, since(from.get_untracked()));
        let seconds = wait.num_milliseconds().max(0) as u64;
        let seconds = seconds.div_ceil(1_000) as i64;
        if left.get_untracked() != seconds {
            left.set(seconds);
        }
    };
    Effect::new(move || {
        person.track();
        count();
    });
    if let Ok(timer) = set_interval_with_handle(count, COUNT) {
        on_cleanup(move || timer.clear());
    }
    let closed = Signal::derive(move || busy.get() || left.get() > 0);

    let choose = move |id: UserId| {
        chosen.set(Some(id));
        digits.set(String::new());
        wrong.set(false);
        focus_pin();
    };
    let done = Callback::new(move |typed: String| {
        let Some(person) = person.get_untracked() else {
            return;
        };
        busy.set(true);
        failed.set(false);
        spawn_local(async move {
            let tried = lock.unlock(person.id, &typed, person.wrong).await;
            // Nothing here is on the page any more after the right one.
            if let Ok(Tried::Right) = tried {
                return focus_main();
            }
            from.try_set(running());
            digits.try_set(String::new());
            busy.try_set(false);
            wrong.try_set(matches!(tried, Ok(Tried::Wrong(_))));
            failed.try_set(tried.is_err());
            count();
            focus_pin();
        });
    });
    let not_left = RwSignal::new(false);
    let sign_out = move |_| {
        if let Some(person) = person.get_untracked() {
            spawn_local(async move {
                let left = lock.sign_out(person.id).await;
                not_left.try_set(left.is_err());
            });
        }
    };
    let name = move || person.get().map(|person| person.name).unwrap_or_default();
    let label = Signal::derive(move || t_string!(i18n, desk.pin.of, name = name()));
    let is_offline = move || matches!(rekam.connection(), Connection::Offline { .. });
    let button = move |one: Person| {
        let id = one.id;
        let is_chosen = move || person.with(|person| person.as_ref().is_some_and(|p| p.id == id));
        view! {
            <button
                type="button"
                class="choice"
                role="radio"
                aria-checked=move || is_chosen().to_string()
                on:click=move |_| choose(id)
            >
                <Icon name="user"/>
                <span class="choice__title">{one.name}</span>
            </button>
        }
    };
    view! {
        <div class="page page--narrow">
            <PageHeader
                title=move || t_string!(i18n, desk.pin.title)
                lead=move || t_string!(i18n, desk.pin.lead)
            />
            <Show when=move || people.with(|people| people.len() > 1)>
                <div class="choices" role="radiogroup" aria-label=move || t_string!(i18n, desk.pin.who)>
                    <For each=move || people.get() key=|one: &Person| one.id children=button/>
                </div>
            </Show>
            <Show when=move || wrong.get()>
                <Notice
                    tone=Tone::Danger
                    title=move || t_string!(i18n, desk.pin.wrong)
                    text=move || t_string!(i18n, desk.pin.wrong_text)
                />
            </Show>
            <Show when=move || failed.get()>
                <Notice tone=Tone::Warning text=move || t_string!(i18n, desk.pin.failed)/>
            </Show>
            <Show when=move || not_left.get()>
                <Notice tone=Tone::Warning text=move || t_string!(i18n, account.settings.switch_failed)/>
            </Show>
            <Keys digits label closed wrong done/>
            <p class="soft" role="status">
                {move || match (busy.get(), left.get()) {
                    (true, _) => t_string!(i18n, desk.pin.checking).to_owned(),
                    (_, 0) => String::new(),
                    (_, seconds) => t_string!(i18n, desk.pin.wait, n = seconds),
                }}
            </p>
            <div class="actions">
                <a class="btn btn--secondary" href="/sign-in">
                    <Icon name="lock"/>{t!(i18n, desk.pin.forgot)}
                </a>
                <p class="soft small">
                    {move || match is_offline() {
                        true => t_string!(i18n, desk.pin.forgot_offline),
                        false => t_string!(i18n, desk.pin.forgot_text),
                    }}
                </p>
                <button type="button" class="btn btn--quiet" on:click=sign_out>
                    <Icon name="exit"/>{move || t_string!(i18n, desk.pin.sign_out, name = name())}
                </button>
            </div>
        </div>
    }
}

fn focus_pin() {
    use wasm_bindgen::JsCast;
    let field = document().get_element_by_id("pin");
    if let Some(field) = field.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = field.focus();
    }
}
