//! What became of a list, and the lines that somebody must mend.

use super::columns::name_of;
use crate::{
    components::{Icon, Notice, Tone},
    i18n::*,
};
use leptos::prelude::*;
use shared::roll::{Hint, Imported, LeftOut, LineError, no_formula};

/// Shown at once; the rest is in the file.
const FIRST: usize = 20;

#[component]
pub fn Outcome(imported: Imported) -> impl IntoView {
    let i18n = use_i18n();
    let done = imported.enrolled;
    let nothing_new = done.entered + done.changed == 0;
    let title = move || {
        if nothing_new {
            t_string!(i18n, head.roll.nothing_new).to_owned()
        } else {
            t_string!(i18n, head.roll.entered, n = done.entered)
        }
    };
    let text = move || {
        t_string!(
            i18n,
            head.roll.entered_text,
            changed = done.changed,
            same = done.same,
            twice = imported.twice,
            wrong = imported.wrong
        )
    };
    let elsewhere = (done.elsewhere > 0).then(|| {
        view! {
            <p class="soft">{t!(i18n, head.roll.elsewhere, n = move || done.elsewhere)}</p>
        }
    });
    view! {
        <Notice tone=Tone::Success title text/>
        {elsewhere}
        <Errors errors=imported.errors/>
        <Hints hints=imported.hints/>
        <LeftOutLines left_out=imported.left_out/>
        <div class="actions">
            <a class="btn btn--primary" href="/head">
                <Icon name="arrow-left"/>{t!(i18n, head.roll.back)}
            </a>
        </div>
    }
}

/// What was not taken of people who were.
#[component]
pub fn Hints(hints: Vec<Hint>) -> impl IntoView {
    let i18n = use_i18n();
    if hints.is_empty() {
        return ().into_any();
    }
    let rows = hints.into_iter().map(|hint| {
        let (column, n, first) = (i18n.view(name_of(hint.column)), hint.lines, hint.first);
        view! {
            <li class="row">
                <span class="row__body">
                    <span class="row__title">{column}</span>
                    <span class="row__note">{move || i18n.code_text(&hint.code)}</span>
                    <span class="row__note">
                        {t!(i18n, head.roll.hint_lines, n = move || n, first = move || first)}
                    </span>
                </span>
            </li>
        }
    });
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.roll.hints)}</h2>
            <p class="soft">{t!(i18n, head.roll.hints_lead)}</p>
            <ul class="list list--card">{rows.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// Lines below the list that are nobody on it.
#[component]
pub fn LeftOutLines(left_out: Vec<LeftOut>) -> impl IntoView {
    let i18n = use_i18n();
    if left_out.is_empty() {
        return ().into_any();
    }
    let lines = left_out.into_iter().map(|left| {
        view! {
            <li class="row">
                <span class="row__lead row__lead--text num">{left.line}</span>
                <span class="row__body"><span class="row__title">{left.text}</span></span>
            </li>
        }
    });
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.roll.left_out)}</h2>
            <p class="soft">{t!(i18n, head.roll.left_out_lead)}</p>
            <ul class="list list--card">{lines.collect_view()}</ul>
        </section>
    }
    .into_any()
}

/// A cell of a CSV.
fn quoted(text: &str) -> String {
    format!("\"{}\"", no_formula(text).replace('"', "\"\""))
}

/// Lines that cannot be taken, each with what to do; all of them as a file to work through.
#[component]
pub fn Errors(errors: Vec<LineError>) -> impl IntoView {
    let i18n = use_i18n();
    if errors.is_empty() {
        return ().into_any();
    }
    let more = errors.len().saturating_sub(FIRST);
    let all = errors.clone();
    let file = move || {
        let mut text = String::from("\u{feff}");
        for error in &all {
            let column = i18n.text(name_of(error.column));
            let what = i18n.code_text(&error.code);
            let cells = [error.name.as_str(), column, error.text.as_str(), what].map(quoted);
            text += &format!("{};{}\r\n", error.line, cells.join(";"));
        }
        let text = js_sys::encode_uri_component(&text);
        format!("data:text/csv;charset=utf-8,{text}")
    };
    let shown = errors
        .into_iter()
        .take(FIRST)
        .map(|error| {
            let LineError {
                line,
                column,
                code,
                name,
                text,
            } = error;
            let column = i18n.view(name_of(column));
            let [name, text] = [name, text].map(|shown| {
                let is_blank = shown.is_empty();
                if is_blank { "–".to_owned() } else { shown }
            });
            view! {
                <li class="row">
                    <span class="row__lead row__lead--text num">{line}</span>
                    <span class="row__body">
                        <span class="row__title">{name}</span>
                        <span class="row__note">{column}": "<strong class="num">{text}</strong></span>
                        <span class="row__note">{move || i18n.code_text(&code)}</span>
                    </span>
                </li>
            }
        })
        .collect_view();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.roll.errors)}</h2>
            <p class="soft">{t!(i18n, head.roll.errors_lead)}</p>
            <ul class="list list--card">{shown}</ul>
            {(more > 0).then(|| view! { <p class="soft">{t!(i18n, head.roll.errors_more, n = move || more)}</p> })}
            <div class="actions">
                <a class="btn btn--secondary" href=file download="rekam-perbaiki.csv">
                    <Icon name="document"/>{t!(i18n, head.roll.errors_file)}
                </a>
            </div>
        </section>
    }
    .into_any()
}
