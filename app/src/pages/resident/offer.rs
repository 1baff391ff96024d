//! Seats that the office keeps for somebody until a set time: one touch takes one of them.

use super::{
    asks::{AskOnce, Question, Say},
    standing::ChangeNotice,
    ticket::slot_text,
    wish::{self, Change, Stage, Step},
};
use crate::{
    components::{Notice, Tone, format},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    booking::{Booking, Why},
    command::Command,
    office::Office,
    session::Session,
    slot::SlotStart,
};

/// Why seats are offered, which, and until when. After the end it says so.
#[component]
pub fn OfferBody(booking: Booking, office: Office) -> impl IntoView {
    let rekam = use_rekam();
    let id = booking.id;
    let answer = Memo::new(move |_| {
        let mut steps = rekam.ops(|ops| wish::steps(ops, id.0));
        // What was said to an earlier offer is over.
        let is_news = |step: &Step| step.stage != Stage::Answered && !step.seen;
        steps.retain(|step| matches!(step.change, Change::Take(_)) && is_news(step));
        steps.pop()
    });
    let booking = StoredValue::new(booking);
    let office = StoredValue::new(office);
    move || {
        let answer = answer.get();
        let waits = answer.as_ref().is_some_and(|step| step.waits());
        view! {
            <div class="stack stack--tight">
                {answer.map(|step| view! { <ChangeNotice step office=office.get_value()/> })}
                {(!waits).then(|| {
                    view! { <Choices booking=booking.get_value() office=office.get_value()/> }
                })}
            </div>
        }
    }
}

#[component]
fn Choices(booking: Booking, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let Some(offer) = booking.offer.clone() else {
        return ().into_any();
    };
    let (id, office_id, zone) = (booking.id, office.id, office.zone);
    let until = offer.until;
    let is_over = Memo::new(move |_| rekam.now() >= until);
    let changed = offer.why == Why::DayChanged;
    let title = move || {
        if is_over.get() {
            i18n.code_title("offer_over")
        } else if changed {
            t_string!(i18n, resident.offer.day_title)
        } else {
            t_string!(i18n, resident.offer.seat_title)
        }
    };
    let lost = booking.slot.filter(|_| changed);
    let reason = match booking.session {
        Some(id) => rekam.view(|view| view.get::<Session>(id)?.cancelled.clone()),
        None => lost.and_then(|slot| reason(&office, slot)),
    };
    let text = move || {
        if is_over.get() {
            return i18n.code_text("offer_over").to_owned();
        }
        let locale = i18n.get_locale();
        let lost = lost.map(|slot| {
            let when = slot_text(locale, slot);
            t_string!(i18n, resident.offer.day_text, when = when)
        });
        let why = reason
            .as_ref()
            .map(|reason| t_string!(i18n, resident.offer.why, reason = reason));
        let local = zone.local(until);
        let until = format!(
            "{}, {} {}",
            format::day(locale, local.date()),
            format::time(locale, local.time()),
            zone.label()
        );
        let keep = t_string!(i18n, resident.offer.keep, until = until);
        [lost, why, Some(keep)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let slots = StoredValue::new(offer.slots);
    let question = Question {
        button: keys::resident::offer::none,
        title: keys::resident::offer::none_title,
        text: if changed {
            keys::resident::offer::none_day
        } else {
            keys::resident::offer::none_seat
        },
        yes: keys::resident::offer::none_yes,
    };
    let button = move |slot: SlotStart| {
        let command = Command::AnswerOffer {
            booking: id,
            slot: Some(slot),
        };
        view! {
            <Say office=office_id command icon="calendar" class="btn btn--primary btn--block">
                {move || format!("{} {}", slot_text(i18n.get_locale(), slot), zone.label())}
            </Say>
        }
    };
    view! {
        <Notice tone=Tone::Warning title text/>
        <Show when=move || !is_over.get()>
            {slots.get_value().into_iter().map(button).collect_view()}
            <AskOnce
                id=format!("none-{id}")
                question
                office=office_id
                command=Command::AnswerOffer { booking: id, slot: None }
            />
        </Show>
    }
    .into_any()
}

/// A yes to where the office moved a booking.
#[component]
pub fn Agree(booking: Booking) -> impl IntoView {
    let i18n = use_i18n();
    let command = Command::AnswerOffer {
        booking: booking.id,
        slot: booking.slot,
    };
    view! {
        <Say office=booking.office command icon="check" class="btn btn--primary btn--big btn--block">
            {t!(i18n, resident.invite.yes)}
        </Say>
    }
}

/// What the office says of a day on which it does not work as usual.
fn reason(office: &Office, slot: SlotStart) -> Option<String> {
    let (date, settings) = (slot.date(), &office.settings);
    let closed = settings.closed.iter().find(|day| day.date == date);
    let staffed = settings.staffed.iter().find(|day| day.date == date);
    let reason = closed
        .map(|day| &day.reason)
        .or(staffed.map(|day| &day.reason))?;
    (!reason.is_empty()).then(|| reason.clone())
}
