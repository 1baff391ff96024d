//! Neighbourhoods whose papers lie still: in red after the office's days, and somebody else can carry
//! them.

use super::super::super::kelurahan::{carrier_words, sheet_words};
use super::super::{
    sending::{Sending, Sent},
    words,
};
use crate::{
    components::{Dialog, EmptyState, Icon, Notice, TextField, Tone},
    i18n::*,
    state::{Rekam, use_rekam},
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    bundle::Neighbourhood,
    command::Command,
    duty::{Duty, Stack},
    office::Office,
    person::PersonName,
    region::RegionCode,
};

/// Drawn at once.
const CHUNK: usize = 20;

/// Neighbourhoods where somebody has to do something, the longest idle first.
fn stacks(rekam: Rekam, office: &Office, today: NaiveDate, of: Option<&RegionCode>) -> Vec<Stack> {
    let duty = rekam.view(|world| Duty::read(world, office, today, of));
    let mut stacks = duty.stacks;
    stacks.retain(|stack| stack.waiting() > 0);
    stacks.sort_by_key(|stack| std::cmp::Reverse((stack.red, stack.idle_days)));
    stacks
}

/// The office's date: the clock goes on each half minute, and nothing here does.
fn today(rekam: Rekam, office: Memo<Option<Office>>) -> Memo<Option<NaiveDate>> {
    Memo::new(move |_| Some(office.get()?.today(rekam.now())))
}

/// On the page of the day: how many lie too long, and the way to them.
#[component]
pub fn RedBundles(office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let today = today(rekam, office);
    let red = Memo::new(move |_| {
        let (office, today) = (office.get()?, today.get()?);
        Some(
            rekam
                .view(|world| Duty::read(world, &office, today, None))
                .red(),
        )
    });
    move || {
        let n = red.get().filter(|n| *n > 0)?;
        Some(view! {
            <Notice tone=Tone::Danger title=move || t_string!(i18n, head.duty.red, n = n)>
                <a class="btn btn--secondary" href="/head/figures">
                    {t!(i18n, head.duty.look)}
                </a>
            </Notice>
        })
    }
}

#[component]
pub fn Bundles(office: Memo<Option<Office>>, chosen: Memo<Option<RegionCode>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let limit = RwSignal::new(CHUNK);
    let assigning = RwSignal::new(None::<Neighbourhood>);
    let today = today(rekam, office);
    let all = Memo::new(move |_| {
        let (found, of) = (office.get().zip(today.get()), chosen.get());
        let stacks = |(office, today)| stacks(rekam, &office, today, of.as_ref());
        found.map_or_else(Vec::new, stacks)
    });
    let shown = move || all.get().into_iter().take(limit.get()).collect::<Vec<_>>();
    let more = move || all.with(Vec::len).saturating_sub(limit.get());
    view! {
        <section class="stack stack--tight">
            <h2>{t!(i18n, head.duty.title)}</h2>
            <p class="soft small">
                {t!(
                    i18n,
                    head.duty.lead,
                    n = move || office.get().map_or(0, |o| o.settings.bundle_idle_days)
                )}
            </p>
            <Show
                when=move || all.with(|all| !all.is_empty())
                fallback=move || view! {
                    <EmptyState icon="check-circle" title=move || t_string!(i18n, head.duty.none)/>
                }
            >
                <ul class="list list--card">
                    <For each=shown key=|stack| format!("{stack:?}") let:stack>
                        <StackRow stack office assigning/>
                    </For>
                </ul>
                <Show when=move || { more() > 0 }>
                    <div class="actions no-print">
                        <button
                            class="btn btn--secondary"
                            on:click=move |_| limit.update(|n| *n += CHUNK)
                        >
                            <Icon name="chevron-down"/>{t!(i18n, head.more, n = more)}
                        </button>
                    </div>
                </Show>
            </Show>
            <Assign office assigning/>
        </section>
    }
}

/// "Talang Jauh · RT 03/RW 01".
fn place(i18n: I18n, office: Option<&Office>, of: &Neighbourhood) -> String {
    let name = words::kelurahan(i18n, office, Some(&of.kelurahan));
    format!("{name} · {}", words::rt(i18n, of.rw, of.rt))
}

#[component]
fn StackRow(
    stack: Stack,
    office: Memo<Option<Office>>,
    assigning: RwSignal<Option<Neighbourhood>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sheets = stack.clone();
    let Stack {
        of,
        carrier,
        idle_days,
        red,
        ..
    } = stack;
    let given = of.clone();
    let title = move || place(i18n, office.get().as_ref(), &of);
    let label = {
        let title = title.clone();
        move || t_string!(i18n, head.duty.assign_for, place = title())
    };
    let who = move || carrier_words(i18n, carrier.as_ref());
    view! {
        <li class="row" class:row--attention=red>
            <span class="row__body">
                <span class="row__title">{title}</span>
                <span class="row__note">{move || sheet_words(i18n, &sheets)}</span>
                <span class="row__note">{who}</span>
            </span>
            <span class="row__end">
                <span class=if red { "badge badge--bad" } else { "badge badge--wait" }>
                    <Icon name=if red { "warning" } else { "clock" }/>
                    {t!(i18n, head.duty.idle, n = move || idle_days)}
                </span>
                <button
                    class="btn btn--secondary"
                    aria-label=label
                    on:click=move |_| assigning.set(Some(given.clone()))
                >
                    {t!(i18n, head.duty.assign)}
                </button>
            </span>
        </li>
    }
}

/// Names somebody else to carry them.
#[component]
fn Assign(
    office: Memo<Option<Office>>,
    assigning: RwSignal<Option<Neighbourhood>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sending = Sending::new();
    let (open, tried) = (RwSignal::new(false), RwSignal::new(false));
    let typed = RwSignal::new(String::new());
    Effect::new(move |_| {
        if assigning.with(Option::is_some) {
            typed.set(String::new());
            tried.set(false);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && assigning.with_untracked(Option::is_some) {
            assigning.set(None);
        }
    });
    let parsed = Memo::new(move |_| {
        typed.with(|typed| PersonName::parse(typed).map_err(|error| error.code()))
    });
    let error = Signal::derive(move || {
        let code = parsed.get().err().filter(|_| tried.get())?;
        Some(i18n.code_text(code).to_owned())
    });
    let assign = move |_| {
        tried.set(true);
        let found = office.get_untracked().zip(assigning.get_untracked());
        let (Some((office, of)), Ok(carrier)) = (found, parsed.get_untracked()) else {
            return;
        };
        open.set(false);
        let command = Command::AssignBundle { of, carrier };
        sending.send(rekam, office.id, command, |_| {});
    };
    let title = move || {
        let of = assigning.get();
        of.map_or_else(String::new, |of| place(i18n, office.get().as_ref(), &of))
    };
    view! {
        <Sent sending/>
        <Dialog
            id="assign"
            open
            title=title
            actions=move || view! {
                <button class="btn btn--primary" on:click=assign>
                    <Icon name="check"/>{t!(i18n, head.duty.assign_yes)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                    {t!(i18n, head.plan.leave)}
                </button>
            }
        >
            <TextField
                id="carrier"
                label=move || t_string!(i18n, head.duty.name)
                hint=move || t_string!(i18n, head.duty.name_hint)
                maxlength=120
                value=typed
                error
            />
        </Dialog>
    }
}
