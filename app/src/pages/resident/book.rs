//! Booking in four steps. The step is in the address, so that the phone's own back button goes one
//! step back; what was typed and chosen is in the draft.

mod done;
mod identity;
mod person;
mod review;
mod time;

use super::{
    draft::{Keeper, Kept},
    office::OfficeGate,
    wish,
};
use crate::router::{Router, use_router};
use crate::{
    components::{Icon, Loading, use_unsaved},
    i18n::*,
    state::use_rekam,
};
use done::Done;
use identity::Identity;
use leptos::prelude::*;
use person::WhoFor;
use review::Review;
use shared::{ids::OpId, office::Office, sync::Role};
use time::Time;

/// The steps in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BookStep {
    Identity,
    Slot,
    Review,
    Done,
}

impl BookStep {
    const ALL: [Self; 4] = [Self::Identity, Self::Slot, Self::Review, Self::Done];

    fn from_word(word: Option<&str>) -> Self {
        match word {
            Some("slot") => Self::Slot,
            Some("review") => Self::Review,
            Some("done") => Self::Done,
            _ => Self::Identity,
        }
    }

    fn href(self) -> &'static str {
        match self {
            Self::Identity => "/book?step=identity",
            Self::Slot => "/book?step=slot",
            Self::Review => "/book?step=review",
            Self::Done => "/book?step=done",
        }
    }

    fn name(self, i18n: I18n) -> &'static str {
        match self {
            Self::Identity => t_string!(i18n, resident.book.step_identity),
            Self::Slot => t_string!(i18n, resident.book.step_slot),
            Self::Review => t_string!(i18n, resident.book.step_review),
            Self::Done => t_string!(i18n, resident.book.step_done),
        }
    }
}

/// Goes from step to step.
#[derive(Clone, Copy)]
pub struct Walk(Router);

impl Walk {
    fn new() -> Self {
        Self(use_router())
    }

    pub fn to(self, step: BookStep) {
        self.0.go(step.href());
    }

    /// The last step replaces the one before: going back must not send twice.
    pub fn done(self, op: OpId) {
        self.0
            .replace(&format!("{}&op={op}", BookStep::Done.href()));
    }
}

#[component]
pub fn Book() -> impl IntoView {
    view! {
        <div class="page">
            <OfficeGate let:office>
                <Steps office/>
            </OfficeGate>
        </div>
    }
}

#[component]
fn Steps(office: Office) -> impl IntoView {
    let router = use_router();
    let walk = Walk::new();
    let keeper = Keeper::start();
    provide_context(keeper);
    let office = StoredValue::new(office);
    let step = Memo::new(move |_| BookStep::from_word(router.query("step").as_deref()));
    let op = Memo::new(move |_| router.query("op")?.parse::<OpId>().ok());
    use_unsaved(Signal::derive(move || keeper.kept.get() == Kept::Failed));
    // A step that builds on an earlier one is not shown before it.
    let reached = Memo::new(move |_| {
        let wanted = step.get();
        keeper.draft.with(|draft| match wanted {
            BookStep::Done | BookStep::Identity => wanted,
            _ if draft.is_empty() => BookStep::Identity,
            BookStep::Review if draft.choices.is_empty() => BookStep::Slot,
            _ => wanted,
        })
    });
    let loading = Memo::new(move |_| keeper.kept.get() == Kept::Loading);
    view! {
        <Stepper step=reached.into()/>
        {move || {
            if loading.get() && step.get() != BookStep::Done {
                return view! { <Loading/> }.into_any();
            }
            let office = office.get_value();
            match reached.get() {
                BookStep::Identity => view! { <PersonStep office keeper walk/> }.into_any(),
                BookStep::Slot => view! { <Time office keeper walk/> }.into_any(),
                BookStep::Review => view! { <Review office keeper walk/> }.into_any(),
                BookStep::Done => view! { <Done op=op.get()/> }.into_any(),
            }
        }}
    }
}

/// The first step: whoever this phone has booked for before is picked, anybody else types.
#[component]
fn PersonStep(office: Office, keeper: Keeper, walk: Walk) -> impl IntoView {
    let rekam = use_rekam();
    let people = Memo::new(move |_| match rekam.who().role {
        Role::Resident => rekam.view(wish::people),
        _ => Vec::new(),
    });
    let types = RwSignal::new(
        keeper
            .draft
            .with_untracked(|draft| draft.known.is_none() && !draft.is_empty()),
    );
    move || {
        if types.get() || people.with(Vec::is_empty) {
            view! { <Identity office=office.clone() keeper walk/> }.into_any()
        } else {
            view! { <WhoFor people=people.get() keeper walk types/> }.into_any()
        }
    }
}

#[component]
fn Stepper(step: Signal<BookStep>) -> impl IntoView {
    let i18n = use_i18n();
    let number = move || {
        let at = step.get();
        BookStep::ALL.iter().filter(|other| **other <= at).count()
    };
    let text = move || {
        let name = step.get().name(i18n);
        t_string!(i18n, resident.book.step, n = number(), name = name).to_string()
    };
    let label = move || t_string!(i18n, resident.book.steps_label);
    view! {
        <div>
            <p class="steps__text">{text}</p>
            <ol class="steps" aria-label=label>
                {BookStep::ALL
                    .into_iter()
                    .zip(1..)
                    .map(|(item, n)| {
                        let is_done = move || item < step.get();
                        view! {
                            <li
                                class="steps__item"
                                data-done=move || is_done().then_some("")
                                aria-current=move || (item == step.get()).then_some("step")
                            >
                                <span class="steps__mark">
                                    <Show when=is_done fallback=move || n.to_string()>
                                        <Icon name="check" size="s"/>
                                    </Show>
                                </span>
                                <span class="steps__label">
                                    {move || item.name(i18n)}
                                </span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </div>
    }
}
