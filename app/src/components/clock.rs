//! A tablet whose clock is wrong: said, and where nobody can tell the day, asked for.

use super::{DateField, Notice, Tone, format};
use crate::{clock, i18n::*, state::use_rekam};
use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use shared::{sop::offline::ClockState, sync::Role};

/// For staff: a resident's phone is corrected without a word.
#[component]
pub fn ClockNotice() -> impl IntoView {
    let rekam = use_rekam();
    let state = Memo::new(move |_| {
        let is_staff = rekam.who().role != Role::Resident;
        if is_staff {
            rekam.clock()
        } else {
            ClockState::Right
        }
    });
    move || match state.get() {
        ClockState::Right => None,
        ClockState::Wrong => Some(view! { <Wrong/> }.into_any()),
        ClockState::Back => Some(view! { <WhichDay/> }.into_any()),
    }
}

#[component]
fn Wrong() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let text = move || {
        let (now, locale) = (rekam.now(), i18n.get_locale());
        let shown = |at| {
            let local = rekam.office().map(|office| office.zone.local(at));
            local.map_or_else(String::new, |local| {
                let time = format::time(locale, local.time());
                format!("{}, {time}", format::day(locale, local.date()))
            })
        };
        let (own, right) = (shown(clock::own()), shown(now));
        t_string!(i18n, common.clock.wrong_text, own = own, right = right)
    };
    view! {
        <Notice
            tone=Tone::Warning
            title=move || t_string!(i18n, common.clock.wrong_title)
            text=text
        />
    }
}

/// The clock is earlier than the last contact: the clerk knows which day it is.
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
        });
    };
    view! {
        <section class="card">
            <Notice
                tone=Tone::Danger
                title=move || t_string!(i18n, common.clock.back_title)
                text=move || t_string!(i18n, common.clock.back_text)
            />
            <DateField
                id="which-day"
                of_office=true
                label=move || t_string!(i18n, common.clock.which_day)
                value=typed
                error=Signal::derive(move || {
                    wrong.get().then(|| t_string!(i18n, common.clock.bad_day).to_owned())
                })
            />
            <div class="actions">
                <button type="button" class="btn btn--primary" on:click=say>
                    {t!(i18n, common.clock.use_day)}
                </button>
            </div>
        </section>
    }
}
