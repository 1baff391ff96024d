//! What somebody has typed and chosen so far. Every change is saved on the phone, one save at a
//! time, so that an older state never lands after a newer one.

use crate::state::drafts;
use chrono::NaiveDate;
use leptos::{prelude::*, task::spawn_local};
use serde::{Deserialize, Serialize};
use shared::{
    command::{Applicant, RequestBooking},
    form::{FieldError, IdentityForm, Strictness},
    ids::ResidentId,
    office::Office,
    resident::Draft,
    slot::SlotStart,
};

/// Under which the draft is kept.
pub const KEY: &str = drafts::BOOKING;

/// A booking in the making.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct BookDraft {
    /// Somebody this phone has booked for before, instead of the form.
    pub known: Option<ResidentId>,
    pub form: IdentityForm,
    /// In order of preference.
    pub choices: Vec<SlotStart>,
    pub any_that_week: bool,
    pub wait_if_full: bool,
}

impl BookDraft {
    /// Whether there is anything to lose.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The draft again from a wish that was turned down.
    #[must_use]
    pub fn again(wish: &RequestBooking) -> Self {
        let (known, form) = match &wish.who {
            Applicant::Known(id) => (Some(*id), IdentityForm::default()),
            Applicant::New(draft) => (None, form_of(draft)),
        };
        Self {
            known,
            form: IdentityForm {
                priority: wish.priority,
                ..form
            },
            choices: Vec::new(),
            any_that_week: wish.any_that_week,
            wait_if_full: wish.wait_if_full,
        }
    }

    /// Who the booking is for, checked for the day of the first choice.
    ///
    /// # Errors
    /// The fields that are wrong; none for somebody known.
    pub fn who(&self, office: &Office, on: NaiveDate) -> Result<Applicant, Vec<FieldError>> {
        if let Some(id) = self.known {
            return Ok(Applicant::Known(id));
        }
        self.form
            .finish(office, on, Strictness::Resident)
            .map(|draft| Applicant::New(Box::new(draft)))
    }

    /// The wish to send.
    ///
    /// # Errors
    /// As [`Self::who`].
    pub fn wish(&self, office: &Office, on: NaiveDate) -> Result<RequestBooking, Vec<FieldError>> {
        Ok(RequestBooking {
            who: self.who(office, on)?,
            choices: self.choices.clone(),
            any_that_week: self.any_that_week,
            wait_if_full: self.wait_if_full,
            priority: self.form.priority,
            claim: None,
        })
    }
}

fn form_of(draft: &Draft) -> IdentityForm {
    let number = |n: Option<u16>| n.map(|n| n.to_string()).unwrap_or_default();
    IdentityForm {
        nik: text(draft.nik.as_ref()),
        kk: text(draft.kk.as_ref()),
        name: draft.name.to_string(),
        birth: text(draft.birth.as_ref()),
        sex: draft.sex,
        phone: text(draft.phone.as_ref()),
        kelurahan: text(draft.kelurahan.as_ref()),
        rt: number(draft.rt),
        rw: number(draft.rw),
        married: draft.married,
        guardian: text(draft.guardian.as_ref()),
        guardian_consents: draft.guardian.is_some(),
        recorded_before: Some(false),
        priority: false,
    }
}

fn text(value: Option<&impl ToString>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}

/// The day the visit is checked for: the first choice's, else the last day that can be booked, so
/// that nobody who comes of age until then is turned away too early.
#[must_use]
pub fn visit_day(
    draft: &BookDraft,
    office: &Office,
    now: chrono::DateTime<chrono::Utc>,
) -> NaiveDate {
    draft
        .choices
        .iter()
        .min()
        .map_or_else(|| office.window_end(now), |choice| choice.date())
}

/// How the draft is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    Loading,
    Empty,
    Saved,
    Failed,
}

/// The draft with its keeping; lives as long as the page that made it.
#[derive(Clone, Copy)]
pub struct Keeper {
    pub draft: RwSignal<BookDraft>,
    pub kept: RwSignal<Kept>,
    busy: StoredValue<bool>,
    sent: StoredValue<bool>,
}

impl Keeper {
    /// Loads what was kept, then keeps every change.
    #[must_use]
    pub fn start() -> Self {
        let keeper = Self {
            draft: RwSignal::new(BookDraft::default()),
            kept: RwSignal::new(Kept::Loading),
            busy: StoredValue::new(false),
            sent: StoredValue::new(false),
        };
        spawn_local(async move {
            let loaded = drafts::load::<BookDraft>(KEY).await.unwrap_or_default();
            let kept = if loaded.is_empty() {
                Kept::Empty
            } else {
                Kept::Saved
            };
            keeper.draft.try_set(loaded);
            keeper.kept.try_set(kept);
        });
        Effect::new(move |before: Option<BookDraft>| {
            let now = keeper.draft.get();
            let loading = keeper.kept.get_untracked() == Kept::Loading;
            if !loading && before.is_some_and(|before| before != now) {
                keeper.keep();
            }
            now
        });
        keeper
    }

    /// From here on nothing is kept: a save that began now would land after the draft has gone with
    /// the command.
    pub fn send(self) {
        self.sent.set_value(true);
    }

    /// It could not be sent: what is typed is kept again.
    pub fn resume(self) {
        self.sent.set_value(false);
        self.keep();
    }

    fn keep(self) {
        if self.busy.get_value() || self.sent.get_value() {
            return;
        }
        self.busy.set_value(true);
        spawn_local(async move {
            loop {
                let Some(now) = self.draft.try_get_untracked() else {
                    return;
                };
                let kept = keep(&now).await;
                self.kept.try_set(kept);
                let later = self.draft.try_get_untracked();
                let sent = self.sent.try_get_value().unwrap_or(true);
                if sent || later.is_none_or(|later| later == now) {
                    break;
                }
            }
            self.busy.try_update_value(|busy| *busy = false);
        });
    }
}

async fn keep(draft: &BookDraft) -> Kept {
    if draft.is_empty() {
        drafts::remove(KEY).await;
        return Kept::Empty;
    }
    match drafts::save(KEY, draft).await {
        Ok(()) => Kept::Saved,
        Err(_) => Kept::Failed,
    }
}

/// The draft kept on this phone, if there is one to go on with.
pub async fn unfinished() -> Option<BookDraft> {
    drafts::load::<BookDraft>(KEY)
        .await
        .filter(|draft| !draft.is_empty())
}

/// Keeps a draft from outside the booking page.
pub async fn put(draft: &BookDraft) -> bool {
    keep(draft).await != Kept::Failed
}
