//! Choosing a time: days with their free seats, hours of a day, and several choices in order when
//! what the phone knows of the seats may be old.

use crate::{
    components::{DayStrip, Icon, Loading, Notice, SlotGrid, Tone, format},
    i18n::*,
    state::{Asked, Connection, SlotsAnswer, use_rekam},
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    office::Office,
    slot::{DayOffer, SlotStart},
};

/// Wishes in one request, at most.
const CHOICES: usize = 3;

#[component]
pub fn TimePicker(
    office: Office,
    choices: RwSignal<Vec<SlotStart>>,
    /// Full times may be chosen too: the waiting list is wanted.
    #[prop(into, default = Signal::stored(false))]
    full_too: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let (id, zone) = (office.id, office.zone);
    let of_grid = StoredValue::new(office.clone());
    let release = office.settings.release_at;
    let chosen_day = RwSignal::new(None::<NaiveDate>);
    let window = {
        let office = office.clone();
        Memo::new(move |_| {
            let now = rekam.now();
            (office.today(now), office.window_end(now))
        })
    };
    let is_online = Memo::new(move |_| rekam.connection() == Connection::Online);
    let answer = Asked::new(move || {
        is_online.track();
        let (from, to) = window.get();
        async move { rekam.slots(id, from, to).await }
    });
    let offer = Memo::new(move |_| answer.get());
    // Past choices, and days that have gone, are of no use any more.
    Effect::new(move |_| {
        let now = rekam.now();
        let starts = |slot: &SlotStart| office.starts(*slot) > now;
        if choices.with_untracked(|choices| !choices.iter().all(starts)) {
            choices.update(|choices| choices.retain(starts));
        }
    });
    Effect::new(move |_| {
        if let Some(offer) = offer.get()
            && chosen_day.get_untracked().is_none()
        {
            let first = choices.with_untracked(|choices| choices.first().map(|c| c.date()));
            chosen_day.set(first.or_else(|| first_free(&offer.days)));
        }
    });
    let shape = Memo::new(move |_| offer.with(Option::is_some));
    let sure = Memo::new(move |_| {
        is_online.get() && offer.with(|offer| offer.as_ref().is_some_and(|offer| offer.fresh))
    });
    let days = Signal::derive(move || {
        offer.with(|offer| {
            offer
                .as_ref()
                .map_or_else(Vec::new, |offer| offer.days.clone())
        })
    });
    let known =
        Signal::derive(move || offer.with(|offer| offer.as_ref().is_none_or(|offer| offer.known)));
    let as_of = Signal::derive(move || {
        let at = offer.with(|offer| offer.as_ref().filter(|o| o.known).map(|o| o.as_of))?;
        Some(format::clock(i18n.get_locale(), at, zone))
    });
    let day = Signal::derive(move || {
        let chosen = chosen_day.get()?;
        days.with(|days| days.iter().find(|day| day.date == chosen).cloned())
    });
    let hours = move || {
        // `most` is fixed for a grid, so another certainty makes another grid.
        let most = if sure.get() { 1 } else { CHOICES };
        view! { <SlotGrid office=of_grid.get_value() day chosen=choices most known full_too/> }
    };
    move || {
        if !shape.get() {
            return view! { <Loading/> }.into_any();
        }
        if days.with(Vec::is_empty) {
            let title = move || t_string!(i18n, resident.slot.none_loaded_title);
            let text = move || t_string!(i18n, resident.slot.none_loaded_text);
            return view! {
                <Notice tone=Tone::Warning title text>
                    <button
                        type="button"
                        class="btn btn--secondary"
                        on:click=move |_| answer.ask_again()
                    >
                        {t!(i18n, resident.slot.refresh)}
                    </button>
                </Notice>
            }
            .into_any();
        }
        view! {
            <div class="stack">
                <Show when=move || !sure.get()>
                    <OldNews offer zone_clock=as_of/>
                </Show>
                <DayStrip days chosen=chosen_day known as_of/>
                {move || day.get().filter(|day| day.closed.is_none()).map(|day| view! {
                    <h2>{move || {
                        let day = format::day(i18n.get_locale(), day.date);
                        t_string!(i18n, resident.slot.hours_title, day = day)
                    }}</h2>
                })}
                {hours}
                {move || {
                    let is_full = |day: &DayOffer| day.closed.is_none() && day.free() == 0;
                    day.get().filter(|day| known.get() && is_full(day)).map(|_| {
                        let text = move || {
                            let time = format::time(i18n.get_locale(), release);
                            t_string!(i18n, resident.slot.released, time = time)
                        };
                        view! { <p class="small soft">{text}</p> }
                    })
                }}
                <Show when=move || !sure.get() && choices.with(|choices| !choices.is_empty())>
                    <Chosen choices/>
                </Show>
            </div>
        }
        .into_any()
    }
}

fn first_free(days: &[DayOffer]) -> Option<NaiveDate> {
    days.iter()
        .find(|day| day.closed.is_none() && day.free() > 0)
        .or_else(|| days.iter().find(|day| day.closed.is_none()))
        .map(|day| day.date)
}

/// What the phone knows may be old: so up to three choices.
#[component]
fn OldNews(offer: Memo<Option<SlotsAnswer>>, zone_clock: Signal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || t_string!(i18n, resident.slot.stale_title);
    let text = move || {
        let is_known = offer.with(|offer| offer.as_ref().is_some_and(|offer| offer.known));
        let age = match zone_clock.get().filter(|_| is_known) {
            Some(time) => t_string!(i18n, resident.slot.stale_as_of, time = time),
            None => t_string!(i18n, resident.slot.stale_unknown).to_owned(),
        };
        format!("{age} {}", t_string!(i18n, resident.slot.stale_text))
    };
    view! { <Notice tone=Tone::Warning title text/> }
}

/// The choices in their order, each with a way to take it back.
#[component]
fn Chosen(choices: RwSignal<Vec<SlotStart>>) -> impl IntoView {
    let i18n = use_i18n();
    let rows = move || {
        choices
            .get()
            .into_iter()
            .zip(1..)
            .map(|(slot, n)| {
                let label = move || t_string!(i18n, resident.slot.choice_remove, n = n);
                view! {
                    <li class="row">
                        <span class="row__lead row__lead--text">{n}</span>
                        <span class="row__body">
                            <span class="row__title">
                                {move || short(i18n.get_locale(), slot)}
                            </span>
                        </span>
                        <span class="row__end">
                            <button
                                type="button"
                                class="btn btn--icon btn--quiet"
                                aria-label=label
                                on:click=move |_| choices.update(|all| all.retain(|one| *one != slot))
                            >
                                <Icon name="close"/>
                            </button>
                        </span>
                    </li>
                }
            })
            .collect_view()
    };
    view! {
        <section class="stack stack--tight">
            <h2>{t!(i18n, resident.slot.choices_title)}</h2>
            <ol class="list list--card">{rows}</ol>
            <Show when=move || choices.with(|choices| choices.len() >= CHOICES)>
                <p class="small soft">{t!(i18n, resident.slot.three)}</p>
            </Show>
        </section>
    }
}

/// "Sen 1 Des, 08.30": leaves room for the button beside it.
fn short(locale: Locale, slot: SlotStart) -> String {
    let time = format::time(locale, slot.local().time());
    format!("{}, {time}", format::day_short(locale, slot.date()))
}
