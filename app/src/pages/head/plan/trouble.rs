//! What keeps a plan from being confirmed, in words: all of it above, and each at its day.

use super::{super::words, desk::Desk};
use crate::{
    components::{Icon, Notice, Tone, format},
    i18n::*,
};
use leptos::prelude::*;
use shared::{office::Office, plan::Trouble};

/// One trouble in words, without its day.
#[must_use]
pub fn words_of(i18n: I18n, office: Option<&Office>, trouble: &Trouble) -> String {
    let name = |code| words::kelurahan(i18n, office, Some(code));
    match trouble {
        Trouble::Period => i18n.code_text("plan_period").to_owned(),
        Trouble::TooMany => t_string!(i18n, head.plan.too_many).to_owned(),
        Trouble::UnknownKelurahan { .. } => t_string!(i18n, head.plan.unknown_kelurahan).to_owned(),
        Trouble::Calendar { .. } => t_string!(i18n, head.plan.no_slot).to_owned(),
        Trouble::Workload { .. } => t_string!(i18n, head.plan.workload).to_owned(),
        Trouble::OtherVillage { kelurahan, .. } => {
            t_string!(i18n, head.plan.other_village, name = name(kelurahan))
        }
        Trouble::Capacity { seats, room, .. } => {
            t_string!(i18n, head.plan.capacity, seats = seats, room = room)
        }
        Trouble::Given {
            kelurahan, given, ..
        } => {
            t_string!(i18n, head.plan.is_given, n = given, name = name(kelurahan))
        }
        Trouble::Late { .. } => t_string!(i18n, head.plan.late).to_owned(),
    }
}

/// "Sen 30 Nov 07.30: …", as an item of a list.
#[component]
pub fn TroubleLine(
    desk: Desk,
    trouble: Trouble,
    #[prop(optional)] with_day: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let is_hint = trouble.code().is_none();
    let text = move || {
        let locale = i18n.get_locale();
        let words = words_of(i18n, desk.office.get().as_ref(), &trouble);
        match trouble.slot() {
            Some(slot) => {
                let time = format::time(locale, slot.local().time());
                let day = format::day_short(locale, slot.date());
                if with_day {
                    format!("{day} {time}: {words}")
                } else {
                    format!("{time}: {words}")
                }
            }
            None => words,
        }
    };
    view! {
        <p class=if is_hint { "field__warning" } else { "field__error" }>
            <Icon name=if is_hint { "info" } else { "warning" }/>
            {text}
        </p>
    }
}

/// Above the plan: how much is in the way, and the first of it.
#[component]
pub fn Troubles(desk: Desk) -> impl IntoView {
    const SHOWN: usize = 5;
    let i18n = use_i18n();
    let found = Memo::new(move |_| {
        let mut all = desk.troubles();
        all.retain(|trouble| trouble.code().is_some());
        all
    });
    let more = move || found.with(Vec::len).saturating_sub(SHOWN);
    view! {
        <div role="status">
            <Show when=move || found.with(|all| !all.is_empty())>
                <Notice
                    tone=Tone::Warning
                    title=move || t_string!(i18n, head.plan.troubles, n = found.with(Vec::len))
                >
                    <div class="stack stack--tight">
                        {move || {
                            let shown = found.get().into_iter().take(SHOWN);
                            shown
                                .map(|trouble| view! { <TroubleLine desk trouble with_day=true/> })
                                .collect_view()
                        }}
                        {move || (more() > 0).then(|| t_string!(i18n, head.plan.troubles_more, n = more()))}
                    </div>
                </Notice>
            </Show>
        </div>
    }
}
