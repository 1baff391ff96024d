//! The form that changes a day, with the effect before anybody confirms.

use super::super::sending::{Sending, Sent};
use super::sure::{Moves, Sure};
use crate::{
    components::{Choice, DateField, RadioCards, TextField, closed_words, format, use_unsaved},
    i18n::*,
    state::use_rekam,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    command::{Command, DayChange, SetDay},
    figures::day::moved_by,
    office::Office,
};

/// What is wrong with the form, by field; codes of texts.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Wrong {
    date: Option<&'static str>,
    stations: Option<&'static str>,
    reason: Option<&'static str>,
}

/// Instead of a code: more stations than operators.
const TOO_MANY: &str = "too_many";

/// Stations that an office can have at most.
fn most(office: &Office) -> u16 {
    office.settings.operators.max(office.settings.stations)
}

/// The fields as they were typed.
#[derive(Clone, Copy)]
struct Form {
    date: RwSignal<String>,
    kind: RwSignal<String>,
    stations: RwSignal<String>,
    reason: RwSignal<String>,
}

impl Form {
    fn new() -> Self {
        Self {
            date: RwSignal::new(String::new()),
            kind: RwSignal::new(CLOSE.to_owned()),
            stations: RwSignal::new(String::new()),
            reason: RwSignal::new(String::new()),
        }
    }

    fn clear(self) {
        self.date.set(String::new());
        self.stations.set(String::new());
        self.reason.set(String::new());
    }

    fn date(self) -> Option<NaiveDate> {
        self.date.with(|typed| typed.parse().ok())
    }

    fn read(self, today: NaiveDate, most: u16) -> Result<SetDay, Wrong> {
        let mut wrong = Wrong::default();
        let date = self.date();
        wrong.date = match date {
            None => Some("required"),
            Some(date) if date < today => Some("day_past"),
            Some(_) => None,
        };
        let reason = self.reason.with(|typed| typed.trim().to_owned());
        wrong.reason = reason.is_empty().then_some("reason_missing");
        let stations: Option<u16> = self.stations.with(|typed| typed.trim().parse().ok());
        let change = match (self.kind.with(|kind| kind == CLOSE), stations) {
            (true, _) => DayChange::Closed { reason },
            (false, Some(stations @ 1..)) => {
                wrong.stations = (stations > most).then_some(TOO_MANY);
                DayChange::Staffed { stations, reason }
            }
            (false, _) => {
                wrong.stations = Some("required");
                DayChange::AsUsual
            }
        };
        match date {
            Some(date) if wrong == Wrong::default() => Ok(SetDay { date, change }),
            _ => Err(wrong),
        }
    }

    /// What the change would do, as far as it is filled in.
    fn change(self) -> Option<DayChange> {
        let reason = String::new();
        if self.kind.with(|kind| kind == CLOSE) {
            return Some(DayChange::Closed { reason });
        }
        let stations = self.stations.with(|typed| typed.trim().parse().ok())?;
        Some(DayChange::Staffed { stations, reason })
    }
}

const CLOSE: &str = "close";
const SHRINK: &str = "shrink";

#[component]
pub fn Change(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let form = Form::new();
    let sending = Sending::new();
    let (tried, asking) = (RwSignal::new(false), RwSignal::new(false));
    use_unsaved(Signal::derive(move || !form.reason.with(String::is_empty)));
    let read = Memo::new(move |_| {
        let office = office.get()?;
        let today = office.today(rekam.now());
        Some(
            form.read(today, most(&office))
                .map_err(|wrong| (tried.get(), wrong)),
        )
    });
    let wrong = move |of: fn(Wrong) -> Option<&'static str>| {
        Signal::derive(move || {
            let (_, wrong) = read.get()?.err().filter(|(tried, _)| *tried)?;
            let most = office.with(|office| office.as_ref().map_or(0, most));
            of(wrong).map(|code| match code {
                TOO_MANY => t_string!(i18n, head.days.too_many, n = most),
                code => i18n.code_text(code).to_owned(),
            })
        })
    };
    let effect = Memo::new(move |_| {
        let (office, date, change) = (office.get()?, form.date()?, form.change()?);
        Some(rekam.view(|world| moved_by(world, &office, date, &change)))
    });
    let now = move || {
        let (office, date) = (office.get()?, form.date()?);
        Some(match office.windows(date) {
            Err(closed) => closed_words(i18n, date, &closed),
            Ok(_) => {
                let day = format::day(i18n.get_locale(), date);
                let n = office.settings.stations_on(date);
                t_string!(i18n, head.days.as_it_is, day = day, n = n)
            }
        })
    };
    let submit = move |_| {
        tried.set(true);
        if matches!(read.get_untracked(), Some(Ok(_))) {
            asking.set(true);
        }
    };
    let confirm = move |()| {
        let (Some(office), Some(Ok(day))) = (office.get_untracked(), read.get_untracked()) else {
            return;
        };
        sending.send(rekam, office.id, Command::SetDay(day), move |_| {
            form.clear();
            tried.set(false);
        });
    };
    let kinds = Signal::derive(move || {
        vec![
            Choice::new(CLOSE, t_string!(i18n, head.days.close)),
            Choice::new(SHRINK, t_string!(i18n, head.days.shrink)),
        ]
    });
    let closes = move || form.kind.with(|kind| kind == CLOSE);
    let title = move || {
        let day = form
            .date()
            .map(|date| format::day_without_year(i18n.get_locale(), date));
        let day = day.unwrap_or_default();
        if closes() {
            t_string!(i18n, head.days.sure_close, day = day)
        } else {
            t_string!(i18n, head.days.sure_shrink, day = day)
        }
    };
    let yes = move || {
        let day = form
            .date()
            .map(|date| format::day_of_month(i18n.get_locale(), date));
        let day = day.unwrap_or_default();
        if closes() {
            t_string!(i18n, head.days.yes_close, day = day)
        } else {
            t_string!(i18n, head.days.yes_shrink, day = day)
        }
    };
    let reason = move || form.reason.with(|typed| typed.trim().to_owned());
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.days.change)}</h2>
            <div class="form">
                <DateField
                    id="day"
                    label=move || t_string!(i18n, head.days.date)
                    of_office=true
                    value=form.date
                    error=wrong(|w| w.date)
                />
                {move || now().map(|text| view! { <p class="soft">{text}</p> })}
                <RadioCards
                    id="kind"
                    label=move || t_string!(i18n, head.days.what)
                    value=form.kind
                    choices=kinds
                />
                <Show when=move || !closes()>
                    <TextField
                        id="stations"
                        label=move || t_string!(i18n, head.days.stations)
                        kind="digits"
                        maxlength=2
                        value=form.stations
                        error=wrong(|w| w.stations)
                    />
                </Show>
                <TextField
                    id="reason"
                    label=move || t_string!(i18n, head.days.reason)
                    hint=move || t_string!(i18n, head.days.reason_hint)
                    maxlength=120
                    value=form.reason
                    error=wrong(|w| w.reason)
                />
                {move || effect.get().map(|moved| view! { <Moves moved/> })}
                <div class="actions">
                    <button
                        class="btn btn--primary btn--big"
                        aria-busy=move || sending.is_busy().to_string()
                        on:click=submit
                    >
                        {t!(i18n, head.days.go_on)}
                    </button>
                </div>
                <Sent sending/>
            </div>
            <Sure id="sure" open=asking title yes effect on_yes=confirm>
                <p>{t!(i18n, head.days.sure_reason, reason = reason)}</p>
            </Sure>
        </section>
    }
}
