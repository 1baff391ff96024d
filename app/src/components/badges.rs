//! Where something stands: always an icon and a word, never colour alone.

use super::Icon;
use crate::i18n::*;
use leptos::prelude::*;
use shared::{
    booking,
    client::{OpStatus, QueuedOp},
    invitation, visit,
};

/// States that have a badge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    Requested,
    Waitlisted,
    Offered,
    Unplaced,
    Expired,
    Confirmed,
    Rejected,
    Cancelled,
    Arrived,
    NoShow,
    Recorded,
    Interrupted,
    Waiting,
    Called,
    Left,
    Planned,
    Printed,
    HandedOver,
    Delivered,
    Undeliverable,
}

impl From<booking::State> for Status {
    fn from(state: booking::State) -> Self {
        use booking::State;
        match state {
            State::Requested { .. } => Self::Requested,
            State::Confirmed => Self::Confirmed,
            State::Waitlisted => Self::Waitlisted,
            State::Offered => Self::Offered,
            State::Unplaced => Self::Unplaced,
            State::Expired => Self::Expired,
            State::Rejected => Self::Rejected,
            State::Cancelled => Self::Cancelled,
            State::Arrived => Self::Arrived,
            State::NoShow => Self::NoShow,
            State::Ended { recorded: true } => Self::Recorded,
            State::Ended { recorded: false } => Self::Interrupted,
        }
    }
}

impl From<visit::State> for Status {
    fn from(state: visit::State) -> Self {
        use visit::State;
        match state {
            State::Waiting => Self::Waiting,
            State::Called => Self::Called,
            State::Recorded => Self::Recorded,
            State::NotRecorded { .. } => Self::Interrupted,
            State::Left => Self::Left,
            State::TakenBack { .. } => Self::Cancelled,
        }
    }
}

impl From<&invitation::State> for Status {
    fn from(state: &invitation::State) -> Self {
        use invitation::State;
        match state {
            State::Planned => Self::Planned,
            State::Printed => Self::Printed,
            State::HandedOver { .. } => Self::HandedOver,
            State::Delivered { .. } => Self::Delivered,
            State::Undeliverable { .. } => Self::Undeliverable,
        }
    }
}

impl Status {
    fn class_and_icon(self) -> (&'static str, &'static str) {
        match self {
            Self::Requested => ("badge badge--requested", "clock"),
            Self::Waitlisted => ("badge badge--waitlisted", "list"),
            Self::Offered => ("badge badge--offered", "calendar"),
            Self::Unplaced => ("badge badge--bad", "warning"),
            Self::Expired => ("badge badge--expired", "clock"),
            Self::Confirmed => ("badge badge--confirmed", "check-circle"),
            Self::Rejected => ("badge badge--rejected", "close"),
            Self::Cancelled => ("badge badge--cancelled", "close"),
            Self::Arrived => ("badge badge--arrived", "user"),
            Self::NoShow => ("badge badge--noshow", "clock"),
            Self::Recorded => ("badge badge--recorded", "check-circle"),
            Self::Interrupted => ("badge badge--interrupted", "warning"),
            Self::Waiting => ("badge badge--wait", "clock"),
            Self::Called => ("badge badge--called", "call"),
            Self::Left => ("badge badge--left", "exit"),
            Self::Planned => ("badge badge--planned", "calendar"),
            Self::Printed => ("badge badge--printed", "printer"),
            Self::HandedOver => ("badge badge--handed", "send"),
            Self::Delivered => ("badge badge--delivered", "check"),
            Self::Undeliverable => ("badge badge--undeliverable", "warning"),
        }
    }

    /// The word for it.
    #[must_use]
    pub fn word(self, i18n: I18n) -> &'static str {
        match self {
            Self::Requested => t_string!(i18n, common.status.requested),
            Self::Waitlisted => t_string!(i18n, common.status.waitlisted),
            Self::Offered => t_string!(i18n, common.status.offered),
            Self::Unplaced => t_string!(i18n, common.status.unplaced),
            Self::Expired => t_string!(i18n, common.status.expired),
            Self::Confirmed => t_string!(i18n, common.status.confirmed),
            Self::Rejected => t_string!(i18n, common.status.rejected),
            Self::Cancelled => t_string!(i18n, common.status.cancelled),
            Self::Arrived => t_string!(i18n, common.status.arrived),
            Self::NoShow => t_string!(i18n, common.status.noshow),
            Self::Recorded => t_string!(i18n, common.status.recorded),
            Self::Interrupted => t_string!(i18n, common.status.interrupted),
            Self::Waiting => t_string!(i18n, common.status.waiting),
            Self::Called => t_string!(i18n, common.status.called),
            Self::Left => t_string!(i18n, common.status.left),
            Self::Planned => t_string!(i18n, common.status.planned),
            Self::Printed => t_string!(i18n, common.status.printed),
            Self::HandedOver => t_string!(i18n, common.status.handed_over),
            Self::Delivered => t_string!(i18n, common.status.delivered),
            Self::Undeliverable => t_string!(i18n, common.status.undeliverable),
        }
    }
}

/// Where a booking, visit or invitation stands.
#[component]
pub fn StatusBadge(#[prop(into)] status: Signal<Status>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <span class=move || status.get().class_and_icon().0>
            <Icon name=Signal::derive(move || status.get().class_and_icon().1)/>
            {move || status.get().word(i18n)}
        </span>
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd)]
enum Step {
    Saved,
    Sent,
    Accepted,
    Attention,
}

fn step(op: &QueuedOp) -> Step {
    match &op.status {
        OpStatus::Saved => Step::Saved,
        OpStatus::Sent => Step::Sent,
        OpStatus::Settled { result, .. } => {
            if matches!(result, shared::sync::OpResult::Applied { .. }) {
                Step::Accepted
            } else {
                Step::Attention
            }
        }
    }
}

impl Step {
    fn class_and_icon(self) -> (&'static str, &'static str) {
        match self {
            Self::Saved => ("op op--saved", "saved"),
            Self::Sent => ("op op--sent", "send"),
            Self::Accepted => ("op op--accepted", "check-circle"),
            Self::Attention => ("op op--attention", "warning"),
        }
    }

    fn word(self, i18n: I18n) -> &'static str {
        match self {
            Self::Saved => t_string!(i18n, common.op.saved),
            Self::Sent => t_string!(i18n, common.op.sent),
            Self::Accepted => t_string!(i18n, common.op.accepted),
            Self::Attention => t_string!(i18n, common.op.attention),
        }
    }
}

/// What became of a change, in a word. Shows nothing for `None`.
#[component]
pub fn OpBadge(#[prop(into)] op: Signal<Option<QueuedOp>>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        op.get().map(|op| {
            let step = step(&op);
            let (class, icon) = step.class_and_icon();
            view! { <span class=class><Icon name=icon/>{move || step.word(i18n)}</span> }
        })
    }
}

/// The way of a change: saved here, sent, accepted (or needs attention).
#[component]
pub fn OpTrack(#[prop(into)] op: Signal<Option<QueuedOp>>) -> impl IntoView {
    let i18n = use_i18n();
    let line = move |op: QueuedOp| {
        let at = step(&op);
        let last = if at == Step::Attention {
            at
        } else {
            Step::Accepted
        };
        [Step::Saved, Step::Sent, last]
            .into_iter()
            .map(|one| {
                let class = if one == Step::Attention {
                    "track__step track__step--attention"
                } else {
                    "track__step"
                };
                // What was sent is not done before the office has answered.
                let is_done = one < at || one == at && matches!(at, Step::Saved | Step::Accepted);
                let icon = if is_done {
                    "check"
                } else {
                    one.class_and_icon().1
                };
                let done = is_done.then_some("");
                let current = (one == at).then_some("step");
                view! {
                    <li class=class data-done=done aria-current=current>
                        <Icon name=icon/>
                        {move || one.word(i18n)}
                    </li>
                }
            })
            .collect_view()
    };
    move || {
        op.get().map(|op| {
            let label = t_string!(i18n, common.op.label);
            view! { <ol class="track" aria-label=label>{line(op)}</ol> }
        })
    }
}
