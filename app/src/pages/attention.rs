//! What needs a person: ops that were turned down or put aside, ops not sent yet, and the storage.

use crate::{
    clock,
    components::{EmptyState, Icon, OpBadge, PageHeader, format},
    i18n::*,
    state::{StorageState, use_rekam},
};
use leptos::prelude::*;
use shared::{
    booking::Booking,
    client::{OpStatus, QueuedOp},
    command::{Applicant, Command},
    ids::{BookingId, InvitationId, ResidentId},
    invitation::Invitation,
    problem::{Code, Problem},
    resident::Resident,
    slot::SlotStart,
    sync::{OpResult, Role},
    world::World,
    zone::Zone,
};

#[component]
pub fn Attention() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let turned_down = Memo::new(move |_| rekam.attention());
    let waiting = Memo::new(move |_| {
        rekam.ops(|ops| {
            ops.values()
                .filter(|op| !op.is_settled())
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let storage = Memo::new(move |_| rekam.storage());
    let clear = move || {
        turned_down.with(Vec::is_empty)
            && waiting.with(Vec::is_empty)
            && storage.get() == StorageState::Ok
    };
    let since = move || {
        let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
        let at = rekam.unsent_since();
        at.map(|at| format::moment(i18n.get_locale(), at, rekam.now(), zone))
            .unwrap_or_default()
    };
    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, account.attention.title)
                lead=move || t_string!(i18n, account.attention.lead)
            />
            <Show when=clear>
                <EmptyState
                    icon="check-circle"
                    title=move || t_string!(i18n, account.attention.clear_title)
                    text=move || t_string!(i18n, account.attention.clear_text)
                />
            </Show>
            <For each=move || turned_down.get() key=|op| op.envelope.op_id let:op>
                <TurnedDown op/>
            </For>
            <Show when=move || waiting.with(|ops| !ops.is_empty())>
                <section class="outbox">
                    <p class="outbox__summary">
                        <Icon name="sync"/>
                        {move || {
                            let n = waiting.with(Vec::len);
                            t_string!(i18n, account.attention.unsent_since, n = n, when = since())
                        }}
                    </p>
                    <p class="soft">{t!(i18n, account.attention.unsent_safe)}</p>
                    <ul class="list list--card">
                        <For
                            each=move || waiting.get()
                            key=|op| (op.envelope.op_id, op.status == OpStatus::Saved)
                            let:op
                        >
                            <Waiting op/>
                        </For>
                    </ul>
                    <div class="actions">
                        <button class="btn btn--secondary" on:click=move |_| rekam.sync_now()>
                            <Icon name="send"/>
                            {t!(i18n, account.attention.send_now)}
                        </button>
                    </div>
                </section>
            </Show>
        </div>
    }
}

/// What an op is, in words.
pub fn kind_text(i18n: I18n, kind: &str) -> &'static str {
    match kind {
        "request_booking" => t_string!(i18n, account.attention.kind_request_booking),
        "reschedule_booking" => t_string!(i18n, account.attention.kind_reschedule_booking),
        "cancel_booking" => t_string!(i18n, account.attention.kind_cancel_booking),
        "answer_invitation" => t_string!(i18n, account.attention.kind_answer_invitation),
        "answer_offer" => t_string!(i18n, account.attention.kind_answer_offer),
        "review_request" => t_string!(i18n, account.attention.kind_review_request),
        "claim_resident" => t_string!(i18n, account.attention.kind_claim_resident),
        "issue_slip" => t_string!(i18n, account.attention.kind_issue_slip),
        "keep_phones" => t_string!(i18n, account.attention.kind_keep_phones),
        "remove_phone" => t_string!(i18n, account.attention.kind_remove_phone),
        "confirm_arrival" => t_string!(i18n, account.attention.kind_confirm_arrival),
        "walk_in" => t_string!(i18n, account.attention.kind_walk_in),
        "call_visit" => t_string!(i18n, account.attention.kind_call_visit),
        "close_visit" => t_string!(i18n, account.attention.kind_close_visit),
        "reopen_visit" => t_string!(i18n, account.attention.kind_reopen_visit),
        "take_arrival_back" => t_string!(i18n, account.attention.kind_take_arrival_back),
        "record_delivery" => t_string!(i18n, account.attention.kind_record_delivery),
        "prepare_tablet" => t_string!(i18n, account.attention.kind_prepare_tablet),
        "sign_out" => t_string!(i18n, account.attention.kind_sign_out),
        "take_along" => t_string!(i18n, account.attention.kind_take_along),
        "return_lease" => t_string!(i18n, account.attention.kind_return_lease),
        "resolve_flag" => t_string!(i18n, account.attention.kind_resolve_flag),
        _ => t_string!(i18n, account.attention.kind_other),
    }
}

/// What an op is about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct About {
    name: Option<String>,
    resident: Option<ResidentId>,
    booking: Option<BookingId>,
}

fn about(world: &World, op: &QueuedOp) -> About {
    let mut about = About::default();
    let invitation = |id: InvitationId| world.get::<Invitation>(id).map(|i| i.resident);
    match op.envelope.command() {
        Ok(Command::RequestBooking(wish)) => match wish.who {
            Applicant::Known(id) => about.resident = Some(id),
            Applicant::New(draft) => about.name = Some(draft.name.as_str().to_owned()),
        },
        Ok(Command::WalkIn(walk_in)) => match walk_in.who {
            Applicant::Known(id) => about.resident = Some(id),
            Applicant::New(draft) => about.name = Some(draft.name.as_str().to_owned()),
        },
        Ok(Command::RescheduleBooking(wish)) => about.booking = Some(wish.booking),
        Ok(
            Command::CancelBooking { booking }
            | Command::AnswerOffer { booking, .. }
            | Command::ReviewRequest { booking, .. },
        ) => about.booking = Some(booking),
        Ok(Command::ConfirmArrival(arrival)) => about.booking = Some(arrival.booking),
        Ok(
            Command::IssueSlip { resident, .. }
            | Command::KeepPhones { resident }
            | Command::RemovePhone { resident, .. },
        ) => about.resident = Some(resident),
        Ok(
            Command::RecordDelivery { invitation: id, .. }
            | Command::AnswerInvitation { invitation: id, .. },
        ) => about.resident = invitation(id),
        _ => {}
    }
    let of_booking = about.booking.and_then(|id| world.get::<Booking>(id));
    about.resident = about.resident.or(of_booking.map(|b| b.resident));
    let resident = about.resident.and_then(|id| world.get::<Resident>(id));
    about.name = about.name.or(resident.map(|r| r.name.as_str().to_owned()));
    about
}

/// When an op was made and whom it is about.
fn note(i18n: I18n, op: &QueuedOp) -> String {
    let rekam = crate::state::use_rekam();
    let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
    let when = format::moment(i18n.get_locale(), clock::of(op), rekam.now(), zone);
    let mut parts = vec![t_string!(i18n, account.attention.at, when = when)];
    if let Some(name) = rekam.view(|world| about(world, op)).name {
        parts.insert(0, t_string!(i18n, account.attention.about, name = name));
    }
    parts.join(" · ")
}

#[component]
fn Waiting(op: QueuedOp) -> impl IntoView {
    let i18n = use_i18n();
    let shown = Signal::stored(Some(op.clone()));
    let tried = op.status == OpStatus::Sent;
    let kind = op.envelope.kind.clone();
    view! {
        <li class="row">
            <span class="row__lead"><Icon name="saved"/></span>
            <span class="row__body">
                <span class="row__title">{move || kind_text(i18n, &kind)}</span>
                <span class="row__note">{move || note(i18n, &op)}</span>
                <span class="row__note">
                    {if tried {
                        t!(i18n, account.attention.tried).into_any()
                    } else {
                        view! { <OpBadge op=shown/> }.into_any()
                    }}
                </span>
            </span>
        </li>
    }
}

/// Codes after which another time is what helps.
fn wants_other_time(code: Code) -> bool {
    matches!(
        code,
        Code::SlotFull | Code::ChoicesPast | Code::SlotClosed | Code::BeyondWindow | Code::TooYoung
    )
}

/// One op that was turned down: what happened, what is safe, what to do.
#[component]
fn TurnedDown(op: QueuedOp) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let problem = match &op.status {
        OpStatus::Settled {
            result: OpResult::Rejected(problem),
            ..
        } => Some(problem.clone()),
        _ => None,
    };
    let quarantined = problem.is_none();
    let Problem { code, nearest } = problem.unwrap_or_else(|| Code::Undecodable.into());
    let title = move || i18n.code_title(code.as_str());
    let text = move || i18n.code_text(code.as_str());
    let kind = op.envelope.kind.clone();
    let is_new_booking = kind == "request_booking";
    let seq = op.envelope.seq;
    let op = StoredValue::new(op);
    let subject = Memo::new(move |_| op.with_value(|op| rekam.view(|world| about(world, op))));
    let is_staff = move || rekam.who().role != Role::Resident;
    let buttons = move || {
        let About {
            resident, booking, ..
        } = subject.get();
        let (href, label): (String, fn(I18n) -> &'static str) =
            match (is_staff(), resident, booking) {
                (true, Some(id), _) => (format!("/kelurahan/residents/{id}"), |i| {
                    t_string!(i, account.attention.open_person)
                }),
                (true, None, _) => return None,
                (false, _, _) if is_new_booking && wants_other_time(code) => {
                    ("/book?step=time".to_owned(), |i| {
                        t_string!(i, account.attention.other_slot)
                    })
                }
                (false, _, Some(id)) => (format!("/bookings/{id}"), |i| {
                    t_string!(i, account.attention.open_booking)
                }),
                (false, _, None) => return None,
            };
        Some(view! {
            <a class="btn btn--primary" href=href>
                <Icon name="arrow-right"/>
                {move || label(i18n)}
            </a>
        })
    };
    view! {
        <section class="card">
            <div class="card__head">
                <h2 class="card__title">{move || kind_text(i18n, &kind)}</h2>
                <span class="badge badge--bad">
                    <Icon name="warning"/>
                    {move || if quarantined {
                        t_string!(i18n, account.attention.quarantined)
                    } else {
                        t_string!(i18n, account.attention.rejected)
                    }}
                </span>
            </div>
            <p class="soft small">{move || op.with_value(|op| note(i18n, op))}</p>
            <p><strong>{title}</strong></p>
            <p>
                {move || if quarantined {
                    t_string!(i18n, account.attention.quarantined_text)
                } else {
                    text()
                }}
            </p>
            {(!nearest.is_empty()).then(|| view! { <Nearest nearest=nearest.clone()/> })}
            <div class="actions">
                {buttons}
                <button class="btn btn--secondary" on:click=move |_| rekam.dismiss(seq)>
                    <Icon name="check"/>
                    {t!(i18n, account.attention.dismiss)}
                </button>
            </div>
        </section>
    }
}

#[component]
fn Nearest(nearest: Vec<SlotStart>) -> impl IntoView {
    let i18n = use_i18n();
    let line = move |start: SlotStart| {
        view! {
            <li>
                {move || {
                    let locale = i18n.get_locale();
                    let time = format::time(locale, start.local().time());
                    format!("{}, {time}", format::day(locale, start.date()))
                }}
            </li>
        }
    };
    view! {
        <div>
            <p class="soft small">{t!(i18n, account.attention.nearest)}</p>
            <ul>{nearest.into_iter().map(line).collect_view()}</ul>
        </div>
    }
}
