//! All bookings of this phone, also those that were turned down and wait for the person.

use super::{summary::BookingRow, wish};
use crate::{
    components::{EmptyState, Icon, Notice, PageHeader, Tone},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{booking::Booking, resident::Resident, sync::Role};

#[component]
pub fn Bookings() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let is_staff = move || rekam.who().role != Role::Resident;
    view! {
        <div class="page">
            <PageHeader title=move || t_string!(i18n, resident.bookings.title)/>
            <Show
                when=move || !is_staff()
                fallback=move || {
                    view! {
                        <EmptyState
                            icon="users"
                            title=move || t_string!(i18n, resident.bookings.staff_title)
                            text=move || t_string!(i18n, resident.bookings.staff_text)
                        />
                    }
                }
            >
                <Own/>
            </Show>
        </div>
    }
}

#[component]
fn Own() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let lists = Memo::new(move |_| rekam.view(|view| rekam.ops(|ops| wish::bookings(view, ops))));
    let refused = Memo::new(move |_| rekam.ops(wish::turned_down));
    let is_empty = move || {
        lists.with(|(next, over)| next.is_empty() && over.is_empty()) && refused.with(Vec::is_empty)
    };
    view! {
        <Asked/>
        <Show when=move || !refused.with(Vec::is_empty)>
            <section class="stack stack--tight">
                <h2>{t!(i18n, resident.bookings.attention)}</h2>
                <ul class="list list--card">
                    <For each=move || refused.get() key=|(id, _)| *id let((id, step))>
                        <RefusedRow id step/>
                    </For>
                </ul>
            </section>
        </Show>
        <Group
            title=Signal::derive(move || t_string!(i18n, resident.bookings.upcoming).to_string())
            bookings=Signal::derive(move || lists.with(|(next, _)| next.clone()))
        />
        <Group
            title=Signal::derive(move || t_string!(i18n, resident.bookings.past).to_string())
            bookings=Signal::derive(move || lists.with(|(_, over)| over.clone()))
        />
        <Show when=is_empty>
            <EmptyState
                icon="ticket"
                title=move || t_string!(i18n, resident.bookings.empty_title)
                text=move || t_string!(i18n, resident.bookings.empty_text)
            />
        </Show>
        <div class="actions">
            <a href="/book" class="btn btn--primary btn--big btn--block">
                <Icon name="calendar"/>{t!(i18n, resident.home.book)}
            </a>
            <a href="/claim" class="btn btn--quiet btn--block">
                {t!(i18n, resident.home.claim_title)}
            </a>
        </div>
    }
}

/// Whom somebody asked for from another phone, after many wrong guesses.
#[component]
fn Asked() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let names = Memo::new(move |_| {
        rekam.view(|view| {
            let asked = view.all::<Resident>().filter(|r| r.asked.is_some());
            asked.map(|r| r.name.to_string()).collect::<Vec<_>>()
        })
    });
    move || {
        let notice = |name: String| {
            let title = move || t_string!(i18n, resident.bookings.asked_title, name = name);
            let text = move || t_string!(i18n, resident.bookings.asked_text);
            view! { <Notice tone=Tone::Warning title text/> }
        };
        names.get().into_iter().map(notice).collect_view()
    }
}

#[component]
fn Group(title: Signal<String>, bookings: Signal<Vec<Booking>>) -> impl IntoView {
    view! {
        <Show when=move || !bookings.with(Vec::is_empty)>
            <section class="stack stack--tight">
                <h2>{title}</h2>
                <ul class="list list--card">
                    {move || {
                        bookings
                            .get()
                            .into_iter()
                            .map(|booking| view! { <BookingRow booking/> })
                            .collect_view()
                    }}
                </ul>
            </section>
        </Show>
    }
}

#[component]
fn RefusedRow(id: shared::ids::BookingId, step: wish::Step) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let name = match &step.change {
        wish::Change::Book(wish) => rekam.view(|view| wish::applicant_name(i18n, view, &wish.who)),
        _ => None,
    };
    view! {
        <li>
            <a href=format!("/bookings/{id}") class="row row--link row--attention">
                <span class="row__lead"><Icon name="warning"/></span>
                <span class="row__body">
                    <span class="row__title">{name}</span>
                    <span class="row__note">{t!(i18n, resident.done.rejected_title)}</span>
                </span>
                <span class="row__end"><Icon name="chevron-right"/></span>
            </a>
        </li>
    }
}
