//! Somebody who came without a booking: a name is enough, and the number comes at once.

use super::{
    confirm::{NotSaved, NumberGiven},
    context::{Given, Newcomer, use_desk},
    newcomer::{NewcomerFields, NewcomerForm, Typed},
    seats::Seats,
    words,
};
use crate::router::use_router;
use crate::{
    components::{Icon, PageHeader},
    i18n::*,
    state::drafts,
};
use leptos::{prelude::*, task::spawn_local};

const DRAFT: &str = "desk/walk-in";

#[component]
pub fn WalkInPage() -> impl IntoView {
    let i18n = use_i18n();
    let desk = use_desk();
    let router = use_router();
    let unknown_ticket = Memo::new(move |_| router.query("ticket").is_some_and(|t| t == "unknown"));
    let form = NewcomerForm::new();
    let asked = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let given = RwSignal::new(None::<(Given, String)>);
    let restored = RwSignal::new(false);
    spawn_local(async move {
        let kept = drafts::load::<Typed>(DRAFT).await;
        // The page may be gone by now.
        if restored.is_disposed() {
            return;
        }
        // What was typed while the draft was on its way stays.
        if let Some(kept) = kept
            && untrack(|| form.typed()) == Typed::default()
        {
            form.fill(kept);
        }
        restored.set(true);
    });
    Effect::new(move || {
        let typed = form.typed();
        if restored.get() {
            spawn_local(async move {
                if typed == Typed::default() {
                    drafts::remove(DRAFT).await;
                } else {
                    let _ = drafts::save(DRAFT, &typed).await;
                }
            });
        }
    });
    let seats = Memo::new(move |_| desk.seats(None));
    let submit = move || {
        asked.set(true);
        let typed = untrack(|| form.typed());
        let office = desk.office.get_untracked();
        let Some(draft) = office.and_then(|office| typed.draft(&office)) else {
            return;
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let name = draft.name.as_str().to_owned();
        let person = Newcomer {
            draft,
            priority: typed.priority,
            unknown_ticket: unknown_ticket.get_untracked(),
            at: None,
        };
        spawn_local(async move {
            match desk.walk_in(person).await {
                Ok(number) => {
                    form.fill(Typed::default());
                    asked.set(false);
                    failed.set(false);
                    given.set(Some((number, name)));
                }
                Err(_) => failed.set(true),
            }
            busy.set(false);
        });
    };
    let done = Callback::new(move |()| {
        given.set(None);
        // The next person has shown no unknown code.
        if unknown_ticket.get_untracked() {
            router.replace("/desk/walk-in");
        }
    });
    let says = move || {
        given.get().map(|(given, name)| {
            t_string!(
                i18n,
                desk.arrival.announce,
                name = name,
                number = given.number
            )
        })
    };
    view! {
        <div class="page">
            <PageHeader
                title=move || t_string!(i18n, desk.walk_in.title)
                lead=move || t_string!(i18n, desk.walk_in.lead)
            />
            <p class="visually-hidden" role="status" aria-live="assertive">{says}</p>
            {move || given.get().map(|(given, name)| view! {
                <NumberGiven given name=Some(name) on_done=done>
                    <a class="btn btn--secondary btn--big" href="/desk/queue">
                        <Icon name="list"/>{t!(i18n, desk.walk_in.to_queue)}
                    </a>
                </NumberGiven>
            })}
            <Show when=move || given.with(Option::is_none)>
                <Show when=move || unknown_ticket.get()>
                    <div class="notice notice--warning" role="status">
                        <Icon name="flag"/>
                        <div class="notice__body">
                            <p class="notice__text">{t!(i18n, desk.walk_in.unknown_ticket)}</p>
                        </div>
                    </div>
                </Show>
                <SeatsLeft seats/>
                <form
                    class="form"
                    novalidate
                    on:submit=move |event| {
                        event.prevent_default();
                        submit();
                    }
                >
                    <NewcomerFields form asked office=desk.office/>
                    <Show when=move || failed.get()><NotSaved/></Show>
                    <button
                        class="btn btn--primary btn--big btn--block"
                        type="submit"
                        aria-busy=move || busy.get().to_string()
                    >
                        <Icon name="ticket"/>
                        {move || if seats.with(|seats| seats.next.is_some()) {
                            t_string!(i18n, desk.walk_in.submit)
                        } else {
                            t_string!(i18n, desk.walk_in.submit_beyond)
                        }}
                    </button>
                    <Show when=move || form.typed() != Typed::default()>
                        <p class="draft"><Icon name="saved"/>{t!(i18n, desk.walk_in.draft)}</p>
                    </Show>
                </form>
            </Show>
        </div>
    }
}

/// How many seats this tablet can still give out by itself.
#[component]
fn SeatsLeft(seats: Memo<Seats>) -> impl IntoView {
    let i18n = use_i18n();
    let text = move || {
        let Seats { now, today, next } = seats.get();
        match next {
            None => t_string!(i18n, desk.walk_in.seats_none).to_owned(),
            Some((_, start)) if now == 0 => {
                let time = words::slot_time(i18n, start);
                t_string!(i18n, desk.walk_in.seats_next, time = time, today = today)
            }
            Some(_) => {
                t_string!(i18n, desk.walk_in.seats_left, now = now, today = today)
            }
        }
    };
    let some = move || seats.with(|seats| seats.next.is_some());
    view! {
        <div
            class="notice"
            class:notice--info=some
            class:notice--warning=move || !some()
            role="status"
        >
            {move || view! { <Icon name=if some() { "info" } else { "warning" }/> }}
            <div class="notice__body">
                <p class="notice__title">{t!(i18n, desk.walk_in.seats_title)}</p>
                <p class="notice__text">{text}</p>
            </div>
        </div>
    }
}
