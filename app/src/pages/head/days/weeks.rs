//! Weeks with dates: other hours from one day to another, as in Ramadan, with the people who would have
//! to move before anybody confirms.

use super::super::{
    sending::{Sending, Sent},
    time::Time,
    words::wrong_words,
};
use super::sure::{Moves, Sure};
use crate::{
    components::{DateField, Icon, TextField, format, use_unsaved},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    command::{Command, SetWeek, WeekChange},
    figures::day::moved_by_week,
    form::{
        hours::Wrong,
        week::{Field, WeekForm},
    },
    office::{DatedWeek, Hours, Office},
    sop::workload::Excess,
};

/// The fields as signals.
#[derive(Clone, Copy)]
struct Typed {
    name: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    open: RwSignal<String>,
    close: RwSignal<String>,
    break_from: RwSignal<String>,
    break_to: RwSignal<String>,
    friday_close: RwSignal<String>,
    friday_break_from: RwSignal<String>,
    friday_break_to: RwSignal<String>,
}

impl Typed {
    fn new() -> Self {
        let form = WeekForm::usual();
        Self {
            name: RwSignal::new(form.name),
            from: RwSignal::new(form.from),
            to: RwSignal::new(form.to),
            open: RwSignal::new(form.open),
            close: RwSignal::new(form.close),
            break_from: RwSignal::new(form.break_from),
            break_to: RwSignal::new(form.break_to),
            friday_close: RwSignal::new(form.friday_close),
            friday_break_from: RwSignal::new(form.friday_break_from),
            friday_break_to: RwSignal::new(form.friday_break_to),
        }
    }

    fn form(self) -> WeekForm {
        WeekForm {
            name: self.name.get(),
            from: self.from.get(),
            to: self.to.get(),
            open: self.open.get(),
            close: self.close.get(),
            break_from: self.break_from.get(),
            break_to: self.break_to.get(),
            friday_close: self.friday_close.get(),
            friday_break_from: self.friday_break_from.get(),
            friday_break_to: self.friday_break_to.get(),
        }
    }

    fn clear(self) {
        self.name.set(String::new());
        self.from.set(String::new());
        self.to.set(String::new());
    }
}

fn words(i18n: I18n, field: Field, wrong: Wrong) -> &'static str {
    match (wrong, field) {
        (Wrong::Unreadable, Field::From | Field::To) => t_string!(i18n, head.weeks.bad_date),
        (Wrong::Order, Field::To) => t_string!(i18n, head.weeks.order),
        (Wrong::TooMuch(Excess::Week), _) => t_string!(i18n, head.weeks.long_week),
        (Wrong::TooMuch(_), _) => t_string!(i18n, head.weeks.long_day),
        (wrong, _) => wrong_words(i18n, wrong),
    }
}

#[component]
pub fn Weeks(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="stack stack--tight">
            <h2 class="card__title">{t!(i18n, head.weeks.title)}</h2>
            <p class="soft">{t!(i18n, head.weeks.lead)}</p>
            <SetWeeks office/>
            <NewWeek office/>
        </section>
    }
}

/// The weeks that are set and not over, each of which can be as usual again.
#[component]
fn SetWeeks(office: Memo<Option<Office>>) -> impl IntoView {
    let rekam = use_rekam();
    let weeks = Memo::new(move |_| {
        let office = office.get()?;
        let today = office.today(rekam.now());
        let mut weeks = office.settings.weeks;
        weeks.retain(|week| week.to >= today);
        (!weeks.is_empty()).then_some(weeks)
    });
    move || {
        weeks.get().map(|weeks| {
            let rows = weeks
                .into_iter()
                .map(|week| view! { <WeekRow office week/> });
            view! { <ul class="list list--card">{rows.collect_view()}</ul> }
        })
    }
}

/// "08.00–15.00"
fn span(i18n: I18n, hours: Hours) -> String {
    let time = |at| format::time(i18n.get_locale(), at);
    format!("{}–{}", time(hours.open), time(hours.close))
}

#[component]
fn WeekRow(office: Memo<Option<Office>>, week: DatedWeek) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let asking = RwSignal::new(false);
    let (from, to, name) = (week.from, week.to, week.name.clone());
    let days = move || {
        let locale = i18n.get_locale();
        let (from, to) = (format::date(locale, from), format::date(locale, to));
        t_string!(i18n, head.weeks.days, from = from, to = to)
    };
    let mut worked: Vec<Hours> = week.week.0.into_iter().flatten().collect();
    worked.dedup();
    let hours = move || {
        let spans = worked.iter().map(|hours| span(i18n, *hours));
        spans.collect::<Vec<_>>().join(" · ")
    };
    let usual = SetWeek {
        from,
        to,
        change: WeekChange::AsUsual,
    };
    let back = StoredValue::new(usual);
    let moved = Signal::derive(move || {
        let office = office.get()?;
        let today = office.today(rekam.now());
        let found = |set: &SetWeek| rekam.view(|world| moved_by_week(world, &office, today, set));
        asking.get().then(|| back.with_value(found))
    });
    let confirm = move |()| {
        if let Some(office) = office.get_untracked() {
            let command = Command::SetWeek(back.get_value());
            sending.send(rekam, office.id, command, |_| {});
        }
    };
    let label = {
        let name = name.clone();
        move || t_string!(i18n, head.days.undo_for, day = name.as_str())
    };
    view! {
        <li class="row">
            <span class="row__lead"><Icon name="calendar"/></span>
            <div class="row__body">
                <span class="row__title">{name}</span>
                <span class="row__note">{days}</span>
                <span class="row__note">{hours}</span>
                <Sent sending/>
            </div>
            <span class="row__end">
                <button
                    class="btn btn--secondary"
                    aria-busy=move || sending.is_busy().to_string()
                    aria-label=label
                    on:click=move |_| asking.set(true)
                >
                    {t!(i18n, head.days.undo)}
                </button>
            </span>
            <Sure
                id=format!("week-back-{from}")
                open=asking
                title=move || t_string!(i18n, head.weeks.sure_back)
                yes=move || t_string!(i18n, head.weeks.yes_back)
                effect=moved
                on_yes=confirm
            />
        </li>
    }
}

#[component]
fn NewWeek(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let typed = Typed::new();
    let sending = Sending::new();
    let (tried, asking) = (RwSignal::new(false), RwSignal::new(false));
    use_unsaved(Signal::derive(move || !typed.name.with(String::is_empty)));
    let read = Memo::new(move |_| {
        let office = office.get()?;
        let today = office.today(rekam.now());
        Some(typed.form().finish(&office, today))
    });
    // What is forbidden is said at once; what is merely not filled in yet, after the first try.
    let wrong = move |field: Field| {
        Signal::derive(move || {
            let errors = read.get()?.err()?;
            let (_, wrong) = errors.into_iter().find(|(of, _)| *of == field)?;
            let at_once = matches!(wrong, Wrong::TooMuch(_) | Wrong::Overlap);
            (at_once || tried.get()).then(|| words(i18n, field, wrong).to_owned())
        })
    };
    let effect = Memo::new(move |_| {
        let (office, set) = (office.get()?, read.get()?.ok()?);
        let today = office.today(rekam.now());
        Some(rekam.view(|world| moved_by_week(world, &office, today, &set)))
    });
    let submit = move |_| {
        tried.set(true);
        if matches!(read.get_untracked(), Some(Ok(_))) {
            asking.set(true);
        }
    };
    let confirm = move |()| {
        let (Some(office), Some(Ok(set))) = (office.get_untracked(), read.get_untracked()) else {
            return;
        };
        sending.send(rekam, office.id, Command::SetWeek(set), move |_| {
            typed.clear();
            tried.set(false);
        });
    };
    let title = move || {
        let locale = i18n.get_locale();
        let set = read.get().and_then(Result::ok);
        let day = |date| format::day_of_month(locale, date);
        let (from, to) = set.map_or_else(Default::default, |set| (day(set.from), day(set.to)));
        t_string!(i18n, head.weeks.sure, from = from, to = to)
    };
    view! {
        <div class="card">
            <h3 class="card__title">{t!(i18n, head.weeks.new)}</h3>
            <div class="form">
                <TextField
                    id="week-name"
                    label=move || t_string!(i18n, head.weeks.name)
                    hint=move || t_string!(i18n, head.weeks.name_hint)
                    maxlength=60
                    value=typed.name
                    error=wrong(Field::Name)
                />
                <DateField
                    id="week-from"
                    of_office=true
                    label=move || t_string!(i18n, head.weeks.from)
                    value=typed.from
                    error=wrong(Field::From)
                />
                <DateField
                    id="week-to"
                    of_office=true
                    label=move || t_string!(i18n, head.weeks.to)
                    value=typed.to
                    error=wrong(Field::To)
                />
                <div class="split">
                    <Time id="week-open" label=keys::head::weeks::open value=typed.open error=wrong(Field::Open)/>
                    <Time id="week-close" label=keys::head::weeks::close value=typed.close error=wrong(Field::Close)/>
                    <Time id="week-break" label=keys::head::sessions::break_from value=typed.break_from error=wrong(Field::Break)/>
                    <Time id="week-break-to" label=keys::head::sessions::break_to value=typed.break_to/>
                    <Time id="week-friday" label=keys::head::weeks::friday_close value=typed.friday_close error=wrong(Field::FridayClose)/>
                    <Time id="week-friday-break" label=keys::head::weeks::friday_break_from value=typed.friday_break_from error=wrong(Field::FridayBreak)/>
                    <Time id="week-friday-break-to" label=keys::head::weeks::friday_break_to value=typed.friday_break_to/>
                </div>
                {move || effect.get().map(|moved| view! { <Moves moved/> })}
                <div class="actions">
                    <button
                        class="btn btn--primary"
                        aria-busy=move || sending.is_busy().to_string()
                        on:click=submit
                    >
                        {t!(i18n, head.days.go_on)}
                    </button>
                </div>
                <Sent sending/>
            </div>
            <Sure
                id="week-sure"
                open=asking
                title
                yes=move || t_string!(i18n, head.weeks.yes)
                effect
                on_yes=confirm
            />
        </div>
    }
}
