//! The resident roll: a spreadsheet is looked at, its columns put right, and then entered as a whole.

mod columns;
mod outcome;
mod sheets;

use self::{
    columns::ColumnTable,
    outcome::{Errors, Hints, LeftOutLines, Outcome},
    sheets::Sheets,
};
use crate::{
    api::{self, ApiError},
    components::{Icon, Notice, PageHeader, ProblemNotice, Tone},
    i18n::*,
    state::{Connection, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    ids::OfficeId,
    problem::Code,
    roll::{Columns, Imported, Preview, Progress},
};
use web_sys::{File, HtmlInputElement};

/// Where somebody is with a file.
#[derive(Clone)]
enum Stage {
    Choosing,
    Looking,
    Seen(Box<Preview>),
    Entering(Progress),
    Entered(Box<Imported>),
}

/// A file on its way in.
#[derive(Clone, Copy)]
struct Entry {
    file: StoredValue<Option<File>, LocalStorage>,
    /// The sheet of a workbook that somebody has said to be the list.
    sheet: StoredValue<Option<String>>,
    stage: RwSignal<Stage>,
    /// A key of the codes' texts.
    failed: RwSignal<Option<&'static str>>,
}

impl Entry {
    fn new() -> Self {
        Self {
            file: StoredValue::new_local(None),
            sheet: StoredValue::new(None),
            stage: RwSignal::new(Stage::Choosing),
            failed: RwSignal::new(None),
        }
    }

    /// Looks at the file, with these meanings of its columns or with guessed ones.
    fn look(self, office: OfficeId, columns: Option<Columns>) {
        let Some(file) = self.file.get_value() else {
            return;
        };
        self.failed.set(None);
        self.stage.set(Stage::Looking);
        spawn_local(async move {
            let sheet = self.sheet.get_value();
            match api::roll::preview(office, &file, sheet.as_deref(), columns.as_ref()).await {
                Ok(preview) => drop(self.stage.try_set(Stage::Seen(Box::new(preview)))),
                Err(error) => self.fail(&error),
            }
        });
    }

    fn enter(self, office: OfficeId, columns: Columns) {
        let Some(file) = self.file.get_value() else {
            return;
        };
        self.failed.set(None);
        self.stage.set(Stage::Entering(Progress::Reading));
        spawn_local(async move {
            let told = move |step| match step {
                Progress::Done { imported } => {
                    self.stage.try_set(Stage::Entered(Box::new(imported)));
                }
                Progress::Failed { code } => self.stop(code.as_str()),
                step => drop(self.stage.try_set(Stage::Entering(step))),
            };
            let sheet = self.sheet.get_value();
            let sheet = sheet.as_deref();
            if let Err(error) = api::roll::import(office, &file, sheet, &columns, told).await {
                self.fail(&error);
            }
        });
    }

    fn fail(self, error: &ApiError) {
        // Without a code nobody answered, or the file is gone from its place.
        self.stop(error.code().map_or("busy", Code::as_str));
    }

    fn stop(self, code: &'static str) {
        self.failed.try_set(Some(code));
        self.stage.try_set(Stage::Choosing);
    }
}

#[component]
pub fn Roll() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let entry = Entry::new();
    let office = Memo::new(move |_| rekam.office());
    let is_offline = move || matches!(rekam.connection(), Connection::Offline { .. });
    let export = move || office.get().map(|office| api::roll::address(office.id));
    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, head.roll.title)
                lead=move || t_string!(i18n, head.roll.lead)
                back="/head"
            />
            <Show when=is_offline>
                <Notice tone=Tone::Warning text=move || t_string!(i18n, head.roll.offline)/>
            </Show>
            {move || entry.failed.get().map(|code| view! { <ProblemNotice code/> })}
            {move || match (entry.stage.get(), office.get()) {
                (_, None) => ().into_any(),
                (Stage::Choosing, Some(office)) => {
                    view! { <Choose entry office=office.id/> }.into_any()
                }
                (Stage::Looking, Some(_)) => view! {
                    <p class="loading" role="status">
                        <span class="spinner"></span>
                        {t!(i18n, head.roll.looking)}
                    </p>
                }
                .into_any(),
                (Stage::Seen(preview), Some(office)) => {
                    view! { <Seen entry office preview=*preview/> }.into_any()
                }
                (Stage::Entering(step), Some(_)) => view! { <Step step/> }.into_any(),
                (Stage::Entered(imported), Some(_)) => {
                    view! { <Outcome imported=*imported/> }.into_any()
                }
            }}
            <section class="card">
                <h2 class="card__title">{t!(i18n, head.roll.export_title)}</h2>
                <p class="soft">{t!(i18n, head.roll.export_text)}</p>
                <div class="actions">
                    <a class="btn btn--secondary" href=export download="rekam.csv">
                        <Icon name="document"/>{t!(i18n, head.roll.export)}
                    </a>
                </div>
            </section>
        </div>
    }
}

#[component]
fn Choose(entry: Entry, office: OfficeId) -> impl IntoView {
    let i18n = use_i18n();
    let chosen = move |event| {
        let input: HtmlInputElement = event_target(&event);
        let file = input.files().and_then(|files| files.get(0));
        if file.is_some() {
            entry.file.set_value(file);
            entry.sheet.set_value(None);
            entry.look(office, None);
        }
    };
    view! {
        <section class="card">
            <div class="field">
                <label class="field__label" for="roll-file">{t!(i18n, head.roll.file)}</label>
                <p class="field__hint" id="roll-file-hint">{t!(i18n, head.roll.file_hint)}</p>
                <input
                    class="input"
                    type="file"
                    id="roll-file"
                    accept=".xlsx,.csv,.txt"
                    aria-describedby="roll-file-hint"
                    on:change=chosen
                />
            </div>
        </section>
    }
}

/// What the file holds, and what entering it would do.
#[component]
fn Seen(entry: Entry, office: shared::office::Office, preview: Preview) -> impl IntoView {
    let i18n = use_i18n();
    let id = office.id;
    let (people, lines) = (preview.new + preview.changed, preview.lines);
    let is_ready = preview.missing.is_empty() && people > 0 && !preview.asks_sheet;
    let columns = preview.columns.clone();
    let enter = move |_| entry.enter(id, columns.clone());
    let changed = Callback::new(move |columns| entry.look(id, Some(columns)));
    // Another sheet may have other columns.
    let chosen = Callback::new(move |sheet| {
        entry.sheet.set_value(Some(sheet));
        entry.look(id, None);
    });
    let errors = preview.errors.clone();
    let (hints, left_out) = (preview.hints.clone(), preview.left_out.clone());
    let sheets = (preview.sheets.clone(), preview.sheet, preview.asks_sheet);
    let count = |label: Text, n: u32| {
        view! {
            <div class="facts__row"><dt>{i18n.view(label)}</dt><dd class="num">{n}</dd></div>
        }
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.roll.seen, n = move || lines)}</h2>
            <dl class="facts">
                {count(keys::head::roll::new, preview.new)}
                {count(keys::head::roll::changed, preview.changed)}
                {count(keys::head::roll::same, preview.same)}
                {count(keys::head::roll::twice, preview.twice)}
                {count(keys::head::roll::wrong, preview.wrong)}
                {count(keys::head::roll::due_now, preview.due_now)}
                {count(keys::head::roll::due_in_window, preview.due_in_window)}
            </dl>
        </section>
        <Sheets sheets=sheets.0 now=sheets.1 asks=sheets.2 chosen/>
        <ColumnTable office preview changed/>
        <Errors errors/>
        <Hints hints/>
        <LeftOutLines left_out/>
        <div class="actions">
            <button class="btn btn--primary btn--big" type="button" disabled=!is_ready on:click=enter>
                <Icon name="check"/>
                {t!(i18n, head.roll.enter, n = move || people)}
            </button>
            <button
                class="btn btn--quiet"
                type="button"
                on:click=move |_| entry.stage.set(Stage::Choosing)
            >
                {t!(i18n, head.roll.other_file)}
            </button>
        </div>
    }
}

#[component]
fn Step(step: Progress) -> impl IntoView {
    let i18n = use_i18n();
    let said = move || match &step {
        Progress::Comparing { people } => t_string!(i18n, head.roll.comparing, n = people),
        Progress::Saving { people } => t_string!(i18n, head.roll.saving, n = people),
        _ => t_string!(i18n, head.roll.reading).to_owned(),
    };
    view! {
        <section class="card" role="status">
            <p class="loading"><span class="spinner"></span>{said}</p>
            <p class="soft">{t!(i18n, head.roll.entering_text)}</p>
        </section>
    }
}
