//! The people of the own kelurahan by RT: who has the invitation, an appointment, a recording; and
//! in one touch, whether the invitation was given.

use super::{
    delivery::WhyDialog,
    duty::DutyCard,
    list::PersonRow,
    roll::{self, Entry, Filter},
    stacks::use_duty,
};
use crate::router::{Router, use_router};
use crate::{
    components::{EmptyState, Icon, Loading, PageHeader, SearchField, Stat},
    i18n::*,
    pages::reached::{Delivered, Invited, Reach, use_reach},
    state::use_rekam,
};
use leptos::{html, prelude::*};
use shared::figures::Counts;

/// Rows drawn at once: a whole kelurahan would make an old tablet stutter.
const CHUNK: usize = 60;

#[component]
pub fn KelurahanHome() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let own = Memo::new(move |_| rekam.account().and_then(|account| account.kelurahan));
    let place = Memo::new(move |_| {
        let office = rekam.office()?;
        Some(office.kelurahan(&own.get()?)?.name.clone())
    });
    let duty = use_duty();
    let reach = use_reach();
    let entries = Memo::new(move |_| {
        let own = own.get();
        let Some(today) = reach.day.get() else {
            return Vec::new();
        };
        duty.with(|duty| rekam.view(|world| roll::read(world, own.as_ref(), today, duty.as_ref())))
    });
    let counts = Memo::new(move |_| entries.with(|all| roll::count(all)));

    // Kept in the address, so that coming back from a person finds the same list; the search is
    // not: it may be a name.
    let router = use_router();
    let rt = Memo::new(move |_| router.query("rt")?.parse::<u16>().ok());
    let filter = Memo::new(move |_| router.query("show")?.parse::<Filter>().ok());
    let set_rt = move |rt: Option<&str>| router.set_query("rt", rt);
    let words = RwSignal::new(String::new());
    let limit = RwSignal::new(CHUNK);
    let narrowed = Memo::new(move |_| {
        let filter = filter.get().unwrap_or_default();
        entries.with(|all| roll::narrow(all, &words.read(), rt.get(), filter))
    });
    Effect::new(move |_| {
        let _ = (rt.get(), filter.get());
        words.track();
        limit.set(CHUNK);
    });
    let clear = move || {
        words.set(String::new());
        set_rt(None);
        show_only(router, Filter::All);
    };
    let why = RwSignal::new(None::<Entry>);
    let list = NodeRef::<html::Div>::new();
    let asks_review = move || counts.get().review != 0 && filter.get() != Some(Filter::Review);
    let show_review = move || {
        words.set(String::new());
        set_rt(None);
        show_only(router, Filter::Review);
        // The list as it will be: a filter is an address, and that takes a moment.
        request_animation_frame(move || {
            if let Some(list) = list.try_get_untracked().flatten() {
                let _ = list.focus();
                list.scroll_into_view();
            }
        });
    };
    // Once the office's rows have come, an empty list is the office's own.
    let empty_text = move || {
        if rekam.contact().is_some() {
            t_string!(i18n, kelurahan.home.no_list)
        } else {
            t_string!(i18n, kelurahan.home.empty_text)
        }
    };

    view! {
        <div class="page page--wide">
            <PageHeader
                title=Signal::derive(move || {
                    let place = place.get().unwrap_or_default();
                    t_string!(i18n, kelurahan.home.title, place = place)
                })
            >
                <a class="btn btn--primary" href="/kelurahan/residents/new">
                    <Icon name="plus"/>
                    {t!(i18n, kelurahan.home.newcomer)}
                </a>
            </PageHeader>
            <Show
                when=move || counts.get().people != 0
                fallback=move || view! {
                    <Show when=move || rekam.ready() fallback=|| view! { <Loading/> }>
                        <EmptyState
                            icon="users"
                            title=move || t_string!(i18n, kelurahan.home.empty_title)
                            text=empty_text
                        />
                    </Show>
                }
            >
                <div class="split split--side">
                    <SearchField value=words/>
                    <select
                        class="input"
                        aria-label=move || t_string!(i18n, kelurahan.home.rt)
                        on:change:target=move |ev| {
                            let rt = ev.target().value();
                            set_rt((!rt.is_empty()).then_some(rt.as_str()));
                        }
                    >
                        <option value="" selected=move || rt.get().is_none()>
                            {t!(i18n, kelurahan.home.rt_all)}
                        </option>
                        {move || {
                            let chosen = rt.get();
                            entries
                                .with(|all| roll::neighbourhoods(all))
                                .into_iter()
                                .map(|n| view! {
                                    <option value=n.to_string() selected=chosen == Some(n)>
                                        {t!(i18n, kelurahan.home.rt_n, rt = move || format!("{n:02}"))}
                                    </option>
                                })
                                .collect_view()
                        }}
                    </select>
                </div>
                // While somebody searches, what was found comes first.
                <Show when=move || words.with(String::is_empty)>
                    <DutyCard/>
                    <Stats reach/>
                </Show>
                <Show when=move || asks_review() && words.with(String::is_empty)>
                    <div class="notice notice--warning" role="status">
                        <Icon name="warning"/>
                        <div class="notice__body">
                            <p class="notice__title">
                                {t!(i18n, kelurahan.home.review_title, n = move || counts.get().review)}
                            </p>
                            <div class="notice__actions">
                                <button
                                    class="btn btn--secondary"
                                    on:click=move |_| show_review()
                                >
                                    {t!(i18n, kelurahan.home.review_show)}
                                </button>
                            </div>
                        </div>
                    </div>
                </Show>
                <Filters filter counts/>
                <div class="stack" tabindex="-1" node_ref=list>
                    <Show
                        when=move || narrowed.with(|rows| !rows.is_empty())
                        fallback=move || view! {
                            <EmptyState
                                icon="search"
                                title=move || t_string!(i18n, kelurahan.home.none_title)
                                text=move || t_string!(i18n, kelurahan.home.none_text)
                            >
                                <button class="btn btn--secondary" on:click=move |_| clear()>
                                    {t!(i18n, kelurahan.home.clear)}
                                </button>
                            </EmptyState>
                        }
                    >
                        <ul class="list list--card">
                            <For
                                each=move || narrowed.with(|rows| lines(rows, limit.get()))
                                key=Line::key
                                let:line
                            >
                                {match line {
                                    Line::Group { rt, people } => view! {
                                        <li class="list__group">
                                            <span>
                                                {move || match rt {
                                                    Some(rt) => {
                                                        let rt = format!("{rt:02}");
                                                        t_string!(i18n, kelurahan.home.rt_n, rt = rt)
                                                    }
                                                    None => t_string!(i18n, kelurahan.home.rt_none).to_owned(),
                                                }}
                                            </span>
                                            <span>{t!(i18n, kelurahan.home.people, n = move || people)}</span>
                                        </li>
                                    }
                                    .into_any(),
                                    Line::Person(entry) => view! {
                                        <PersonRow
                                            entry=*entry
                                            on_not_given=Callback::new(move |entry| why.set(Some(entry)))
                                        />
                                    }
                                    .into_any(),
                                }}
                            </For>
                        </ul>
                        {move || {
                            let (shown, total) = (limit.get(), narrowed.with(Vec::len));
                            (total > shown).then(|| view! {
                                <div class="cluster">
                                    <button
                                        class="btn btn--secondary"
                                        on:click=move |_| limit.update(|n| *n += CHUNK)
                                    >
                                        <Icon name="chevron-down"/>
                                        {t!(i18n, kelurahan.home.more, n = move || CHUNK.min(total - shown))}
                                    </button>
                                    <span class="soft small">
                                        {t!(i18n, kelurahan.home.shown, shown = move || shown, total = move || total)}
                                    </span>
                                </div>
                            })
                        }}
                    </Show>
                </div>
            </Show>
            <WhyDialog of=why/>
        </div>
    }
}

/// A line of the list: an RT's head, or a person.
enum Line {
    Group { rt: Option<u16>, people: usize },
    Person(Box<Entry>),
}

impl Line {
    /// Changes with what the line shows, so that only lines that changed are drawn again.
    fn key(&self) -> String {
        match self {
            Self::Group { rt, people } => format!("{rt:?} {people}"),
            Self::Person(entry) => entry.stamp(),
        }
    }
}

fn lines(rows: &[Entry], limit: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut current = None;
    for entry in rows.iter().take(limit) {
        let rt = entry.resident.rt;
        if current != Some(rt) {
            current = Some(rt);
            let people = rows.iter().filter(|e| e.resident.rt == rt).count();
            lines.push(Line::Group { rt, people });
        }
        lines.push(Line::Person(Box::new(entry.clone())));
    }
    lines
}

/// The same figures in the same words as on the head's page.
#[component]
fn Stats(reach: Reach) -> impl IntoView {
    let i18n = use_i18n();
    let counts = reach.own();
    let number = move |of: fn(&Counts) -> u32| counts.with(of);
    view! {
        <p class="soft small">{move || reach.lead(i18n, counts)}</p>
        <div class="stats stats--row">
            <Invited counts/>
            <Delivered counts/>
            <Stat
                icon="calendar"
                label=keys::head::figures::booked
                value=move || number(|c| c.booked).to_string()
            />
            <Stat
                icon="check-circle"
                label=keys::head::figures::recorded
                value=move || number(|c| c.recorded).to_string()
                note=t!(i18n, head.figures.of_due, n = move || number(|c| c.due))
            />
        </div>
    }
}

fn show_only(router: Router, what: Filter) {
    let word = what.to_string();
    router.set_query("show", (what != Filter::All).then_some(word.as_str()));
}

#[component]
fn Filters(filter: Memo<Option<Filter>>, counts: Memo<roll::Counts>) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let segment = move |what: Filter, number: fn(roll::Counts) -> usize| {
        let label = move || match what {
            Filter::All => t_string!(i18n, kelurahan.home.f_all),
            Filter::Missing => t_string!(i18n, head.figures.uninvited),
            Filter::Undeliverable => t_string!(i18n, head.figures.undeliverable),
            Filter::Ahead => t_string!(i18n, kelurahan.home.f_ahead),
            Filter::Unbooked => t_string!(i18n, kelurahan.home.f_unbooked),
            Filter::Review => t_string!(i18n, kelurahan.home.f_review),
            Filter::Untold => t_string!(i18n, kelurahan.home.f_untold),
            Filter::Remind => t_string!(i18n, kelurahan.home.f_remind),
        };
        view! {
            <button
                class="segment"
                aria-pressed=move || (filter.get().unwrap_or_default() == what).to_string()
                on:click=move |_| show_only(router, what)
            >
                {label}" "<span class="segment__count">{move || number(counts.get())}</span>
            </button>
        }
    };
    view! {
        <div class="segments segments--strip" role="group" aria-label=move || t_string!(i18n, kelurahan.home.filter)>
            {segment(Filter::All, |c| c.people)}
            {segment(Filter::Missing, |c| c.missing)}
            {segment(Filter::Undeliverable, |c| c.undeliverable)}
            {segment(Filter::Unbooked, |c| c.unbooked)}
            <Show when=move || counts.get().ahead != 0 || filter.get() == Some(Filter::Ahead)>
                {segment(Filter::Ahead, |c| c.ahead)}
            </Show>
            <Show when=move || counts.get().review != 0 || filter.get() == Some(Filter::Review)>
                {segment(Filter::Review, |c| c.review)}
            </Show>
            <Show when=move || counts.get().untold != 0 || filter.get() == Some(Filter::Untold)>
                {segment(Filter::Untold, |c| c.untold)}
            </Show>
            <Show when=move || counts.get().remind != 0 || filter.get() == Some(Filter::Remind)>
                {segment(Filter::Remind, |c| c.remind)}
            </Show>
        </div>
    }
}
