//! A head's command on its way: kept here, sent, accepted or turned down, in words at its place.

use crate::{
    components::{OpTrack, ProblemNotice},
    i18n::*,
    state::{Rekam, SaveError, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    client::{OpStatus, QueuedOp},
    command::Command,
    ids::{OfficeId, OpId},
    problem::Code,
    sync::OpResult,
};

/// The last command of a form or a row.
#[derive(Clone, Copy)]
pub struct Sending {
    op: RwSignal<Option<OpId>>,
    busy: RwSignal<bool>,
    failed: RwSignal<Option<SaveError>>,
}

impl Sending {
    #[must_use]
    pub fn new() -> Self {
        Self {
            op: RwSignal::new(None),
            busy: RwSignal::new(false),
            failed: RwSignal::new(None),
        }
    }

    /// Keeps it on the device; `then` hears once it is there. A second touch meanwhile does nothing.
    pub fn send(
        self,
        rekam: Rekam,
        office: OfficeId,
        command: Command,
        then: impl FnOnce(OpId) + 'static,
    ) {
        if !self.busy.get_untracked() {
            self.send_next(rekam, office, command, then);
        }
    }

    /// As [`Self::send`], also while another is on its way to the disk: for boxes that are ticked one
    /// after the other.
    pub fn send_next(
        self,
        rekam: Rekam,
        office: OfficeId,
        command: Command,
        then: impl FnOnce(OpId) + 'static,
    ) {
        self.busy.set(true);
        self.failed.set(None);
        spawn_local(async move {
            let kept = rekam.append(office, command).await;
            // The page may be gone by now.
            if self.busy.try_set(false).is_some() {
                return;
            }
            match kept {
                Ok(op) => {
                    self.op.set(Some(op));
                    then(op);
                }
                Err(error) => self.failed.set(Some(error)),
            }
        });
    }

    /// Says nothing more of the last command.
    pub fn forget(self) {
        self.op.set(None);
    }

    #[must_use]
    pub fn is_busy(self) -> bool {
        self.busy.get()
    }

    #[must_use]
    pub fn op(self, rekam: Rekam) -> Option<QueuedOp> {
        rekam.op(self.op.get()?)
    }

    /// Why the office turned it down, if it did.
    #[must_use]
    pub fn refusal(self, rekam: Rekam) -> Option<Code> {
        match self.op(rekam)?.status {
            OpStatus::Settled { result, .. } => match result {
                OpResult::Applied { .. } => None,
                OpResult::Rejected(problem) => Some(problem.code),
                OpResult::Quarantined { code } => Some(code),
            },
            OpStatus::Saved | OpStatus::Sent => None,
        }
    }
}

/// Where the last command is, and why it could not be kept or was turned down.
#[component]
pub fn Sent(sending: Sending) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let op = Memo::new(move |_| sending.op(rekam));
    let refusal = Memo::new(move |_| sending.refusal(rekam));
    view! {
        <div class="stack stack--tight" role="status">
            <OpTrack op/>
            {move || sending.failed.get().map(|error| view! { <ProblemNotice code=error.text_key()/> })}
            {move || refusal.get().map(|code| view! {
                <p class="field__error">
                    <strong>{i18n.code_title(code.as_str())}". "</strong>
                    {i18n.code_text(code.as_str())}
                </p>
            })}
        </div>
    }
}
