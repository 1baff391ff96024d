//! The day's list: who is booked, who has come. A touch on a line, a touch on the button.

use super::{
    confirm::Confirm,
    context::{Desk, use_desk},
    expected::{self, Expected, Who},
    lookup::{self, Finding},
    place::{self, Trip},
    standing::PlaceLine,
    words,
};
use crate::{
    components::{
        Dialog, EmptyState, Icon, Notice, PageHeader, SearchField, Stat, Tone, closed_words, format,
    },
    i18n::*,
};
use leptos::prelude::*;
use shared::{booking::State, command::Proof, person::Search, slot::SlotStart, sync::Role, visit};
use std::time::Duration;

/// Lines drawn at most: a search narrows a longer list faster than scrolling.
const LINES: usize = 150;
/// How long the number stays before the list comes back by itself.
const SHOWN_FOR: Duration = Duration::from_secs(8);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Filter {
    All,
    Expected,
    Came,
}

#[derive(Clone, PartialEq)]
enum Line {
    Hour(SlotStart, usize),
    Person(Box<Expected>),
}

impl Line {
    fn key(&self) -> (Option<Who>, String) {
        match self {
            Self::Hour(slot, count) => (None, format!("{slot}{count}")),
            Self::Person(person) => {
                let (id, drawn) = person.key();
                (Some(id), drawn)
            }
        }
    }
}

#[component]
pub fn DeskHome() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let filter = RwSignal::new(Filter::All);
    let list = Memo::new(move |_| {
        let device = desk.rekam.device_id();
        desk.read(|world, office, today| {
            expected::on(world, office, today, place::here(world, device, today))
        })
        .unwrap_or_default()
    });
    let shown = Memo::new(move |_| {
        let (typed, filter) = (typed.get(), filter.get());
        let search = Search::of(&typed);
        list.with(|list| {
            list.iter()
                .filter(|line| match filter {
                    _ if !typed.trim().is_empty() => line.answers(&search),
                    Filter::All => true,
                    Filter::Expected => line.is_expected(),
                    Filter::Came => !line.is_expected(),
                })
                .cloned()
                .collect::<Vec<_>>()
        })
    });
    let lines = Memo::new(move |_| shown.with(|shown| grouped(shown)));
    let picked = RwSignal::new(None::<Finding>);
    let open = RwSignal::new(false);
    let pick = move |who: Who| {
        let finding =
            untrack(|| desk.read(|world, office, today| lookup::picked(world, office, today, who)));
        picked.set(finding.flatten());
        open.set(true);
    };
    let title = move || {
        let day = desk.today.get();
        let day = day.map_or_else(String::new, |day| words::date(i18n, day));
        match desk.village() {
            Some(place) => format!("{day} · {place}"),
            None => day,
        }
    };
    view! {
        <div class="page page--wide">
            <PageHeader title=move || t_string!(i18n, desk.home.title) lead=title/>
            <div class="actions">
                <a class="btn btn--primary btn--big" href="/desk/scan">
                    <Icon name="qr"/>{t!(i18n, desk.home.scan)}
                </a>
                <a class="btn btn--secondary btn--big" href="/desk/walk-in">
                    <Icon name="walk-in"/>{t!(i18n, desk.home.walk_in)}
                </a>
            </div>
            <PlaceLine/>
            <Trip/>
            <Provisional desk/>
            <Figures desk/>
            <SearchField value=typed/>
            <Segments filter list/>
            <Show
                when=move || lines.with(|lines| !lines.is_empty())
                fallback=move || view! { <Nobody desk searching=Signal::derive(move || !typed.with(String::is_empty))/> }
            >
                <ul class="list list--card">
                    <For each=move || lines.get() key=Line::key let:line>
                        {match line {
                            Line::Hour(slot, count) => hour(i18n, slot, count).into_any(),
                            Line::Person(person) => row(i18n, *person, pick).into_any(),
                        }}
                    </For>
                </ul>
            </Show>
            <Show when=move || shown.with(|shown| shown.len() > LINES)>
                <p class="soft">
                    {move || {
                        let count = shown.with(Vec::len).saturating_sub(LINES);
                        t_string!(i18n, desk.home.more, count = count)
                    }}
                </p>
            </Show>
            <Picked open picked/>
        </div>
    }
}

/// Lines with the hours between them.
fn grouped(shown: &[Expected]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut hour = None;
    for person in shown.iter().take(LINES) {
        if hour != Some(person.slot) {
            hour = Some(person.slot);
            let count = shown
                .iter()
                .filter(|other| other.slot == person.slot)
                .count();
            lines.push(Line::Hour(person.slot, count));
        }
        lines.push(Line::Person(Box::new(person.clone())));
    }
    lines
}

fn hour(i18n: I18n, slot: SlotStart, count: usize) -> impl IntoView {
    let count = move || t_string!(i18n, desk.home.people, count = count);
    view! { <li class="list__group"><span>{words::slot_time(i18n, slot)}</span><span>{count}</span></li> }
}

fn row(
    i18n: I18n,
    line: Expected,
    pick: impl Fn(Who) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let (who, code) = (line.who, line.code.as_deref().map(format::code));
    let number = line.visit.as_ref().map(|(number, _)| number.clone());
    let lead = match &number {
        Some(number) => number.clone(),
        None => words::slot_time(i18n, line.slot),
    };
    let name = line.person.name.clone();
    let note = [line.person.kelurahan.clone(), line.person.nik.clone(), code];
    let note = note.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let arrived = line.visit.is_some();
    let priority = line.priority.then(|| {
        view! {
            <span class="badge badge--priority">
                <Icon name="priority"/>
                {move || if arrived {
                    t_string!(i18n, desk.person.priority)
                } else {
                    t_string!(i18n, desk.person.declared)
                }}
            </span>
        }
    });
    let done = !line.is_expected();
    let (state, visit) = (line.state, line.visit.map(|(_, state)| state));
    view! {
        <li>
            <button class="row row--link" class:row--done=done type="button" on:click=move |_| pick(who)>
                <span class="row__lead row__lead--text">{lead}</span>
                <span class="row__body">
                    <span class="row__title">{move || words::name_or(i18n, name.as_ref())}</span>
                    <span class="row__note">{note}</span>
                </span>
                <span class="row__end">
                    {priority}
                    {badge(i18n, state, visit)}
                    <Icon name="chevron-right"/>
                </span>
            </button>
        </li>
    }
}

/// Confirmed bookings are the rule here and get no badge.
fn badge(i18n: I18n, state: Option<State>, visit: Option<visit::State>) -> Option<AnyView> {
    use crate::components::{Status, StatusBadge};
    match (state, visit) {
        (Some(State::Confirmed), _) => None,
        (None, _) => Some(
            view! {
                <span class="badge badge--info">
                    <Icon name="document"/>{t!(i18n, desk.home.invited)}
                </span>
            }
            .into_any(),
        ),
        (_, Some(visit)) => Some(view! { <StatusBadge status=Status::from(visit)/> }.into_any()),
        (Some(state), None) => Some(view! { <StatusBadge status=Status::from(state)/> }.into_any()),
    }
}

/// The numbers of this place, counted and named as on the head's page.
#[component]
fn Figures(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let numbers = desk.numbers();
    view! {
        <div class="stats">
            <Stat
                icon="calendar"
                label=keys::head::booked
                value=move || numbers.get().booked.to_string()
                note=t!(i18n, head.seats, n = move || numbers.get().seats)
            />
            <Stat
                icon="user"
                label=keys::head::came
                value=move || numbers.get().came.to_string()
                note=t!(i18n, head.came_note, n = move || numbers.get().walked_in)
            />
            <Stat
                icon="list"
                label=keys::head::waiting
                value=move || numbers.get().waiting.to_string()
                note=t!(i18n, head.called, n = move || numbers.get().called)
                href="/desk/queue"
            />
            <Stat
                icon="check-circle"
                label=keys::head::recorded
                value=move || numbers.get().recorded.to_string()
                note=t!(i18n, head.of_came, n = move || numbers.get().came)
            />
        </div>
    }
}

#[component]
fn Segments(filter: RwSignal<Filter>, list: Memo<Vec<Expected>>) -> impl IntoView {
    let i18n = use_i18n();
    let expected =
        Memo::new(move |_| list.with(|list| list.iter().filter(|l| l.is_expected()).count()));
    let segment = move |of: Filter, count: Signal<usize>, label: Signal<&'static str>| {
        view! {
            <button
                class="segment"
                type="button"
                aria-pressed=move || (filter.get() == of).to_string()
                on:click=move |_| filter.set(of)
            >
                {label}" "<span class="segment__count">{count}</span>
            </button>
        }
    };
    let all = Signal::derive(move || list.with(Vec::len));
    let came = Signal::derive(move || all.get().saturating_sub(expected.get()));
    view! {
        <div class="segments" role="group" aria-label=move || t_string!(i18n, desk.home.filter)>
            {segment(Filter::All, all, Signal::derive(move || t_string!(i18n, desk.home.all)))}
            {segment(
                Filter::Expected,
                expected.into(),
                Signal::derive(move || t_string!(i18n, desk.home.expected)),
            )}
            {segment(Filter::Came, came, Signal::derive(move || t_string!(i18n, desk.home.came)))}
        </div>
    }
}

/// Numbers that the office has given no letters for yet: for those who give numbers out.
#[component]
fn Provisional(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let letters = desk.letters();
    let text = move || {
        let letters = letters.get().text;
        t_string!(i18n, desk.arrival.no_letters, letters = letters)
    };
    let shown = move || {
        desk.rekam.who().role == Role::Operator
            && desk.office.with(Option::is_some)
            && letters.with(|letters| letters.provisional)
    };
    view! {
        <Show when=shown>
            <Notice tone=Tone::Warning text=text/>
        </Show>
    }
}

/// Why the list is empty, and what can be done all the same.
#[component]
fn Nobody(desk: Desk, searching: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let texts = Memo::new(move |_| {
        let closed = desk.read(|_, office, today| {
            let closed = office.windows(today).err();
            closed.map(|closed| closed_words(i18n, today, &closed))
        });
        let empty = t_string!(i18n, desk.home.empty_text);
        match closed {
            None => (
                t_string!(i18n, desk.home.loading),
                t_string!(i18n, desk.home.loading_text).to_owned(),
            ),
            _ if searching.get() => (
                t_string!(i18n, desk.home.none_found),
                t_string!(i18n, desk.home.none_found_text).to_owned(),
            ),
            Some(Some(why)) => (
                t_string!(i18n, desk.home.closed_title),
                format!("{why} {empty}"),
            ),
            Some(None) => (t_string!(i18n, desk.home.empty_title), empty.to_owned()),
        }
    });
    view! {
        <EmptyState
            icon="list"
            title=move || texts.get().0
            text=move || texts.get().1
        />
    }
}

/// The dialog of the second touch. It goes by itself once the number has been seen.
#[component]
fn Picked(open: RwSignal<bool>, picked: RwSignal<Option<Finding>>) -> impl IntoView {
    let i18n = use_i18n();
    let close = Callback::new(move |()| open.set(false));
    let given = Callback::new(move |()| {
        let seen = picked.get_untracked();
        set_timeout(
            move || {
                if picked.try_get_untracked().is_some_and(|now| now == seen) {
                    open.set(false);
                }
            },
            SHOWN_FOR,
        );
    });
    view! {
        <Dialog
            id="arrival"
            open
            title=move || t_string!(i18n, desk.arrival.title)
            actions=move || ()
        >
            {move || picked.get().map(|finding| {
                view! { <Confirm finding proof=Proof::List on_close=close on_given=given/> }
            })}
        </Dialog>
    }
}
