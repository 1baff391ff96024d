//! Who has no paper, by name, with the place where it is held up.

use super::super::words;
use crate::{
    components::{EmptyState, Icon, format},
    i18n::*,
    state::use_rekam,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    figures::{Uninvited, Why, uninvited},
    invitation::Reason,
    office::Office,
    region::RegionCode,
};

/// Drawn at once; all of them on paper.
const CHUNK: usize = 60;

fn why_words(i18n: I18n, why: Why) -> String {
    match why {
        Why::NoPlace => t_string!(i18n, head.figures.no_place).to_owned(),
        Why::NotPrinted => t_string!(i18n, head.figures.not_printed).to_owned(),
        Why::NotHandedOn => t_string!(i18n, head.figures.not_handed_on).to_owned(),
        Why::NoWord => t_string!(i18n, head.figures.no_word).to_owned(),
        Why::Undeliverable { reason, until } => match (reason, until) {
            (Reason::Moved, _) => t_string!(i18n, head.figures.moved).to_owned(),
            (Reason::Away, Some(until)) => {
                let day = format::date(i18n.get_locale(), until);
                t_string!(i18n, head.figures.away_until, day = day)
            }
            (Reason::Away, None) => t_string!(i18n, head.figures.away).to_owned(),
            (Reason::Deceased, _) => t_string!(i18n, head.figures.deceased).to_owned(),
            (Reason::Refused, _) => t_string!(i18n, head.figures.refused).to_owned(),
            (Reason::Unknown, _) => t_string!(i18n, head.figures.unknown).to_owned(),
        },
    }
}

#[component]
pub fn Names(
    office: Memo<Option<Office>>,
    today: Memo<Option<NaiveDate>>,
    chosen: Memo<Option<RegionCode>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    // Of a whole office the list may be long: it is made once somebody asks for it.
    let asked = RwSignal::new(false);
    let limit = RwSignal::new(CHUNK);
    Effect::new(move |_| {
        chosen.track();
        limit.set(CHUNK);
    });
    let is_open = Memo::new(move |_| asked.get() || chosen.with(Option::is_some));
    let people = Memo::new(move |_| {
        let (office, today) = (office.get()?, today.get()?);
        let of = chosen.get();
        is_open
            .get()
            .then(|| rekam.view(|world| uninvited(world, &office, today, of.as_ref())))
    });
    let count = move || people.with(|p| p.as_ref().map_or(0, Vec::len));
    let title = move || match chosen.get() {
        Some(code) => {
            let name = words::kelurahan(i18n, office.get().as_ref(), Some(&code));
            t_string!(i18n, head.figures.names_of, name = name)
        }
        None => t_string!(i18n, head.figures.names).to_owned(),
    };
    let rows = move || {
        let people = people
            .get()
            .unwrap_or_default()
            .into_iter()
            .take(limit.get());
        people
            .map(|one| view! { <NameRow one office/> })
            .collect_view()
    };
    view! {
        <section class="card card--flush">
            <div class="card__head">
                <h2 class="card__title">{title}</h2>
                {move || is_open.get().then(|| view! {
                    <span class="soft">{t!(i18n, head.figures.people, n = count)}</span>
                })}
            </div>
            {move || match (is_open.get(), count()) {
                (false, _) => view! {
                    <div class="empty">
                        <p class="empty__text">{t!(i18n, head.figures.names_text)}</p>
                        <button class="btn btn--secondary" on:click=move |_| asked.set(true)>
                            <Icon name="list"/>{t!(i18n, head.figures.names_show)}
                        </button>
                    </div>
                }
                .into_any(),
                (true, 0) => view! {
                    <EmptyState
                        icon="check-circle"
                        title=move || t_string!(i18n, head.figures.names_none)
                    />
                }
                .into_any(),
                (true, _) => view! {
                    <div class="tablewrap" role="region" tabindex="0" aria-label=title>
                        <table class="table table--stack table--dense">
                            <thead>
                                <tr>
                                    <th scope="col">{t!(i18n, head.figures.name)}</th>
                                    <th scope="col">{t!(i18n, head.kelurahan)}</th>
                                    <th scope="col">{t!(i18n, head.figures.rt)}</th>
                                    <th scope="col">{t!(i18n, head.figures.why)}</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                }
                .into_any(),
            }}
            <Show when=move || { count() > limit.get() }>
                <div class="card__foot no-print">
                    <button
                        class="btn btn--secondary"
                        on:click=move |_| limit.update(|n| *n += CHUNK)
                    >
                        <Icon name="chevron-down"/>
                        {t!(i18n, head.more, n = move || CHUNK.min(count().saturating_sub(limit.get())))}
                    </button>
                    <button class="btn btn--quiet" on:click=move |_| limit.set(usize::MAX)>
                        {t!(i18n, head.figures.names_all, n = count)}
                    </button>
                </div>
            </Show>
        </section>
    }
}

#[component]
fn NameRow(one: Uninvited, office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let Uninvited {
        resident,
        kelurahan,
        rw,
        rt,
        name,
        why,
    } = one;
    let href = format!("/kelurahan/residents/{resident}");
    let place = move || words::kelurahan(i18n, office.get().as_ref(), kelurahan.as_ref());
    view! {
        <tr>
            <th scope="row"><a class="table__link" href=href>{name.as_str().to_owned()}</a></th>
            <td data-label=move || t_string!(i18n, head.kelurahan)>{place}</td>
            <td data-label=move || t_string!(i18n, head.figures.rt)>{move || words::rt(i18n, rw, rt)}</td>
            <td data-label=move || t_string!(i18n, head.figures.why)>{move || why_words(i18n, why)}</td>
        </tr>
    }
}
