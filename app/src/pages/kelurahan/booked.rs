//! The appointment that somebody has, as staff see it.

use super::{claim_code, detail::Step, review::ReviewCard, roll::Entry};
use crate::{
    components::{Dialog, Icon, Notice, Place, format, time_of},
    i18n::*,
    pages::resident::Say,
    router::use_router,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    booking::{Booking, State},
    command::Command,
    slot::SlotStart,
};

/// "Senin, 23 November 2026, 08.30–09.30 WIB".
#[must_use]
pub fn words(i18n: I18n, place: &Place, start: SlotStart) -> String {
    let locale = i18n.get_locale();
    let hours = format::span_zone(locale, start, place.minutes(start), place.office.zone);
    format!("{}, {hours}", format::day(locale, start.date()))
}

/// What staff have to know of it, or to do.
fn note(booking: &Booking) -> Option<Text> {
    use keys::kelurahan::detail;
    match booking.state {
        State::Requested { review: false } => Some(detail::requested_note),
        State::Waitlisted => Some(detail::waitlisted_note),
        State::Offered => Some(detail::offered_note),
        State::Unplaced => Some(detail::unplaced_note),
        _ if booking.awaits_yes() => Some(detail::moved_note),
        _ => None,
    }
}

/// The appointment there is, and what can be done with it.
#[component]
pub fn Booked(booking: Booking, entry: Memo<Option<Entry>>, step: RwSignal<Step>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    let asking = RwSignal::new(false);
    let (id, office_id) = (booking.id, booking.office);
    let to_renew = StoredValue::new(booking.clone());
    let name = move || {
        entry.with(|e| {
            e.as_ref()
                .map(|e| e.resident.name.as_str().to_owned())
                .unwrap_or_default()
        })
    };
    // Only while the office has left them without an answer.
    let call = move || entry.with(|e| e.as_ref()?.resident.phone.as_ref().map(ToString::to_string));
    let state = booking.state;
    let is_moved = booking.awaits_yes();
    let movable = matches!(
        state,
        State::Confirmed | State::Waitlisted | State::Offered | State::Unplaced | State::NoShow
    );
    let cancellable = !matches!(state, State::Arrived | State::NoShow);
    let has_slip = matches!(
        state,
        State::Confirmed | State::Waitlisted | State::Requested { .. }
    );
    let seat = time_of(&booking);
    let times: Vec<SlotStart> = match seat {
        Some(slot) => vec![slot],
        None => booking.choices.clone(),
    };
    let session = booking.session.filter(|_| seat.is_some());
    let place = Memo::new(move |_| {
        let office = rekam.office()?;
        Some(rekam.view(|world| Place::find(world, &office, session)))
    });
    let elsewhere = move || place.with(|place| place.as_ref()?.elsewhere(i18n));
    let when = move || {
        let place = place.get()?;
        let lines: Vec<String> = times
            .iter()
            .map(|start| words(i18n, &place, *start))
            .collect();
        Some(
            lines
                .into_iter()
                .map(|line| view! { <p>{line}</p> })
                .collect_view(),
        )
    };
    let sure = seat.is_some();
    let cancel = move |_| {
        asking.set(false);
        spawn_local(async move {
            let _ = rekam
                .append(office_id, Command::CancelBooking { booking: id })
                .await;
        });
    };
    let new_slip = move |_| {
        spawn_local(async move {
            let renewed = to_renew.get_value();
            if claim_code::renew(rekam, &renewed).await.is_some() {
                router.go(&format!("/kelurahan/slip/{id}"));
            }
        });
    };
    view! {
        <dl class="facts">
            <div class="facts__row">
                <dt>
                    {move || if sure {
                        t_string!(i18n, kelurahan.detail.when)
                    } else {
                        t_string!(i18n, kelurahan.detail.asked_for)
                    }}
                </dt>
                <dd>{when}</dd>
            </div>
            {move || elsewhere().map(|name| view! {
                <div class="facts__row">
                    <dt>{t!(i18n, kelurahan.detail.at)}</dt>
                    <dd>{name}</dd>
                </div>
            })}
            <div class="facts__row">
                <dt>{t!(i18n, kelurahan.detail.code)}</dt>
                <dd class="num">{format::code(booking.code.as_str())}</dd>
            </div>
            {call().map(|number| view! {
                <div class="facts__row">
                    <dt>{t!(i18n, kelurahan.detail.call)}</dt>
                    <dd><a href=format!("tel:{number}") class="num">{number.clone()}</a></dd>
                </div>
            })}
        </dl>
        {note(&booking).map(|text| view! { <Notice text=i18n.view(text)/> })}
        {(state == State::Requested { review: true }).then(|| view! {
            <ReviewCard office=office_id booking=id/>
        })}
        {is_moved.then(|| view! {
            <Say
                office=office_id
                command=Command::AnswerOffer { booking: id, slot: seat }
                icon="check"
                class="btn btn--primary"
            >
                {t!(i18n, kelurahan.detail.moved_yes)}
            </Say>
        })}
        <div class="actions">
            {has_slip.then(|| view! {
                <a class="btn btn--primary" href=format!("/kelurahan/slip/{id}")>
                    <Icon name="printer"/>
                    {t!(i18n, kelurahan.detail.slip)}
                </a>
            })}
            {movable.then(|| view! {
                <button class="btn btn--secondary" on:click=move |_| step.set(Step::Move)>
                    <Icon name="edit"/>
                    {t!(i18n, kelurahan.detail.change)}
                </button>
            })}
            {cancellable.then(|| view! {
                <button class="btn btn--danger" on:click=move |_| asking.set(true)>
                    <Icon name="close"/>
                    {t!(i18n, kelurahan.detail.cancel)}
                </button>
            })}
        </div>
        {has_slip.then(|| view! {
            <div class="card__foot">
                <button class="btn btn--quiet" on:click=new_slip>
                    <Icon name="document"/>
                    {t!(i18n, kelurahan.detail.new_slip)}
                </button>
                <span class="soft small">{t!(i18n, kelurahan.detail.new_slip_text)}</span>
            </div>
        })}
        <Dialog
            id="cancel"
            open=asking
            title=move || t_string!(i18n, kelurahan.detail.cancel_title, name = name())
            actions=move || view! {
                <button class="btn btn--danger-solid" on:click=cancel>
                    {t!(i18n, kelurahan.detail.cancel_yes)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| asking.set(false)>
                    {t!(i18n, kelurahan.detail.cancel_no)}
                </button>
            }
        >
            <p>{t!(i18n, kelurahan.detail.cancel_text)}</p>
        </Dialog>
    }
}
