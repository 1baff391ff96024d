//! Which sheet of a workbook is the list.

use crate::i18n::*;
use leptos::prelude::*;
use shared::roll::Sheet;

/// Nothing where a file has one sheet alone, in sight.
#[component]
pub fn Sheets(
    sheets: Vec<Sheet>,
    now: Option<usize>,
    asks: bool,
    chosen: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    if sheets.len() < 2 && !asks {
        return ().into_any();
    }
    let options = sheets
        .into_iter()
        .enumerate()
        .map(|(at, sheet)| {
            let (name, n) = (sheet.name.clone(), sheet.lines);
            let said = move || match sheet.hidden {
                true => t_string!(i18n, head.roll.sheet_hidden, name = name.clone(), n = n),
                false => t_string!(i18n, head.roll.sheet_lines, name = name.clone(), n = n),
            };
            let is_chosen = !asks && now == Some(at);
            view! { <option value=sheet.name selected=is_chosen>{said}</option> }
        })
        .collect_view();
    let change = move |event| {
        let name = event_target_value(&event);
        if !name.is_empty() {
            chosen.run(name);
        }
    };
    view! {
        <section class="card">
            <div class="field">
                <label class="field__label" for="roll-sheet">{t!(i18n, head.roll.sheet)}</label>
                <p class=if asks { "field__error" } else { "soft" } id="roll-sheet-hint">
                    {move || if asks {
                        t_string!(i18n, head.roll.sheet_ask)
                    } else {
                        t_string!(i18n, head.roll.sheet_one)
                    }}
                </p>
                <select
                    class="input"
                    id="roll-sheet"
                    aria-describedby="roll-sheet-hint"
                    on:change=change
                >
                    {asks.then(|| view! {
                        <option value="" selected=true>{t!(i18n, common.choose)}</option>
                    })}
                    {options}
                </select>
            </div>
        </section>
    }
    .into_any()
}
