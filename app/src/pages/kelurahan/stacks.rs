//! Invitations on their way, RT by RT: what is to be printed, handed on and noted, who carries it, and
//! what lies too long.

use super::neighbourhood;
use crate::{
    components::{EmptyState, Icon, Loading, PageHeader},
    i18n::*,
    pages::reached::{Delivered, Invited, NotReached, WhereTheyAre, use_reach},
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    bundle::Neighbourhood,
    duty::{Duty, Stack},
    person::PersonName,
    region::RegionCode,
};

/// What is left to do for the own kelurahan, or the whole office for a head.
#[must_use]
pub fn use_duty() -> Memo<Option<Duty>> {
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let today = Memo::new(move |_| Some(office.get()?.today(rekam.now())));
    Memo::new(move |_| {
        let (office, today) = (office.get()?, today.get()?);
        let own = rekam.account()?.kelurahan;
        Some(rekam.view(|world| Duty::read(world, &office, today, own.as_ref())))
    })
}

#[component]
pub fn Invitations() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let duty = use_duty();
    let reach = use_reach();
    let counts = reach.own();
    let stacks = move || duty.with(|d| d.as_ref().map(|d| d.stacks.clone()).unwrap_or_default());
    let sum = move |number: fn(&Stack) -> u32| stacks().iter().map(number).sum::<u32>();
    let to_print = move || sum(|stack| stack.to_print);
    let red = move || duty.with(|d| d.as_ref().map_or(0, Duty::red));
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, kelurahan.invitations.title)
                lead=move || reach.lead(i18n, counts)
            >
                <Show when=move || to_print() != 0>
                    <a class="btn btn--primary" href="/kelurahan/print/all">
                        <Icon name="printer"/>
                        {t!(i18n, kelurahan.invitations.print_all, n = to_print)}
                    </a>
                </Show>
            </PageHeader>
            <Show
                when=move || stacks().iter().any(|stack| stack.total() + stack.unplaced != 0)
                fallback=move || view! {
                    <Show when=move || rekam.has_rows() fallback=|| view! { <Loading/> }>
                        <EmptyState
                            icon="document"
                            title=move || t_string!(i18n, kelurahan.invitations.empty_title)
                            text=move || t_string!(i18n, kelurahan.invitations.empty_text)
                        />
                    </Show>
                }
            >
                <p class="soft">{t!(i18n, kelurahan.invitations.lead)}</p>
                <div class="stats">
                    <Invited counts/>
                    <Delivered counts/>
                    <NotReached counts/>
                </div>
                <Show when=move || red() != 0>
                    <div class="notice notice--danger" role="status">
                        <Icon name="warning"/>
                        <div class="notice__body">
                            <p class="notice__title">{t!(i18n, kelurahan.invitations.red_title, n = red)}</p>
                            <p class="notice__text">{t!(i18n, kelurahan.invitations.red_text)}</p>
                        </div>
                    </div>
                </Show>
                <WhereTheyAre counts/>
                {move || groups(stacks()).into_iter().map(|group| view! { <Group group/> }).collect_view()}
            </Show>
        </div>
    }
}

/// The stacks of one RW.
fn groups(stacks: Vec<Stack>) -> Vec<Vec<Stack>> {
    let place = |stack: &Stack| (stack.of.kelurahan.clone(), stack.of.rw);
    let mut groups: Vec<Vec<Stack>> = Vec::new();
    for stack in stacks {
        match groups.last_mut() {
            Some(group) if group.first().map(place) == Some(place(&stack)) => group.push(stack),
            _ => groups.push(vec![stack]),
        }
    }
    groups
}

#[component]
fn Group(group: Vec<Stack>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let first: Option<Neighbourhood> = group.first().map(|stack| stack.of.clone());
    let code: Option<RegionCode> = first.as_ref().map(|of| of.kelurahan.clone());
    let rw = first.and_then(|of| of.rw);
    let title = move || {
        let rw = match rw {
            Some(rw) => {
                let rw = format!("{rw:02}");
                t_string!(i18n, kelurahan.invitations.rw_only, rw = rw)
            }
            None => t_string!(i18n, kelurahan.invitations.rw_none).to_owned(),
        };
        // Whoever sees several kelurahan reads which one it is.
        let all = rekam
            .account()
            .is_some_and(|account| account.kelurahan.is_none());
        let office = rekam.office().filter(|_| all);
        let name = office.and_then(|office| Some(office.kelurahan(code.as_ref()?)?.name.clone()));
        match name {
            Some(name) => format!("{name}, {rw}"),
            None => rw,
        }
    };
    let to_print: u32 = group.iter().map(|stack| stack.to_print).sum();
    let keys: Vec<String> = group
        .iter()
        .filter(|stack| stack.to_print != 0)
        .map(|stack| neighbourhood::key(&stack.of))
        .collect();
    let several = keys.len() > 1;
    let href = format!("/kelurahan/print/{}", keys.join(","));
    view! {
        <section class="stack">
            <div class="split split--side">
                <h2 class="section__title">{title}</h2>
                {several.then(|| view! {
                    <a class="btn btn--secondary" href=href>
                        <Icon name="printer"/>
                        {t!(i18n, kelurahan.invitations.print, n = move || to_print)}
                    </a>
                })}
            </div>
            <ul class="list list--card">
                {group.into_iter().map(|stack| view! { <StackRow stack/> }).collect_view()}
            </ul>
        </section>
    }
}

/// How far the sheets of a neighbourhood have come, in words: only what there is, and the same words
/// wherever it is shown.
#[must_use]
pub fn sheet_words(i18n: I18n, stack: &Stack) -> String {
    let parts = [
        (
            stack.to_print,
            t_string!(i18n, kelurahan.invitations.n_to_print, n = stack.to_print),
        ),
        (
            stack.printed,
            t_string!(i18n, kelurahan.invitations.n_printed, n = stack.printed),
        ),
        (
            stack.handed_over,
            t_string!(
                i18n,
                kelurahan.invitations.n_handed_over,
                n = stack.handed_over
            ),
        ),
        (
            stack.delivered,
            t_string!(i18n, kelurahan.invitations.n_delivered, n = stack.delivered),
        ),
        (
            stack.undeliverable,
            t_string!(
                i18n,
                kelurahan.invitations.n_undeliverable,
                n = stack.undeliverable
            ),
        ),
        (
            stack.unplaced,
            t_string!(i18n, kelurahan.invitations.n_unplaced, n = stack.unplaced),
        ),
    ];
    let said = parts.into_iter().filter(|(n, _)| *n != 0);
    said.map(|(_, words)| words).collect::<Vec<_>>().join(" · ")
}

/// Who carries a bundle, in the same words wherever it is shown.
#[must_use]
pub fn carrier_words(i18n: I18n, carrier: Option<&PersonName>) -> String {
    match carrier {
        Some(name) => t_string!(i18n, kelurahan.invitations.carried_by, name = name.as_str()),
        None => t_string!(i18n, kelurahan.invitations.no_carrier).to_owned(),
    }
}

#[component]
fn StackRow(stack: Stack) -> impl IntoView {
    let i18n = use_i18n();
    let href = format!("/kelurahan/bundles/{}", neighbourhood::key(&stack.of));
    let (of, red, days) = (stack.of.clone(), stack.red, stack.idle_days);
    let carrier = stack.carrier.clone();
    let who = move || carrier_words(i18n, carrier.as_ref());
    view! {
        <li>
            <a class="row row--link" class:row--attention=red href=href>
                <span class="row__body">
                    <span class="row__title">{move || neighbourhood::words(i18n, &of)}</span>
                    <span class="row__note">{who}</span>
                    <span class="row__note">{move || sheet_words(i18n, &stack)}</span>
                </span>
                <span class="row__end">
                    {red.then(|| view! {
                        <span class="badge badge--bad">
                            <Icon name="warning"/>
                            {t!(i18n, kelurahan.invitations.idle, n = move || days)}
                        </span>
                    })}
                    <Icon name="chevron-right"/>
                </span>
            </a>
        </li>
    }
}
