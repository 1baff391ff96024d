//! Arrivals that were written on paper, entered with the hour at which they really happened.

use super::{
    confirm::{Fate, GoesFirst, NotSaved},
    context::{Newcomer, use_desk},
    expected::{self, Expected, Who},
    newcomer::{NewcomerFields, NewcomerForm, Typed},
    place, words,
};
use crate::{
    components::{DateField, Icon, TextField, format, use_unsaved},
    i18n::*,
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Proof, ids::OpId, office::Office, person::Search};

/// People offered under the search at most.
const OFFERED: usize = 8;

/// What was wrong with the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TimeError {
    Day,
    Time,
    Future,
}

/// Reads the local day and hour as typed; never later than now.
fn real_time(
    office: &Office,
    day: &str,
    time: &str,
    now: DateTime<Utc>,
) -> Result<DateTime<Utc>, TimeError> {
    let day: NaiveDate = day.parse().map_err(|_| TimeError::Day)?;
    let time = format::parse_time(time).ok_or(TimeError::Time)?;
    let at = office.zone.utc(day.and_time(time));
    if at > now {
        Err(TimeError::Future)
    } else {
        Ok(at)
    }
}

/// One entered arrival, for the list under the form.
#[derive(Clone, PartialEq)]
struct Entered {
    op: OpId,
    says: String,
}

#[component]
pub fn Later() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let walk_in = RwSignal::new(false);
    let picked = RwSignal::new(None::<Expected>);
    let form = NewcomerForm::new();
    let today = desk.today.get_untracked().map(|day| day.to_string());
    let day = RwSignal::new(today.unwrap_or_default());
    let time = RwSignal::new(String::new());
    let first = RwSignal::new(false);
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let entered = RwSignal::new(Vec::<Entered>::new());
    use_unsaved(Signal::derive(move || {
        picked.with(Option::is_some) || !time.with(String::is_empty)
    }));
    let at = Memo::new(move |_| {
        let office = desk.office.get()?;
        let now = desk.rekam.now();
        Some(day.with(|day| time.with(|time| real_time(&office, day, time, now))))
    });
    let wrong = move |of: TimeError| asked.get() && at.get() == Some(Err(of));
    let day_error = Signal::derive(move || {
        wrong(TimeError::Day).then(|| t_string!(i18n, desk.paper.bad_day).to_owned())
    });
    let time_error = Signal::derive(move || {
        if wrong(TimeError::Time) {
            Some(t_string!(i18n, desk.paper.bad_time).to_owned())
        } else if wrong(TimeError::Future) {
            Some(t_string!(i18n, desk.paper.future).to_owned())
        } else {
            None
        }
    });
    let nobody = move || asked.get() && !walk_in.get() && picked.with(Option::is_none);
    let submit = move || {
        asked.set(true);
        let (Some(Ok(at)), Some(office)) = (at.get_untracked(), desk.office.get_untracked()) else {
            return;
        };
        let who = if walk_in.get_untracked() {
            let typed = untrack(|| form.typed());
            typed.draft(&office).map(|draft| {
                let name = draft.name.as_str().to_owned();
                let (priority, at) = (typed.priority, Some(at));
                (
                    name,
                    Err(Newcomer {
                        draft,
                        priority,
                        unknown_ticket: false,
                        at,
                    }),
                )
            })
        } else {
            picked.get_untracked().map(|line| {
                (
                    words::name_or(i18n, line.person.name.as_ref()),
                    Ok(line.who),
                )
            })
        };
        let Some((name, who)) = who else { return };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let done = match who {
                Ok(who) => {
                    let first = first.get_untracked();
                    desk.come(who, Proof::List, first, Some(at)).await
                }
                Err(newcomer) => desk.walk_in(newcomer).await,
            };
            failed.set(done.is_err());
            if let Ok(given) = done {
                let when = format::moment(i18n.get_locale(), at, crate::clock::now(), office.zone);
                let says = t_string!(
                    i18n,
                    desk.paper.saved,
                    name = name,
                    when = when,
                    number = given.number
                );
                let one = Entered { op: given.op, says };
                entered.update(|list| list.insert(0, one));
                asked.set(false);
                picked.set(None);
                form.fill(Typed::default());
                time.set(String::new());
            }
            busy.set(false);
        });
    };
    let kind = move |of: bool, label: Signal<&'static str>| {
        view! {
            <button
                class="segment"
                type="button"
                aria-pressed=move || (walk_in.get() == of).to_string()
                on:click=move |_| walk_in.set(of)
            >
                {label}
            </button>
        }
    };
    view! {
        <form
            class="form"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                submit();
            }
        >
            <div class="segments" role="group" aria-label=move || t_string!(i18n, desk.paper.who)>
                {kind(false, Signal::derive(move || t_string!(i18n, desk.paper.who_booked)))}
                {kind(true, Signal::derive(move || t_string!(i18n, desk.paper.who_walk_in)))}
            </div>
            <DateField
                of_office=true
                id="later-day"
                label=move || t_string!(i18n, desk.paper.when_day)
                value=day
                error=day_error
            />
            <Show
                when=move || walk_in.get()
                fallback=move || view! { <Booked day picked first missing=Signal::derive(nobody)/> }
            >
                <NewcomerFields form asked office=desk.office/>
            </Show>
            <TextField
                id="later-time"
                kind="digits"
                label=move || t_string!(i18n, desk.paper.when_time)
                hint=move || t_string!(i18n, desk.paper.when_time_hint)
                value=time
                error=time_error
            />
            <Show when=move || failed.get()><NotSaved/></Show>
            <button
                class="btn btn--primary btn--big"
                type="submit"
                aria-busy=move || busy.get().to_string()
            >
                <Icon name="saved"/>{t!(i18n, desk.paper.save)}
            </button>
            <p class="soft small">{t!(i18n, desk.paper.number_note)}</p>
        </form>
        <section class="stack" role="status" hidden=move || entered.with(Vec::is_empty)>
            <h2>{t!(i18n, desk.paper.entered)}</h2>
            <ul class="list list--card">
                <For each=move || entered.get() key=|one| one.op let:one>
                    <li class="row">
                        <span class="row__lead"><Icon name="check"/></span>
                        <span class="row__body">
                            <span class="row__title">{one.says}</span>
                            <span class="row__note"><Fate op=one.op/></span>
                        </span>
                    </li>
                </For>
            </ul>
        </section>
    }
}

/// Somebody with a booking: of the typed day first, else found by name or code.
#[component]
fn Booked(
    day: RwSignal<String>,
    picked: RwSignal<Option<Expected>>,
    first: RwSignal<bool>,
    missing: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let missing = Signal::derive(move || {
        missing
            .get()
            .then(|| t_string!(i18n, desk.paper.pick_first).to_owned())
    });
    let found = Memo::new(move |_| {
        let day = day.with(|day| day.parse::<NaiveDate>().ok());
        let device = desk.rekam.device_id();
        typed.with(|typed| {
            desk.read(|world, office, today| {
                let day = day.unwrap_or(today);
                let mut list = expected::on(world, office, day, place::here(world, device, day));
                // Those still missing come first; the sort keeps the order of the day.
                list.sort_by_key(|line| !line.is_expected());
                let search = Search::of(typed);
                let matching = list.into_iter().filter(|line| line.answers(&search));
                matching.take(OFFERED).collect::<Vec<_>>()
            })
            .unwrap_or_default()
        })
    });
    let pick = move |who: Who| {
        let line = found.with_untracked(|found| found.iter().find(|l| l.who == who).cloned());
        first.set(line.as_ref().is_some_and(|line| line.priority));
        picked.set(line);
        typed.set(String::new());
    };
    let chosen = move || {
        picked.get().map(|line| {
            let name = words::name_or(i18n, line.person.name.as_ref());
            view! {
                <div class="card">
                    <div class="card__head">
                        <p class="card__title">{name}</p>
                        <button class="btn btn--secondary" type="button" on:click=move |_| picked.set(None)>
                            {t!(i18n, desk.paper.change)}
                        </button>
                    </div>
                    <p class="soft">
                        {words::slot_time(i18n, line.slot)}
                        {line.code.map(|code| format!(" · {}", format::code(&code)))}
                    </p>
                    <GoesFirst declared=line.priority priority=first/>
                </div>
            }
        })
    };
    view! {
        <Show when=move || picked.with(Option::is_none) fallback=chosen>
            <TextField
                id="later-who"
                label=move || t_string!(i18n, desk.paper.who_search)
                value=typed
                error=missing
            />
            <ul class="list list--card">
                <For each=move || found.get() key=Expected::key let:line>
                    {offered(i18n, line, pick)}
                </For>
            </ul>
        </Show>
    }
}

fn offered(
    i18n: I18n,
    line: Expected,
    pick: impl Fn(Who) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (who, here) = (line.who, !line.is_expected());
    let name = line.person.name.clone();
    view! {
        <li>
            <button class="row row--link" class:row--done=here type="button" on:click=move |_| pick(who)>
                <span class="row__lead row__lead--text">{words::slot_time(i18n, line.slot)}</span>
                <span class="row__body">
                    <span class="row__title">{words::name_or(i18n, name.as_ref())}</span>
                    <span class="row__note">
                        {line.person.nik.clone()}
                        {here.then(|| view! { " · " {t!(i18n, desk.paper.already)} })}
                    </span>
                </span>
                <span class="row__end"><Icon name="chevron-right"/></span>
            </button>
        </li>
    }
}
