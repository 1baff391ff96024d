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
    ids::{BookingId, ResidentId},
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
                .filter(|op| !op.is_settled() && !op.is_mark())
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
        "print_invitations" => t_string!(i18n, account.attention.kind_print_invitations),
        "hand_over" => t_string!(i18n, account.attention.kind_hand_over),
        "tell_change" => t_string!(i18n, account.attention.kind_tell_change),
        "assign_bundle" => t_string!(i18n, account.attention.kind_assign_bundle),
        "replan_invitation" => t_string!(i18n, account.attention.kind_replan_invitation),
        "lock_device" => t_string!(i18n, account.attention.kind_lock_device),
        "set_week" => t_string!(i18n, account.attention.kind_set_week),
        "set_day" => t_string!(i18n, account.attention.kind_set_day),
        "set_office" => t_string!(i18n, account.attention.kind_set_office),
        "answer_held" => t_string!(i18n, account.attention.kind_answer_held),
        "confirm_plan" => t_string!(i18n, account.attention.kind_confirm_plan),
        "plan_session" => t_string!(i18n, account.attention.kind_plan_session),
        "tick_session" => t_string!(i18n, account.attention.kind_tick_session),
        "extend_session" => t_string!(i18n, account.attention.kind_extend_session),
        "cancel_session" => t_string!(i18n, account.attention.kind_cancel_session),
        "enrol_residents" => t_string!(i18n, account.attention.kind_enrol_residents),
        "correct_resident" => t_string!(i18n, account.attention.kind_correct_resident),
        _ => t_string!(i18n, account.attention.kind_other),
    }
}

/// What an op is about, as far as the rows say more than it does itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Subject {
    name: Option<String>,
    resident: Option<ResidentId>,
    booking: Option<BookingId>,
}

fn subject(world: &World, op: &QueuedOp) -> Subject {
    let about = op.about();
    let invited = about
        .invitation
        .and_then(|id| world.get::<Invitation>(id))
        .map(|invitation| invitation.resident);
    let booked = about
        .booking
        .and_then(|id| world.get::<Booking>(id))
        .map(|booking| booking.resident);
    let resident = about.resident.or(invited).or(booked);
    let known = resident.and_then(|id| world.get::<Resident>(id));
    Subject {
        name: about.name.or(known.map(|r| r.name.as_str().to_owned())),
        resident,
        booking: about.booking,
    }
}

/// When an op was made and whom it is about.
fn note(i18n: I18n, op: &QueuedOp) -> String {
    let rekam = crate::state::use_rekam();
    let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
    let when = format::moment(i18n.get_locale(), clock::of(op), rekam.now(), zone);
    let mut parts = vec![t_string!(i18n, account.attention.at, when = when)];
    let named = rekam
        .may_read(op)
        .then(|| rekam.view(|world| subject(world, op)).name);
    if let Some(name) = named.flatten() {
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
    let (quarantined, Problem { code, nearest }) = match &op.status {
        OpStatus::Settled {
            result: OpResult::Rejected(problem),
            ..
        } => (false, problem.clone()),
        OpStatus::Settled {
            result: OpResult::Quarantined { code },
            ..
        } => (true, (*code).into()),
        _ => (true, Code::Undecodable.into()),
    };
    let title = move || i18n.code_title(code.as_str());
    let text = move || i18n.code_text(code.as_str());
    let kind = op.envelope.kind.clone();
    let is_new_booking = kind == "request_booking";
    let seq = op.envelope.seq;
    let op = StoredValue::new(op);
    let whom = Memo::new(move |_| op.with_value(|op| rekam.view(|world| subject(world, op))));
    let is_staff = move || rekam.who().role != Role::Resident;
    let buttons = move || {
        let Subject {
            resident, booking, ..
        } = whom.get();
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
            <p>{text}</p>
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
