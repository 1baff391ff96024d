//! What each column of a file means: its head, its first lines, and the meaning, which can be changed.

use crate::i18n::*;
use leptos::prelude::*;
use shared::{
    office::Office,
    region::RegionCode,
    roll::{Column, Columns, Preview},
};

/// A column's name.
pub fn name_of(column: Column) -> Text {
    use keys::head::roll::column as of;
    match column {
        Column::Nik => of::nik,
        Column::Kk => of::kk,
        Column::Name => of::name,
        Column::Birth => of::birth,
        Column::Sex => of::sex,
        Column::Married => of::married,
        Column::Rt => of::rt,
        Column::Rw => of::rw,
        Column::RtRw => of::rt_rw,
        Column::Kelurahan => of::kelurahan,
        Column::Phone => of::phone,
        Column::Recorded => of::recorded,
    }
}

/// The columns with another meaning at one place; a meaning stands once.
fn with(columns: &Columns, at: usize, meaning: Option<Column>) -> Columns {
    let mut columns = columns.clone();
    for (n, old) in columns.meanings.iter_mut().enumerate() {
        if n == at {
            *old = meaning;
        } else if meaning.is_some() && *old == meaning {
            *old = None;
        }
    }
    columns
}

#[component]
pub fn ColumnTable(office: Office, preview: Preview, changed: Callback<Columns>) -> impl IntoView {
    let i18n = use_i18n();
    let columns = preview.columns;
    let is_missing = !preview.missing.is_empty();
    let needs_kelurahan = !columns.has(Column::Kelurahan);
    let rows = preview
        .heads
        .into_iter()
        .enumerate()
        .map(|(at, head)| {
            let examples: Vec<String> = preview
                .sample
                .iter()
                .filter_map(|line| line.get(at).filter(|cell| !cell.is_empty()).cloned())
                .take(2)
                .collect();
            let meaning = columns.meanings.get(at).copied().flatten();
            let columns = columns.clone();
            let change = move |event| {
                let meaning = Column::from_name(&event_target_value(&event));
                changed.run(with(&columns, at, meaning));
            };
            let label = head.clone();
            view! {
                <tr>
                    <th scope="row">{head}</th>
                    <td class="soft" data-label=move || t_string!(i18n, head.roll.example)>{examples.join(", ")}</td>
                    <td data-label=move || t_string!(i18n, head.roll.meaning)>
                        <select
                            class="input"
                            aria-label=move || t_string!(i18n, head.roll.meaning_of, head = label)
                            on:change=change
                        >
                            <option value="" selected=meaning.is_none()>
                                {t!(i18n, head.roll.no_meaning)}
                            </option>
                            {Column::ALL
                                .into_iter()
                                .map(|column| view! {
                                    <option
                                        value=column.as_str()
                                        selected=meaning == Some(column)
                                    >
                                        {i18n.view(name_of(column))}
                                    </option>
                                })
                                .collect_view()}
                        </select>
                    </td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.roll.columns)}</h2>
            <p class=if is_missing { "field__error" } else { "soft" }>
                {move || if is_missing {
                    t_string!(i18n, head.roll.missing)
                } else {
                    t_string!(i18n, head.roll.columns_lead)
                }}
            </p>
            {needs_kelurahan.then(|| view! { <AllOf office columns=columns.clone() changed/> })}
            <div class="tablewrap" tabindex="0" role="region" aria-label=move || t_string!(i18n, head.roll.columns)>
                <table class="table table--stack">
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, head.roll.head)}</th>
                            <th scope="col">{t!(i18n, head.roll.example)}</th>
                            <th scope="col">{t!(i18n, head.roll.meaning)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </section>
    }
}

/// The kelurahan of everybody on a list that has no column for it.
#[component]
fn AllOf(office: Office, columns: Columns, changed: Callback<Columns>) -> impl IntoView {
    let i18n = use_i18n();
    let now = columns.all_of.clone();
    let change = move |event| {
        let all_of = RegionCode::parse(&event_target_value(&event)).ok();
        changed.run(Columns {
            all_of,
            ..columns.clone()
        });
    };
    view! {
        <div class="field">
            <label class="field__label" for="roll-all-of">{t!(i18n, head.roll.all_of)}</label>
            <select class="input" id="roll-all-of" on:change=change>
                <option value="" selected=now.is_none()>{t!(i18n, common.choose)}</option>
                {office
                    .kelurahan
                    .into_iter()
                    .map(|kelurahan| {
                        let selected = now.as_ref() == Some(&kelurahan.code);
                        let code = kelurahan.code.as_str().to_owned();
                        view! { <option value=code selected=selected>{kelurahan.name}</option> }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}
