//! Staff choose a time for a resident: a new booking with its slip, or another time for one.

use super::claim_code;
use crate::router::use_router;
use crate::{
    components::{
        Checkbox, DayStrip, Icon, Loading, Notice, ProblemNotice, SlotGrid, Tone, format,
        use_unsaved,
    },
    i18n::*,
    state::{Asked, SaveError, SlotsAnswer, use_rekam},
};
use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::{Applicant, Command, RequestBooking, RescheduleBooking},
    ids::BookingId,
    office::Office,
    slot::{DayOffer, SlotStart},
};

/// What the time is for.
#[derive(Clone, Debug, PartialEq)]
pub enum Purpose {
    Book(Applicant),
    Move(BookingId),
}

/// Chooses a time and appends the wish. `on_done` hears that it is kept on this device.
#[component]
pub fn BookFor(
    office: Office,
    name: String,
    purpose: Purpose,
    on_done: Callback<()>,
    on_cancel: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    let moving = matches!(purpose, Purpose::Move(_));
    let purpose = StoredValue::new(purpose);
    let title_name = StoredValue::new(name);
    let (id, zone) = (office.id, office.zone);
    let office = StoredValue::new(office);
    let day = RwSignal::new(None::<NaiveDate>);
    let chosen = RwSignal::new(Vec::<SlotStart>::new());
    let any_week = RwSignal::new(false);
    let wait = RwSignal::new(false);
    let priority = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let failed = RwSignal::new(None::<SaveError>);
    use_unsaved(Signal::derive(move || !chosen.with(Vec::is_empty)));

    // Asked again when the network comes or goes.
    let connection = Memo::new(move |_| std::mem::discriminant(&rekam.connection()));
    let asked = Asked::new(move || {
        connection.track();
        let now = untrack(|| rekam.now());
        let (from, to) = office.with_value(|o| (o.today(now), o.window_end(now)));
        rekam.slots(id, from, to)
    });
    let answer = RwSignal::new(None::<SlotsAnswer>);
    Effect::new(move |_| {
        if let Some(new) = asked.get() {
            if day.get_untracked().is_none() {
                let first = new.days.iter().find(|d| d.closed.is_none() && d.free() > 0);
                day.set(first.map(|d| d.date));
            }
            answer.set(Some(new));
        }
    });
    let days = Signal::derive(move || {
        answer.with(|a| a.as_ref().map(|a| a.days.clone()).unwrap_or_default())
    });
    let known = Signal::derive(move || answer.with(|a| a.as_ref().is_none_or(|a| a.known)));
    let fresh = Memo::new(move |_| answer.with(|a| a.as_ref().is_none_or(|a| a.fresh)));
    let as_of = Signal::derive(move || {
        let at = answer.with(|a| a.as_ref().filter(|a| a.known).map(|a| a.as_of))?;
        Some(format::moment(i18n.get_locale(), at, rekam.now(), zone))
    });
    let offer = Signal::derive(move || {
        let day = day.get()?;
        days.with(|days| days.iter().find(|d: &&DayOffer| d.date == day).cloned())
    });
    let words = move |start: SlotStart| {
        let locale = i18n.get_locale();
        let minutes = office.with_value(|o| o.slot(start).map_or(60, |plan| plan.minutes));
        format!(
            "{}, {}",
            format::day(locale, start.date()),
            format::span_zone(locale, start, minutes, zone)
        )
    };

    let submit = move |_| {
        tried.set(true);
        if busy.get_untracked() || chosen.with_untracked(Vec::is_empty) {
            return;
        }
        busy.set(true);
        failed.set(None);
        let (choices, any_that_week) = (chosen.get_untracked(), any_week.get_untracked());
        let code = claim_code::draw();
        let command = match purpose.get_value() {
            Purpose::Move(booking) => Command::RescheduleBooking(RescheduleBooking {
                booking,
                choices,
                any_that_week,
            }),
            Purpose::Book(who) => Command::RequestBooking(RequestBooking {
                who,
                choices,
                any_that_week,
                wait_if_full: wait.get_untracked(),
                priority: priority.get_untracked(),
                claim: code.as_ref().map(|(_, hash)| *hash),
            }),
        };
        spawn_local(async move {
            let kept = rekam.append(id, command).await;
            busy.set(false);
            match kept {
                Ok(op) if !moving => {
                    // The same id that the office will give it.
                    let booking = BookingId(op.derive(1));
                    if let Some((code, _)) = code {
                        let _ = claim_code::keep(booking, &code).await;
                    }
                    on_done.run(());
                    router.go(&format!("/kelurahan/slip/{booking}"));
                }
                Ok(_) => on_done.run(()),
                Err(error) => failed.set(Some(error)),
            }
        });
    };

    view! {
        <section class="card">
            <h2 class="card__title">
                {move || {
                    let name = title_name.get_value();
                    if moving {
                        t_string!(i18n, kelurahan.book.change_title, name = name)
                    } else {
                        t_string!(i18n, kelurahan.book.title, name = name)
                    }
                }}
            </h2>
            <Show when=move || answer.with(Option::is_some) fallback=|| view! { <Loading/> }>
                <Show when=move || !fresh.get()>
                    <Notice
                        tone=Tone::Warning
                        title=move || t_string!(i18n, kelurahan.book.offline_title)
                        text=move || t_string!(i18n, kelurahan.book.offline_text)
                    />
                </Show>
                <DayStrip days chosen=day known as_of/>
                {move || if fresh.get() {
                    view! { <SlotGrid office=office.get_value() day=offer chosen known full_too=wait/> }.into_any()
                } else {
                    view! { <SlotGrid office=office.get_value() day=offer chosen most=3 known full_too=wait/> }.into_any()
                }}
                <Show when=move || chosen.with(|c| !c.is_empty())>
                    <ol>
                        {move || chosen.get().into_iter().map(|start| view! { <li>{words(start)}</li> }).collect_view()}
                    </ol>
                </Show>
                <Checkbox
                    id="any-week"
                    label=move || t_string!(i18n, kelurahan.book.any_week)
                    value=any_week
                />
                {(!moving).then(|| view! {
                    <Checkbox
                        id="wait"
                        label=move || t_string!(i18n, kelurahan.book.wait)
                        value=wait
                    />
                    <Checkbox
                        id="priority"
                        label=move || {
                            format!(
                                "{} {}",
                                t_string!(i18n, kelurahan.book.priority),
                                t_string!(i18n, kelurahan.book.priority_note),
                            )
                        }
                        value=priority
                    />
                })}
            </Show>
            <Show when=move || tried.get() && chosen.with(Vec::is_empty)>
                <p class="field__error" role="alert">
                    <Icon name="warning"/>
                    {t!(i18n, kelurahan.book.choose_first)}
                </p>
            </Show>
            {move || failed.get().map(|error| view! { <ProblemNotice code=error.text_key()/> })}
            <div class="actions">
                <button
                    class="btn btn--primary btn--big"
                    aria-busy=move || busy.get().to_string()
                    on:click=submit
                >
                    <Icon name="check"/>
                    {move || if moving {
                        t_string!(i18n, kelurahan.book.confirm_change)
                    } else {
                        t_string!(i18n, kelurahan.book.confirm)
                    }}
                </button>
                <button class="btn btn--quiet" on:click=move |_| on_cancel.run(())>
                    {t!(i18n, kelurahan.book.cancel)}
                </button>
            </div>
        </section>
    }
}
