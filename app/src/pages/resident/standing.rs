//! Where one booking stands, told honestly: what is only on this phone, what the office has
//! answered, and what to do next. The last step of booking and the booking's page both show it.

use super::{
    ToClaim,
    offer::{Agree, OfferBody},
    refusal::Refusal,
    ticket::{Ticket, slot_text},
    wish::{self, Change, Stage, Step},
};
use crate::{
    components::{Icon, Notice, OpBadge, OpTrack, Place, Tone},
    i18n::*,
    state::{Connection, use_rekam},
};
use leptos::prelude::*;
use shared::{
    booking::{Booking, State},
    ids::BookingId,
    office::Office,
    resident::Resident,
    visit::Visit,
    world::World,
};

/// A booking with this phone's changes of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Known {
    pub booking: Option<Booking>,
    pub steps: Vec<Step>,
    pub office: Option<Office>,
    /// Where its seat is.
    pub place: Option<Place>,
}

/// Follows a booking.
#[must_use]
pub fn follow(id: BookingId) -> Memo<Known> {
    let rekam = use_rekam();
    Memo::new(move |_| {
        let booking = rekam.view(|view| rekam.ops(|ops| wish::booking(view, ops, id)));
        let steps = rekam.ops(|ops| wish::steps(ops, id.0));
        let office = match &booking {
            Some(booking) => rekam.office_by_id(booking.office),
            None => rekam.office(),
        };
        let session = booking.as_ref().and_then(|booking| booking.session);
        let place = office
            .as_ref()
            .map(|office| rekam.view(|view| Place::find(view, office, session)));
        Known {
            booking,
            steps,
            office,
            place,
        }
    })
}

#[component]
pub fn Standing(id: BookingId) -> impl IntoView {
    let i18n = use_i18n();
    let known = follow(id);
    move || {
        let Known {
            booking,
            steps,
            office,
            place,
        } = known.get();
        let (Some(office), Some(place)) = (office, place) else {
            let title = move || t_string!(i18n, resident.office.missing_title);
            let text = move || t_string!(i18n, resident.office.missing_text);
            return view! { <Notice tone=Tone::Warning title text/> }.into_any();
        };
        let asked = steps
            .iter()
            .find(|step| matches!(step.change, Change::Book(_) | Change::Answer(true)))
            .cloned();
        // What was said to an offer stands there.
        let offered = booking.as_ref().is_some_and(|b| b.state == State::Offered);
        let has_seat = booking
            .as_ref()
            .is_some_and(|b| !matches!(b.state, State::Offered | State::Unplaced | State::Expired));
        let is_moved = booking.as_ref().is_some_and(Booking::awaits_yes);
        let changes = steps
            .into_iter()
            .filter(|step| match step.change {
                Change::Book(_) | Change::Answer(_) => false,
                Change::Take(_) => !offered,
                _ => true,
            })
            .filter(|step| step.stage != Stage::Answered && !step.seen)
            .map(|step| view! { <ChangeNotice step office=office.clone()/> })
            .collect_view();
        match (booking, asked) {
            (None, Some(step)) if refused(&step) => view! { <Refusal step office/> }.into_any(),
            (Some(booking), asked) => view! {
                <div class="stack">
                    {if offered {
                        view! { <OfferBody booking=booking.clone() office=office.clone()/> }.into_any()
                    } else {
                        view! {
                            <Words booking=booking.clone() asked=asked.clone() office=office.clone()/>
                        }
                        .into_any()
                    }}
                    {is_moved.then(|| view! { <Agree booking=booking.clone()/> })}
                    {changes}
                    {has_seat.then(|| view! { <Ticket booking place/> })}
                    {asked.map(|step| view! { <Way step/> })}
                </div>
            }
            .into_any(),
            (None, Some(step)) => view! { <Way step/> }.into_any(),
            (None, None) => {
                use keys::resident::ticket::{unknown_text as text, unknown_title as title};
                view! { <ToClaim title text/> }.into_any()
            }
        }
    }
}

fn refused(step: &Step) -> bool {
    matches!(step.stage, Stage::TurnedDown(_) | Stage::PutAside(_))
}

/// Saved here, sent, accepted.
#[component]
fn Way(step: Step) -> impl IntoView {
    let rekam = use_rekam();
    let id = step.op;
    view! { <OpTrack op=Signal::derive(move || rekam.op(id))/> }
}

/// The state in words, with what comes next.
#[component]
fn Words(booking: Booking, asked: Option<Step>, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let visit = booking.visit;
    let number = rekam.view(|view| {
        visit
            .and_then(|id| view.get::<Visit>(id))
            .map(|visit| visit.queue.to_string())
    });
    let days = office.settings.card_due_working_days;
    let stage = asked.map(|step| step.stage);
    move || {
        let (tone, title, mut text) = match booking.state {
            State::Requested { .. } | State::Waitlisted | State::Rejected => {
                let is_cut_off = matches!(rekam.connection(), Connection::Offline { .. });
                waiting(i18n, booking.state, stage.as_ref(), is_cut_off)
            }
            State::Offered | State::Unplaced | State::Expired => left(i18n, booking.state),
            State::Confirmed | State::NoShow | State::Cancelled => {
                let may_rebook = rekam.view(|world| may_rebook(world, &booking));
                seat(i18n, &booking, may_rebook)
            }
            State::Arrived | State::Ended { .. } => visited(i18n, booking.state, days),
        };
        if let (State::Arrived, Some(number)) = (booking.state, &number) {
            let number = t_string!(
                i18n,
                resident.ticket.arrived_number,
                number = number.as_str()
            );
            text = format!("{number}. {text}");
        }
        view! { <Notice tone title text/> }
    }
}

type Said = (Tone, &'static str, String);

/// No seat yet.
fn waiting(i18n: I18n, state: State, stage: Option<&Stage>, is_cut_off: bool) -> Said {
    let (tone, title, text) = match (state, stage) {
        (State::Requested { review: true }, _) => (
            Tone::Info,
            t_string!(i18n, resident.done.review_title),
            t_string!(i18n, resident.done.review_text),
        ),
        (State::Waitlisted, _) => (
            Tone::Warning,
            t_string!(i18n, resident.done.waitlisted_title),
            t_string!(i18n, resident.done.waitlisted_text),
        ),
        (State::Rejected, _) => (
            Tone::Danger,
            t_string!(i18n, resident.ticket.rejected_title),
            t_string!(i18n, resident.ticket.rejected_text),
        ),
        (_, Some(Stage::Saved)) => (
            Tone::Warning,
            t_string!(i18n, resident.done.saved_title),
            t_string!(i18n, resident.done.saved_text),
        ),
        // Tried, but nobody can say whether it arrived.
        (_, Some(Stage::Sent)) if is_cut_off => (
            Tone::Warning,
            t_string!(i18n, resident.done.saved_title),
            t_string!(i18n, resident.done.cut_off_text),
        ),
        (_, Some(Stage::Sent)) => (
            Tone::Info,
            t_string!(i18n, resident.done.sent_title),
            t_string!(i18n, resident.done.sent_text),
        ),
        _ => (
            Tone::Info,
            t_string!(i18n, resident.ticket.requested_title),
            t_string!(i18n, resident.ticket.requested_text),
        ),
    };
    (tone, title, text.to_owned())
}

/// The office took the day away, or offers went unanswered.
fn left(i18n: I18n, state: State) -> Said {
    if state == State::Expired {
        let text = t_string!(i18n, resident.ticket.expired_text).to_owned();
        return (
            Tone::Warning,
            t_string!(i18n, resident.ticket.expired_title),
            text,
        );
    }
    let text = t_string!(i18n, resident.offer.unplaced_text).to_owned();
    (
        Tone::Warning,
        t_string!(i18n, resident.offer.unplaced_title),
        text,
    )
}

/// Whether the office lets the person book again after a day on which they did not come.
pub fn may_rebook(world: &World, booking: &Booking) -> bool {
    let resident = world.get::<Resident>(booking.resident);
    resident.is_none_or(Resident::may_rebook)
}

/// A seat that is held, was missed, or was given back.
fn seat(i18n: I18n, booking: &Booking, may_rebook: bool) -> Said {
    match booking.state {
        State::NoShow => {
            let text = if may_rebook {
                t_string!(i18n, resident.ticket.no_show_text)
            } else {
                t_string!(i18n, resident.ticket.no_show_last_text)
            };
            let title = t_string!(i18n, resident.ticket.no_show_title);
            (Tone::Warning, title, text.to_owned())
        }
        State::Cancelled => (
            Tone::Info,
            t_string!(i18n, resident.ticket.cancelled_title),
            t_string!(i18n, resident.ticket.cancelled_text).to_owned(),
        ),
        _ if booking.awaits_yes() => (
            Tone::Warning,
            t_string!(i18n, resident.ticket.moved_title),
            moved_text(i18n, booking),
        ),
        _ => {
            let first = booking.choices.first();
            // People whom the office moved have been told why.
            let is_other =
                !booking.moved_by_office && first.is_some_and(|first| Some(*first) != booking.slot);
            let text = t_string!(i18n, resident.done.confirmed_text);
            let text = if is_other {
                format!("{} {text}", t_string!(i18n, resident.done.other_time))
            } else {
                text.to_owned()
            };
            (
                Tone::Success,
                t_string!(i18n, resident.done.confirmed_title),
                text,
            )
        }
    }
}

fn moved_text(i18n: I18n, booking: &Booking) -> String {
    let when = booking.slot.map(|slot| slot_text(i18n.get_locale(), slot));
    t_string!(
        i18n,
        resident.ticket.moved_text,
        when = when.unwrap_or_default()
    )
}

/// In the office, or back from it.
fn visited(i18n: I18n, state: State, days: u16) -> Said {
    match state {
        State::Ended { recorded: true } => (
            Tone::Success,
            t_string!(i18n, resident.ticket.recorded_title),
            t_string!(i18n, resident.ticket.recorded_text, days = days).to_string(),
        ),
        State::Ended { recorded: false } => (
            Tone::Warning,
            t_string!(i18n, resident.ticket.not_recorded_title),
            t_string!(i18n, resident.ticket.not_recorded_text).to_owned(),
        ),
        _ => (
            Tone::Success,
            t_string!(i18n, resident.ticket.arrived_title),
            t_string!(i18n, resident.ticket.arrived_text).to_owned(),
        ),
    }
}

/// A change that the office has not answered, or has turned down.
#[component]
pub fn ChangeNotice(step: Step, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    if refused(&step) {
        return view! { <Refusal step office/> }.into_any();
    }
    let id = step.op;
    let words = move || {
        let answer = |said: &str| {
            let title = format!("{}: {said}", t_string!(i18n, resident.offer.pending));
            (title, t_string!(i18n, resident.offer.pending_text))
        };
        let locale = i18n.get_locale();
        match &step.change {
            Change::Move(wish) => {
                let to = wish.choices.first().map(|slot| {
                    let when = slot_text(locale, *slot);
                    t_string!(i18n, resident.ticket.to_time, when = when)
                });
                let to = to.unwrap_or_default();
                let title = format!("{} {to}", t_string!(i18n, resident.ticket.pending_change));
                (title, t_string!(i18n, resident.ticket.pending_change_text))
            }
            Change::Take(Some(slot)) => answer(&slot_text(locale, *slot)),
            Change::Take(None) => answer(t_string!(i18n, resident.offer.none)),
            Change::Answer(true) => answer(t_string!(i18n, resident.invite.yes)),
            Change::Answer(false) => answer(t_string!(i18n, resident.invite.no)),
            Change::Book(_) | Change::Cancel => (
                t_string!(i18n, resident.ticket.pending_cancel).to_owned(),
                t_string!(i18n, resident.ticket.pending_cancel_text),
            ),
        }
    };
    let words = Memo::new(move |_| words());
    view! {
        <div class="notice notice--warning" role="status">
            <Icon name="sync"/>
            <div class="notice__body">
                <p class="notice__title">{move || words.get().0}</p>
                <p class="notice__text">{move || words.get().1}</p>
                <p><OpBadge op=Signal::derive(move || rekam.op(id))/></p>
            </div>
        </div>
    }
    .into_any()
}
