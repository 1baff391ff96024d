//! The day strip and the slots of a day, with the reason where nothing can be chosen.

use super::{Icon, Notice, format};
use crate::{i18n::*, state::use_rekam};
use chrono::{Datelike, NaiveDate, Timelike};
use leptos::prelude::*;
use shared::{
    calendar::Closed,
    office::Office,
    slot::{DayOffer, SlotOffer, SlotStart},
};

/// From this number of seats on a day or slot is shown as nearly full.
const FEW_OF_DAY: u32 = 3;
const FEW_OF_SLOT: u16 = 1;

/// Why an office is closed on a day, in words.
#[must_use]
pub fn closed_words(i18n: I18n, date: NaiveDate, closed: &Closed) -> String {
    match closed {
        Closed::DayOff => {
            let day = format::weekday(i18n.get_locale(), date);
            t_string!(i18n, common.slots.why_day_off, day = day)
        }
        Closed::Holiday { id, en } => {
            let name = match i18n.get_locale() {
                Locale::Id => id.clone(),
                Locale::En => en.clone(),
            };
            t_string!(i18n, common.slots.why_holiday, name = name)
        }
        Closed::ByOffice { reason } => {
            t_string!(i18n, common.slots.why_office, reason = reason.clone())
        }
        Closed::NotKnownYet => t_string!(i18n, common.slots.why_not_known).to_owned(),
    }
}

/// The days to choose from. A closed day can be pressed: its reason is shown below.
#[component]
pub fn DayStrip(
    #[prop(into)] days: Signal<Vec<DayOffer>>,
    chosen: RwSignal<Option<NaiveDate>>,
    /// `false`: seats are not known (`SlotsAnswer::known`).
    #[prop(into, default = Signal::stored(true))]
    known: Signal<bool>,
    /// "07.40 WIB": shown under the strip.
    #[prop(into, default = Signal::stored(None))]
    as_of: Signal<Option<String>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let button = move |day: DayOffer| {
        let (date, free) = (day.date, day.free());
        let class = match (&day.closed, known.get(), free) {
            (Some(_), _, _) => "day day--closed",
            (None, true, 0) => "day day--full",
            (None, true, 1..=FEW_OF_DAY) => "day day--few",
            _ => "day",
        };
        let words = move || match (day.closed.is_some(), known.get(), free) {
            (true, _, _) => t_string!(i18n, common.slots.closed).to_owned(),
            (false, false, _) => t_string!(i18n, common.slots.unknown).to_owned(),
            (false, true, 0) => t_string!(i18n, common.slots.full).to_owned(),
            (false, true, free) => t_string!(i18n, common.slots.free, count = free),
        };
        view! {
            <li>
                <button
                    type="button"
                    class=class
                    aria-pressed=move || (chosen.get() == Some(date)).to_string()
                    on:click=move |_| chosen.set(Some(date))
                >
                    <span class="day__name">{move || format::weekday(i18n.get_locale(), date)}</span>
                    <span class="day__num">{date.day()}</span>
                    <span class="day__month">
                        {move || format::month_short(i18n.get_locale(), date.month())}
                    </span>
                    <span class="day__free">{words}</span>
                </button>
            </li>
        }
    };
    let why = move || {
        let chosen = chosen.get()?;
        let closed = days.with(|days| {
            let day = days.iter().find(|day| day.date == chosen)?;
            day.closed.clone()
        })?;
        Some(view! {
            <Notice
                title=move || format::day(i18n.get_locale(), chosen)
                text=move || closed_words(i18n, chosen, &closed)
            />
        })
    };
    view! {
        <ol class="days" aria-label=move || t_string!(i18n, common.slots.days)>
            {move || days.get().into_iter().map(button).collect_view()}
        </ol>
        {move || {
            as_of
                .get()
                .map(|time| {
                    view! {
                        <p class="days__asof">
                            <Icon name="clock"/>
                            {t!(i18n, common.slots.as_of, time = move || time.clone())}
                        </p>
                    }
                })
        }}
        <div role="status">{why}</div>
    }
}

/// The slots of one day. With `most` above 1 several may be chosen, numbered in order; a further
/// press takes a choice back.
#[component]
pub fn SlotGrid(
    office: Office,
    #[prop(into)] day: Signal<Option<DayOffer>>,
    chosen: RwSignal<Vec<SlotStart>>,
    #[prop(default = 1)] most: usize,
    #[prop(into, default = Signal::stored(true))] known: Signal<bool>,
    /// Full slots can be chosen too: the wish then goes to the waiting list.
    #[prop(into, default = Signal::stored(false))]
    full_too: Signal<bool>,
) -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let press = move |start: SlotStart| {
        chosen.update(|chosen| {
            if let Some(at) = chosen.iter().position(|one| *one == start) {
                chosen.remove(at);
            } else {
                if chosen.len() >= most {
                    chosen.pop();
                }
                chosen.push(start);
            }
        });
    };
    let button = move |slot: SlotOffer| {
        let (start, free) = (slot.start, slot.free);
        let starts = office.starts(start);
        let started = Memo::new(move |_| starts <= rekam.now());
        let full = known.get() && free == 0;
        let class = move || match free {
            _ if full || started.get() => "slot slot--full",
            1..=FEW_OF_SLOT if known.get() => "slot slot--few",
            _ => "slot",
        };
        let place = move || chosen.with(|chosen| chosen.iter().position(|one| *one == start));
        let words = move || match free {
            _ if started.get() => t_string!(i18n, common.slots.started).to_owned(),
            _ if !known.get() => t_string!(i18n, common.slots.unknown).to_owned(),
            0 => t_string!(i18n, common.slots.full).to_owned(),
            1..=FEW_OF_SLOT => t_string!(i18n, common.slots.last, count = free),
            _ => t_string!(i18n, common.slots.free_long, count = free),
        };
        let order = move || {
            let place = place()?;
            Some(if most > 1 {
                view! { <span class="slot__order">{place + 1}</span> }.into_any()
            } else {
                view! { <span class="slot__order"><Icon name="check" size="s"/></span> }.into_any()
            })
        };
        view! {
            <li>
                <button
                    type="button"
                    class=class
                    disabled=move || started.get() || full && !full_too.get()
                    aria-pressed=move || place().is_some().to_string()
                    on:click=move |_| press(start)
                >
                    <span class="slot__time">
                        {move || format::span(i18n.get_locale(), start, slot.minutes)}
                    </span>
                    <span class="slot__free">{words}</span>
                    {order}
                </button>
            </li>
        }
    };
    let part = move |title: String, slots: Vec<SlotOffer>| {
        (!slots.is_empty()).then(|| {
            view! {
                <li class="slots__part">{title}</li>
                {slots.into_iter().map(&button).collect_view()}
            }
        })
    };
    move || {
        let day = day.get()?;
        if day.closed.is_some() {
            return None;
        }
        if day.slots.is_empty() {
            let none = view! { <Notice text=move || t_string!(i18n, common.slots.empty)/> };
            return Some(none.into_any());
        }
        let (early, late): (Vec<_>, Vec<_>) = day
            .slots
            .into_iter()
            .partition(|slot| slot.start.local().hour() < 12);
        let list = view! {
            <ul class="slots" aria-label=move || t_string!(i18n, common.slots.times)>
                {part(t_string!(i18n, common.slots.morning).to_owned(), early)}
                {part(t_string!(i18n, common.slots.afternoon).to_owned(), late)}
            </ul>
        };
        Some(list.into_any())
    }
}
