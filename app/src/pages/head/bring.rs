//! What residents bring along: the head says it, and reads beforehand what residents will read.

use super::sending::{Sending, Sent};
use crate::{
    components::{Checkbox, Icon, Loading, Notice, PageHeader, TextField, use_unsaved},
    i18n::*,
    pages::resident::BringList,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    command::{Command, SetRequirements},
    office::{Office, PAPER_LETTERS, PAPERS},
};

/// The fields as they were typed.
#[derive(Clone, Copy)]
struct Typed {
    rt_letter: RwSignal<bool>,
    land_tax_slip: RwSignal<bool>,
    also: [RwSignal<String>; PAPERS],
}

/// The ids of the fields for other papers.
const ALSO: [&str; PAPERS] = ["also-1", "also-2", "also-3", "also-4", "also-5"];

impl Typed {
    fn new() -> Self {
        Self {
            rt_letter: RwSignal::new(false),
            land_tax_slip: RwSignal::new(false),
            also: [(); PAPERS].map(|()| RwSignal::new(String::new())),
        }
    }

    fn put(self, set: &SetRequirements) {
        self.rt_letter.set(set.rt_letter);
        self.land_tax_slip.set(set.land_tax_slip);
        let texts = set
            .also
            .iter()
            .cloned()
            .chain(std::iter::repeat(String::new()));
        for (field, text) in self.also.into_iter().zip(texts) {
            field.set(text);
        }
    }

    fn set(self) -> SetRequirements {
        SetRequirements {
            rt_letter: self.rt_letter.get(),
            land_tax_slip: self.land_tax_slip.get(),
            also: self.also.iter().map(|field| field.get()).collect(),
        }
    }

    /// Fields that are drawn: those with a text, and an empty one.
    fn shown(self) -> usize {
        let last = self
            .also
            .iter()
            .rposition(|field| field.with(|text| !text.is_empty()));
        last.map_or(1, |last| (last + 2).min(PAPERS))
    }
}

#[component]
pub fn Bring() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let has_office = Memo::new(move |_| office.with(Option::is_some));
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, head.bring.title)
                lead=move || t_string!(i18n, head.bring.lead)
                back="/head"
            />
            <Show when=move || has_office.get() fallback=|| view! { <Loading/> }>
                <Papers office/>
            </Show>
        </div>
    }
}

#[component]
fn Papers(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let typed = Typed::new();
    let sending = Sending::new();
    // What is in force, and what the fields would make of it.
    let current = Memo::new(move |_| office.with(|o| o.as_ref().map(|o| o.settings.asks_for())));
    let changed = Memo::new(move |_| {
        let settings = office
            .get()?
            .settings
            .with_requirements(&typed.set())
            .ok()?;
        Some(Office {
            settings,
            ..office.get()?
        })
    });
    let base = RwSignal::new(None::<SetRequirements>);
    let wanted = move || changed.with(|o| o.as_ref().map(|o| o.settings.asks_for()));
    let is_touched = Memo::new(move |_| wanted() != base.get());
    let differs = Memo::new(move |_| wanted() != current.get());
    // What another head sets meanwhile does not throw away what stands in the fields.
    Effect::new(move |_| {
        let now = current.get();
        if untrack(|| base.get().is_none() || !is_touched.get() || !differs.get()) {
            if let Some(now) = &now {
                typed.put(now);
            }
            base.set(now);
        }
    });
    use_unsaved(is_touched.into());
    let save = move |_| {
        let found = office.get_untracked().zip(untrack(wanted));
        if let Some((office, set)) = found {
            let command = Command::SetRequirements(set);
            sending.send(rekam, office.id, command, |_| {});
        }
    };
    let field = move |n: usize| {
        let (Some(id), Some(value)) = (ALSO.get(n).copied(), typed.also.get(n).copied()) else {
            return ().into_any();
        };
        view! {
            <Show when=move || n < typed.shown()>
                <TextField
                    id
                    label=move || t_string!(i18n, head.bring.other, n = n + 1)
                    hint=move || t_string!(i18n, head.bring.other_hint)
                    maxlength=PAPER_LETTERS
                    optional=true
                    value
                />
            </Show>
        }
        .into_any()
    };
    view! {
        <div class="split">
            <section class="card">
                <h2 class="card__title">{t!(i18n, head.bring.papers)}</h2>
                <div class="form">
                    <p class="soft">{t!(i18n, head.bring.always)}</p>
                    <Checkbox
                        id="rt-letter"
                        label=move || t_string!(i18n, common.bring.rt)
                        value=typed.rt_letter
                    />
                    <Checkbox
                        id="land-tax"
                        label=move || t_string!(i18n, common.bring.pbb)
                        value=typed.land_tax_slip
                    />
                    {(0..PAPERS).map(field).collect_view()}
                    <div class="actions">
                        <button
                            class="btn btn--primary btn--big"
                            disabled=move || !differs.get()
                            aria-busy=move || sending.is_busy().to_string()
                            on:click=save
                        >
                            <Icon name="check"/>{t!(i18n, head.bring.save)}
                        </button>
                    </div>
                    <Sent sending/>
                </div>
            </section>
            <section class="card">
                <h2 class="card__title">
                    {move || if differs.get() {
                        t_string!(i18n, head.bring.preview)
                    } else {
                        t_string!(i18n, head.bring.in_force)
                    }}
                </h2>
                {move || changed.get().map(|office| view! { <BringList office/> })}
                <Notice text=move || t_string!(i18n, head.bring.printed)/>
            </section>
        </div>
    }
}
