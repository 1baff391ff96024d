//! A wish that was turned down: why, what is safe, and the nearest free times, one touch each.

use super::{
    NotSaved,
    draft::{self, BookDraft, Keeper},
    ticket::slot_text,
    wish::{Change, Stage, Step},
};
use crate::router::use_router;
use crate::{
    components::{Icon, ProblemNotice, Tone},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::{Applicant, Command, RequestBooking, RescheduleBooking},
    office::Office,
    problem::Code,
    slot::SlotStart,
};

/// The same wish for another time.
fn instead(change: &Change, slot: SlotStart) -> Option<Command> {
    match change {
        Change::Book(wish) => Some(Command::RequestBooking(RequestBooking {
            choices: vec![slot],
            ..wish.as_ref().clone()
        })),
        Change::Move(wish) => Some(Command::RescheduleBooking(RescheduleBooking {
            choices: vec![slot],
            ..wish.clone()
        })),
        Change::Cancel | Change::Take(_) | Change::Answer(_) => None,
    }
}

/// Whether another time is the whole remedy.
fn is_about_time(code: Code) -> bool {
    matches!(
        code,
        Code::SlotFull
            | Code::ChoicesPast
            | Code::SlotClosed
            | Code::BeyondWindow
            | Code::NoChoice
            | Code::TooManyChoices
    )
}

/// Why, and what to do instead.
#[component]
pub fn Refusal(step: Step, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    // On the booking page itself the draft in hand is to be taken, not the kept one alone.
    let keeper = use_context::<Keeper>();
    let failed = RwSignal::new(false);
    let (code, nearest) = match &step.stage {
        Stage::TurnedDown(problem) => (problem.code, problem.nearest.clone()),
        Stage::PutAside(code) => (*code, Vec::new()),
        Stage::Saved | Stage::Sent | Stage::Answered => return ().into_any(),
    };
    let (seq, office_id) = (step.seq, office.id);
    let change = StoredValue::new(step.change.clone());
    let is_booking = matches!(step.change, Change::Book(_));
    let typed = matches!(&step.change, Change::Book(wish) if matches!(wish.who, Applicant::New(_)));
    let may_fix = typed && !is_about_time(code);
    let take = move |slot: SlotStart| {
        let Some(command) = change.with_value(|change| instead(change, slot)) else {
            return;
        };
        spawn_local(async move {
            match rekam.append(office_id, command).await {
                Ok(op) => {
                    rekam.dismiss(seq);
                    if is_booking {
                        router.replace(&format!("/book?step=done&op={op}"));
                    }
                }
                Err(_) => failed.set(true),
            }
        });
    };
    // The form comes back as it was sent, so that nothing is typed twice.
    let back_to = move |to: &'static str| {
        let again = change.with_value(|change| match change {
            Change::Book(wish) => Some(BookDraft::again(wish)),
            _ => None,
        });
        let Some(again) = again else { return };
        spawn_local(async move {
            if draft::put(&again).await {
                rekam.dismiss(seq);
                if let Some(keeper) = keeper {
                    keeper.draft.try_set(again);
                }
                router.go(to);
            } else {
                failed.set(true);
            }
        });
    };
    let close = move |_| {
        rekam.dismiss(seq);
        if is_booking {
            router.replace("/bookings");
        }
    };
    let zone = office.zone.label();
    let has_nearest = !nearest.is_empty();
    view! {
        <section class="stack">
            <ProblemNotice code=code.as_str() tone=Tone::Warning/>
            {has_nearest.then(|| view! {
                <div class="stack stack--tight">
                    <h2>{t!(i18n, resident.done.nearest_title)}</h2>
                    <p class="soft">{t!(i18n, resident.done.nearest_text)}</p>
                    {nearest
                        .into_iter()
                        .map(|slot| view! {
                            <button class="btn btn--secondary btn--block" on:click=move |_| take(slot)>
                                <Icon name="calendar"/>
                                {move || format!("{} {zone}", slot_text(i18n.get_locale(), slot))}
                            </button>
                        })
                        .collect_view()}
                </div>
            })}
            <Show when=move || failed.get()>
                <NotSaved/>
            </Show>
            <div class="actions">
                {is_booking.then(|| view! {
                    <button class="btn btn--primary" on:click=move |_| back_to("/book?step=slot")>
                        <Icon name="calendar"/>{t!(i18n, resident.done.choose_other)}
                    </button>
                })}
                {may_fix.then(|| view! {
                    <button class="btn btn--secondary" on:click=move |_| back_to("/book?step=identity")>
                        <Icon name="edit"/>{t!(i18n, resident.done.fix_data)}
                    </button>
                })}
                <button class="btn btn--quiet" on:click=close>
                    {move || if is_booking {
                        t_string!(i18n, resident.done.close)
                    } else {
                        t_string!(i18n, resident.ticket.seen)
                    }}
                </button>
            </div>
        </section>
    }
    .into_any()
}
