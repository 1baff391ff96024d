//! Who lost a day: who was offered others and has not answered, whom staff must call, and who declined
//! the time on the paper.

use super::super::words;
use crate::{
    components::{EmptyState, Icon, Status, StatusBadge, format, name_of},
    i18n::*,
    state::{Rekam, use_rekam},
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{
    booking::{Booking, State, Why},
    ids::ResidentId,
    invitation::{self, Invitation, Reply},
    person::SearchKey,
    resident::Resident,
    slot::SlotStart,
    world::World,
};

/// Drawn at once.
const CHUNK: usize = 40;

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Waits {
    /// Staff: no day was found or taken.
    Call,
    /// Their own answer.
    Answer,
    /// Nobody: the paper's time was declined.
    Declined,
}

/// Somebody without a day.
#[derive(Clone, PartialEq)]
pub struct Waiting {
    waits: Waits,
    resident: Resident,
    status: Status,
    /// The day they had.
    had: Option<SlotStart>,
    offered: Vec<SlotStart>,
    until: Option<DateTime<Utc>>,
}

impl Waiting {
    /// Everybody without a day, whom to call first.
    pub fn list(rekam: Rekam) -> Memo<Vec<Self>> {
        Memo::new(move |_| rekam.view(find))
    }
}

fn find(world: &World) -> Vec<Waiting> {
    let person = |id: ResidentId| world.get::<Resident>(id).cloned();
    let bookings = world.all::<Booking>().filter_map(|booking| {
        let offer = booking.offer.as_ref();
        let waits = match booking.state {
            State::Unplaced => Waits::Call,
            State::Offered if offer.is_some_and(|o| o.why == Why::DayChanged) => Waits::Answer,
            _ => return None,
        };
        Some(Waiting {
            waits,
            resident: person(booking.resident)?,
            status: Status::from(booking.state),
            had: booking.slot,
            offered: offer.map(|offer| offer.slots.clone()).unwrap_or_default(),
            until: offer.map(|offer| offer.until),
        })
    });
    let declined = world.all::<Invitation>().filter_map(|invitation| {
        let is_declined = invitation.reply == Some(Reply::Declined);
        let resident = person(invitation.resident).filter(|_| is_declined)?;
        // They may have booked or come since.
        let waits = resident.active.is_none() && resident.recorded_on.is_none();
        waits.then(|| Waiting {
            waits: Waits::Declined,
            resident,
            status: Status::from(&invitation::State::Delivered { to: None }),
            had: invitation.proposal.map(|place| place.slot),
            offered: Vec::new(),
            until: None,
        })
    });
    let mut all: Vec<Waiting> = bookings.chain(declined).collect();
    all.sort_by_cached_key(|w| {
        let name = SearchKey::of(w.resident.name.as_str());
        (w.waits, w.until, w.resident.kelurahan.clone(), name)
    });
    all
}

#[component]
pub fn Without(waiting: Memo<Vec<Waiting>>) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(None::<Waits>);
    let limit = RwSignal::new(CHUNK);
    let count = move |of: Waits| waiting.with(|all| all.iter().filter(|w| w.waits == of).count());
    let rows = Memo::new(move |_| {
        let of = shown.get();
        let mut rows = waiting.get();
        rows.retain(|w| of.is_none_or(|of| w.waits == of));
        rows
    });
    let segment = move |of: Option<Waits>, label: fn(I18n) -> &'static str| {
        let number = move || of.map_or_else(|| waiting.with(Vec::len), count);
        view! {
            <button
                class="segment"
                aria-pressed=move || (shown.get() == of).to_string()
                on:click=move |_| {
                    shown.set(of);
                    limit.set(CHUNK);
                }
            >
                {move || label(i18n)}" "<span class="segment__count">{number}</span>
            </button>
        }
    };
    let lines = move || {
        let rows = rows.get().into_iter().take(limit.get());
        rows.map(|one| view! { <Row one/> }).collect_view()
    };
    view! {
        <section class="stack">
            <h2>{t!(i18n, head.days.without)}</h2>
            <Show
                when=move || waiting.with(|all| !all.is_empty())
                fallback=move || view! {
                    <EmptyState
                        icon="check-circle"
                        title=move || t_string!(i18n, head.days.without_none)
                        text=move || t_string!(i18n, head.days.without_none_text)
                    />
                }
            >
                <div
                    class="segments segments--strip"
                    role="group"
                    aria-label=move || t_string!(i18n, head.days.without)
                >
                    {segment(None, |i| t_string!(i, head.all))}
                    {segment(Some(Waits::Call), |i| t_string!(i, head.days.to_call))}
                    {segment(Some(Waits::Answer), |i| t_string!(i, head.days.to_answer))}
                    {segment(Some(Waits::Declined), |i| t_string!(i, head.days.declined))}
                </div>
                <ul class="list list--card">{lines}</ul>
                <Show when=move || { rows.with(Vec::len) > limit.get() }>
                    <div class="actions">
                        <button
                            class="btn btn--secondary"
                            on:click=move |_| limit.update(|n| *n += CHUNK)
                        >
                            <Icon name="chevron-down"/>
                            {t!(i18n, head.more, n = move || rows.with(Vec::len).saturating_sub(limit.get()))}
                        </button>
                    </div>
                </Show>
            </Show>
        </section>
    }
}

#[component]
fn Row(one: Waiting) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let Waiting {
        waits,
        resident,
        status,
        had,
        offered,
        until,
    } = one;
    let href = format!("/kelurahan/residents/{}", resident.id);
    let phone = resident.phone.as_ref().map(ToString::to_string);
    let name = {
        let resident = resident.clone();
        move || name_of(i18n, &resident)
    };
    let place = move || {
        let office = rekam.office();
        let code = resident.kelurahan.as_ref();
        let mut parts = vec![words::kelurahan(i18n, office.as_ref(), code)];
        parts.push(words::rt(i18n, resident.rw, resident.rt));
        parts.extend(phone.clone());
        parts.join(" · ")
    };
    let slot = move |slot: SlotStart| {
        let locale = i18n.get_locale();
        let time = format::time(locale, slot.local().time());
        format!("{} {time}", format::day_short(locale, slot.date()))
    };
    let story = move || {
        let mut parts = Vec::new();
        if let Some(had) = had {
            parts.push(t_string!(i18n, head.days.had, when = slot(had)));
        }
        if !offered.is_empty() {
            let when: Vec<String> = offered.iter().map(|one| slot(*one)).collect();
            parts.push(t_string!(i18n, head.days.offered, when = when.join(", ")));
        }
        if let (Some(until), Some(office)) = (until, rekam.office()) {
            let when = format::moment(i18n.get_locale(), until, rekam.now(), office.zone);
            parts.push(t_string!(i18n, head.days.until, when = when));
        }
        if waits == Waits::Declined {
            parts.push(t_string!(i18n, head.days.said_no).to_owned());
        }
        parts.join(" · ")
    };
    let label = name.clone();
    view! {
        <li class="row" class:row--attention=waits == Waits::Call>
            <span class="row__body">
                <span class="row__title">{name}</span>
                <span class="row__note">{place}</span>
                <span class="row__note">{story}</span>
            </span>
            <span class="row__end">
                {(waits != Waits::Declined).then(|| view! { <StatusBadge status/> })}
                <a
                    class="btn btn--secondary"
                    href=href
                    aria-label=move || t_string!(i18n, head.days.book_for, name = label())
                >
                    {t!(i18n, head.days.book)}
                </a>
            </span>
        </li>
    }
}
