//! A tablet whose clock is wrong: said, and where nobody can tell the day, asked for.

use super::{DateField, Notice, Tone, focus_main, format};
use crate::{clock, i18n::*, state::use_rekam};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    sop::clock::{ClockState, last_day},
    zone::Zone,
};

/// For staff, also while their rows are hidden: a wrong day may be why. A resident's phone is corrected
/// without a word.
#[component]
pub fn ClockNotice() -> impl IntoView {
    let rekam = use_rekam();
    let state = Memo::new(move |_| match rekam.is_of_staff() {
        true => rekam.clock(),
        false => ClockState::Right,
    });
    move || match state.get() {
        ClockState::Right => None,
        ClockState::Wrong => Some(view! { <Wrong/> }.into_any()),
        ClockState::Said => Some(view! { <Said/> }.into_any()),
        ClockState::Back => Some(view! { <Back/> }.into_any()),
        ClockState::Jumped => Some(view! { <Jumped/> }.into_any()),
    }
}

/// What the device's clock shows and what the pages use. Not part of the notice: it moves, and a screen
/// reader would read it each minute.
#[component]
fn Times() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let text = move || {
        let (now, locale) = (rekam.now(), i18n.get_locale());
        let shown = |at: DateTime<Utc>| {
            let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
            let local = zone.local(at);
            let time = format::time(locale, local.time());
            format!("{}, {time}", format::day(locale, local.date()))
        };
        let (own, right) = (shown(clock::own()), shown(now));
        t_string!(i18n, common.clock.times, own = own, right = right)
    };
    view! { <p class="soft small">{text}</p> }
}

#[component]
fn Wrong() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let is_right = move |_| {
        focus_main();
        spawn_local(rekam.say_clock_is_right());
    };
    view! {
        <section class="card">
            <Notice
                tone=Tone::Warning
                title=move || t_string!(i18n, common.clock.wrong_title)
                text=move || t_string!(i18n, common.clock.wrong_text)
            />
            <Times/>
            <div class="actions">
                <button type="button" class="btn btn--secondary" on:click=is_right>
                    {t!(i18n, common.clock.is_right)}
                </button>
            </div>
        </section>
    }
}

/// A clerk said the day: they may have mistyped it.
#[component]
fn Said() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card">
            <Notice
                tone=Tone::Warning
                title=move || t_string!(i18n, common.clock.said_title)
                text=move || t_string!(i18n, common.clock.said_text)
            />
            <Times/>
            <details>
                <summary>{t!(i18n, common.clock.say_again)}</summary>
                <WhichDay/>
            </details>
        </section>
    }
}

/// The clock is earlier than it was: the clerk knows which day it is.
#[component]
fn Back() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card">
            <Notice
                tone=Tone::Danger
                title=move || t_string!(i18n, common.clock.back_title)
                text=move || t_string!(i18n, common.clock.back_text)
            />
            <WhichDay/>
        </section>
    }
}

/// The clock went ahead by as much as it was slow, or more.
#[component]
fn Jumped() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card">
            <Notice
                tone=Tone::Danger
                title=move || t_string!(i18n, common.clock.jumped_title)
                text=move || t_string!(i18n, common.clock.jumped_text)
            />
            <Times/>
            <WhichDay/>
        </section>
    }
}

#[component]
fn WhichDay() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let typed = RwSignal::new(String::new());
    let wrong = RwSignal::new(false);
    let say = move |_| {
        let Ok(day) = typed.with_untracked(|typed| typed.parse::<NaiveDate>()) else {
            wrong.set(true);
            return;
        };
        spawn_local(async move {
            let is_taken = rekam.say_day(day).await;
            wrong.try_set(!is_taken);
            if is_taken {
                focus_main();
            }
        });
    };
    let error = move || {
        let locale = i18n.get_locale();
        let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
        let day = |day| format::day(locale, day);
        let contact = rekam.contact().map(|at| day(zone.local(at).date()));
        let until = rekam.offline_until().map(|at| day(last_day(at, zone)));
        t_string!(
            i18n,
            common.clock.bad_day,
            from = contact.unwrap_or_default(),
            to = until.unwrap_or_default()
        )
    };
    view! {
        <DateField
            id="which-day"
            of_office=true
            label=move || t_string!(i18n, common.clock.which_day)
            value=typed
            error=Signal::derive(move || wrong.get().then(error))
        />
        <div class="actions">
            <button type="button" class="btn btn--primary" on:click=say>
                {t!(i18n, common.clock.use_day)}
            </button>
        </div>
    }
}
