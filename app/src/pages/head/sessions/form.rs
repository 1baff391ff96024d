//! Planning a mobile session or changing one; what the law or the office's staff forbid stands at the
//! field that would have to change.

use super::super::{
    sending::{Sending, Sent},
    time::Time,
    words::wrong_words,
};
use super::fields::{Kelurahan, Typed};
use crate::{
    components::{DateField, Icon, Notice, TextField, format, use_unsaved},
    i18n::*,
    router::use_router,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    command::Command,
    form::{hours::Wrong, session::Field},
    office::Office,
    session::{Details, Session},
    sop::workload::Excess,
};

/// What is wrong with a field, in words.
fn words(i18n: I18n, field: Field, wrong: Wrong) -> &'static str {
    match (wrong, field) {
        (Wrong::Missing, Field::Kelurahan) => t_string!(i18n, head.sessions.no_kelurahan),
        (Wrong::Unreadable, Field::Coordinates) => t_string!(i18n, head.sessions.bad_coordinates),
        (Wrong::Unreadable, Field::Stations | Field::Staff | Field::FromOffice) => {
            t_string!(i18n, head.sessions.bad_number)
        }
        (Wrong::TooMuch(Excess::Staff), Field::FromOffice) => {
            t_string!(i18n, head.sessions.too_few_at_office)
        }
        (wrong, _) => wrong_words(i18n, wrong),
    }
}

#[component]
pub fn SessionForm(
    office: Office,
    /// The session to change, as it was when the form was opened.
    #[prop(optional)]
    of: Option<Session>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let today = office.today(untrack(|| rekam.now()));
    let typed = Typed::new(of.as_ref().map(|s| &s.what), &office, today);
    let sending = Sending::new();
    let tried = RwSignal::new(false);
    let changed = RwSignal::new(false);
    let (id, version) = of.map_or((None, 0), |session| (Some(session.id), session.version));
    let form = Memo::new(move |_| typed.form());
    let first = StoredValue::new(form.get_untracked());
    Effect::new(move |_| {
        let is_other = form.with(|form| first.with_value(|first| form != first));
        changed.set(is_other);
    });
    use_unsaved(changed.into());
    let others =
        Memo::new(move |_| rekam.view(|world| world.all::<Session>().cloned().collect::<Vec<_>>()));
    let office_id = office.id;
    let office = StoredValue::new(office);
    let read = Memo::new(move |_| {
        let finish = |office: &Office| {
            others.with(|others| form.with(|form| form.finish(office, others, id, today)))
        };
        office.with_value(finish)
    });
    // What is too much is said at once; what is merely not filled in yet, after the first try.
    let wrong = move |field: Field| {
        Signal::derive(move || {
            let errors = read.get().err()?;
            let (_, wrong) = errors.into_iter().find(|(of, _)| *of == field)?;
            let at_once = matches!(wrong, Wrong::TooMuch(_));
            (at_once || tried.get()).then(|| words(i18n, field, wrong).to_owned())
        })
    };
    let seats = move || {
        let details = form.with(|form| form.read().ok())?;
        let plans = office.with_value(|office| {
            let windows: Vec<_> = details.windows().collect();
            office.cut(details.date, windows, details.stations, None)
        });
        Some(
            plans
                .iter()
                .map(|plan| usize::from(plan.seats))
                .sum::<usize>(),
        )
    };
    let submit = move |_| {
        tried.set(true);
        let Ok(details) = read.get_untracked() else {
            return;
        };
        let details: Box<Details> = Box::new(details);
        let command = Command::PlanSession {
            session: id,
            version,
            details,
        };
        sending.send(rekam, office_id, command, move |_| {
            first.set_value(form.get_untracked());
            changed.set(false);
            on_done.run(());
        });
    };
    let offices_hours = move || {
        let date = typed.date.with(|typed| typed.parse().ok())?;
        let n = office.with_value(|office| office.settings.stations_on(date));
        let day = format::day(i18n.get_locale(), date);
        Some(t_string!(i18n, head.sessions.at_office, day = day, n = n))
    };
    view! {
        <div class="form">
            <Kelurahan office=office.get_value() typed error=wrong(Field::Kelurahan)/>
            <TextField
                id="place"
                label=move || t_string!(i18n, head.sessions.place)
                hint=move || t_string!(i18n, head.sessions.place_hint)
                maxlength=120
                value=typed.place
                error=wrong(Field::Place)
            />
            <TextField
                id="coordinates"
                label=move || t_string!(i18n, head.sessions.coordinates)
                hint=move || t_string!(i18n, head.sessions.coordinates_hint)
                maxlength=40
                optional=true
                value=typed.coordinates
                error=wrong(Field::Coordinates)
            />
            <DateField
                id="date"
                label=move || t_string!(i18n, head.sessions.date)
                of_office=true
                value=typed.date
                error=wrong(Field::Date)
            />
            <div class="split">
                <Time id="open" label=keys::head::sessions::open value=typed.open error=wrong(Field::Open)/>
                <Time id="close" label=keys::head::sessions::close value=typed.close error=wrong(Field::Close)/>
                <Time id="break-from" label=keys::head::sessions::break_from optional=true value=typed.break_from error=wrong(Field::Break)/>
                <Time id="break-to" label=keys::head::sessions::break_to optional=true value=typed.break_to/>
                <TextField
                    id="stations"
                    label=move || t_string!(i18n, head.sessions.stations)
                    kind="digits"
                    maxlength=2
                    value=typed.stations
                    error=wrong(Field::Stations)
                />
                <TextField
                    id="staff"
                    label=move || t_string!(i18n, head.sessions.staff)
                    kind="digits"
                    maxlength=2
                    value=typed.staff
                    error=wrong(Field::Staff)
                />
            </div>
            <TextField
                id="from-office"
                label=move || t_string!(i18n, head.sessions.from_office)
                hint=move || t_string!(i18n, head.sessions.from_office_hint)
                kind="digits"
                maxlength=2
                value=typed.from_office
                error=wrong(Field::FromOffice)
            />
            {move || offices_hours().map(|text| view! { <p class="soft">{text}</p> })}
            {move || seats().map(|n| view! {
                <Notice text=move || t_string!(i18n, head.sessions.seats, n = n)/>
            })}
            <div class="actions">
                <button
                    class="btn btn--primary btn--big"
                    aria-busy=move || sending.is_busy().to_string()
                    on:click=submit
                >
                    <Icon name="check"/>
                    {move || if id.is_some() {
                        t_string!(i18n, head.sessions.save)
                    } else {
                        t_string!(i18n, head.sessions.plan)
                    }}
                </button>
            </div>
            <Show when=move || tried.get() && read.with(Result::is_err)>
                <p class="field__error" role="alert">
                    <Icon name="warning"/>{t!(i18n, head.sessions.look_above)}
                </p>
            </Show>
            <Sent sending/>
        </div>
    }
}

/// The page of a session that is not planned yet.
#[component]
pub fn NewSession(office: Office) -> impl IntoView {
    let router = use_router();
    let done = Callback::new(move |()| router.replace("/head/sessions"));
    view! { <section class="card"><SessionForm office on_done=done/></section> }
}
