//! How far people have been reached: the same numbers, in the same words and of the same day, on the
//! pages of heads and of kelurahan staff.

use crate::{
    components::{Stat, format},
    i18n::*,
    state::use_rekam,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::figures::{self, Counts, Figures};

/// The office's figures and the day that they are of.
#[derive(Clone, Copy)]
pub struct Reach {
    pub day: Memo<Option<NaiveDate>>,
    pub figures: Memo<Option<Figures>>,
}

pub fn use_reach() -> Reach {
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let day = Memo::new(move |_| Some(office.get()?.today(rekam.now())));
    let figures = Memo::new(move |_| {
        let (office, day) = office.get().zip(day.get())?;
        Some(rekam.view(|world| figures::tally(world, &office, day)))
    });
    Reach { day, figures }
}

impl Reach {
    /// The numbers of the account's own kelurahan, or of the whole office.
    pub fn own(self) -> Memo<Counts> {
        let rekam = use_rekam();
        Memo::new(move |_| {
            let own = rekam.account().and_then(|account| account.kelurahan);
            let own = self
                .figures
                .with(|figures| figures.as_ref().map(|f| f.of(own.as_ref())));
            own.unwrap_or_default()
        })
    }

    /// How many people must have an e-KTP, and on which day.
    pub fn lead(self, i18n: I18n, counts: Memo<Counts>) -> String {
        let day = self
            .day
            .get()
            .map(|day| format::day(i18n.get_locale(), day));
        let n = counts.with(|counts| counts.due);
        t_string!(
            i18n,
            head.figures.lead,
            n = n,
            day = day.unwrap_or_default()
        )
    }
}

/// Of those who must have an e-KTP: invited.
#[component]
pub fn Invited(counts: Memo<Counts>) -> impl IntoView {
    let i18n = use_i18n();
    let number = move |of: fn(&Counts) -> u32| counts.with(of);
    view! {
        <Stat
            icon="document"
            label=keys::head::figures::invited
            value=move || number(|c| c.invited).to_string()
            note=t!(i18n, head.figures.of_due, n = move || number(|c| c.due))
        />
    }
}

/// Of those invited: with the paper in their hands.
#[component]
pub fn Delivered(counts: Memo<Counts>) -> impl IntoView {
    let i18n = use_i18n();
    let number = move |of: fn(&Counts) -> u32| counts.with(of);
    view! {
        <Stat
            icon="send"
            label=keys::head::figures::delivered
            value=move || number(|c| c.delivered).to_string()
            note=t!(i18n, head.figures.of_invited, n = move || number(|c| c.invited))
        />
    }
}

/// People whom no paper has reached.
#[component]
pub fn NotReached(counts: Memo<Counts>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Stat
            icon="warning"
            label=keys::head::figures::uninvited
            value=move || counts.with(Counts::uninvited).to_string()
            note=t!(i18n, head.figures.uninvited_note)
        />
    }
}

/// Where the papers are that have not reached anybody: the parts of [`NotReached`], and what is in none
/// of these numbers.
#[component]
pub fn WhereTheyAre(counts: Memo<Counts>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |label: Text, of: fn(&Counts) -> u32| {
        view! {
            <div class="facts__row">
                <dt>{i18n.view(label)}</dt>
                <dd class="num">{move || counts.with(of)}</dd>
            </div>
        }
    };
    view! {
        <section class="card">
            <h2 class="card__title">
                {t!(i18n, head.figures.uninvited_parts, n = move || counts.with(Counts::uninvited))}
            </h2>
            <dl class="facts">
                {row(keys::head::figures::no_place, |c| c.missing.no_place)}
                {row(keys::head::figures::not_printed, |c| c.missing.not_printed)}
                {row(keys::head::figures::not_handed_on, |c| c.missing.not_handed_on)}
                {row(keys::head::figures::no_word, |c| c.missing.no_word)}
                {row(keys::head::figures::undeliverable, |c| c.missing.undeliverable)}
            </dl>
            <Show when=move || counts.with(|c| c.ahead != 0)>
                <p class="soft small">
                    {t!(i18n, head.figures.ahead, n = move || counts.with(|c| c.ahead))}
                </p>
            </Show>
        </section>
    }
}
