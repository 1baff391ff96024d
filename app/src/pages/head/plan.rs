//! The coordination meeting on a page: a period is split among the kelurahan, the head moves days, sees
//! the effect at once, and confirms.

mod change;
mod days;
mod desk;
mod lines;
mod trouble;

use self::{
    change::{Change, Edit},
    days::PlanDays,
    desk::{Desk, Proposed},
    lines::Lines,
    trouble::Troubles,
};
use super::sending::Sent;
use crate::{
    components::{
        DateField, EmptyState, Icon, Loading, Notice, PageHeader, Tone, format, use_unsaved,
    },
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::plan::{self, Trouble};

#[component]
pub fn Planning() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let has_office = Memo::new(move |_| rekam.office().is_some());
    view! {
        <div class="page page--wide">
            <PageHeader
                title=move || t_string!(i18n, head.plan.title)
                lead=move || t_string!(i18n, head.plan.lead)
            />
            <Show when=move || has_office.get() fallback=|| view! { <Loading/> }>
                <Table/>
            </Show>
        </div>
    }
}

#[component]
fn Table() -> impl IntoView {
    let i18n = use_i18n();
    let desk = Desk::open();
    use_unsaved(Signal::derive(move || desk.is_touched()));
    let edit = RwSignal::new(None::<Edit>);
    let has_parts = Memo::new(move |_| desk.parts.with(|parts| !parts.is_empty()));
    let period_error = Signal::derive(move || {
        let is_wrong = desk.troubles().contains(&Trouble::Period);
        is_wrong.then(|| i18n.code_text("plan_period").to_owned())
    });
    let people = move || desk.ask(plan::people).unwrap_or_default();
    let first = move || {
        let day = desk.first().map(|day| format::date(i18n.get_locale(), day));
        day.unwrap_or_default()
    };
    view! {
        <section class="card">
            <div class="split">
                <DateField
                    id="from"
                    label=move || t_string!(i18n, head.plan.from)
                    of_office=true
                    value=desk.from
                    error=period_error
                />
                <DateField
                    id="to"
                    label=move || t_string!(i18n, head.plan.to)
                    of_office=true
                    value=desk.to
                />
            </div>
            <p>
                {t!(i18n, head.plan.people, n = people, day = first)}
            </p>
            <div class="actions">
                <button
                    class="btn btn--primary"
                    disabled=move || desk.is_waiting()
                    on:click=move |_| desk.propose()
                >
                    <Icon name="users"/>{t!(i18n, head.plan.propose)}
                </button>
                <button
                    class="btn btn--secondary"
                    disabled=move || !desk.can_undo() || desk.is_waiting()
                    on:click=move |_| desk.undo()
                >
                    <Icon name="arrow-left"/>{t!(i18n, head.plan.undo)}
                </button>
            </div>
            {move || desk.proposed.get().map(|proposed| view! { <Came proposed/> })}
        </section>
        <Show when=move || desk.is_outdated()>
            <Notice
                tone=Tone::Warning
                title=move || i18n.code_title("plan_changed")
                text=move || t_string!(i18n, head.plan.other_plan)
            >
                <button class="btn btn--secondary" on:click=move |_| desk.look_at_new()>
                    {t!(i18n, head.plan.look_at_new)}
                </button>
            </Notice>
        </Show>
        <Show
            when=move || has_parts.get()
            fallback=move || view! {
                <EmptyState
                    icon="calendar"
                    title=move || t_string!(i18n, head.plan.none)
                    text=move || t_string!(i18n, head.plan.none_text)
                />
            }
        >
            <Troubles desk/>
            <Lines desk/>
            <Confirm desk/>
            <PlanDays desk edit/>
        </Show>
        <Change desk edit/>
    }
}

/// What came of asking for a proposal, also where it changed nothing.
#[component]
fn Came(proposed: Proposed) -> impl IntoView {
    let i18n = use_i18n();
    let (tone, text) = match proposed {
        Proposed::Seats { seats, people } => (
            Tone::Info,
            t_string!(i18n, head.plan.proposed, seats = seats, people = people),
        ),
        Proposed::NoSeats { people } => (
            Tone::Warning,
            t_string!(i18n, head.plan.no_seats, people = people),
        ),
        Proposed::Nobody => (
            Tone::Info,
            t_string!(i18n, head.plan.nobody_left).to_owned(),
        ),
    };
    view! { <Notice tone text=move || text.clone()/> }
}

/// Confirms what is on the table, and says where that stands.
#[component]
fn Confirm(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let is_sure = Memo::new(move |_| desk.troubles().iter().all(|t| t.code().is_none()));
    let is_changed = Memo::new(move |_| desk.is_changed());
    let is_ready =
        move || is_sure.get() && is_changed.get() && !desk.is_waiting() && !desk.is_outdated();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, head.plan.confirm_title)}</h2>
            <p>{move || match (is_sure.get(), is_changed.get()) {
                _ if desk.is_waiting() => t_string!(i18n, head.plan.waiting),
                (false, _) => t_string!(i18n, head.plan.not_yet),
                (true, true) => t_string!(i18n, head.plan.confirm_text),
                (true, false) => t_string!(i18n, head.plan.same),
            }}</p>
            <div class="actions">
                <button
                    class="btn btn--primary btn--big"
                    disabled=move || !is_ready()
                    aria-busy=move || desk.sending.is_busy().to_string()
                    on:click=move |_| desk.confirm()
                >
                    <Icon name="check"/>{t!(i18n, head.plan.confirm)}
                </button>
            </div>
            <Sent sending=desk.sending/>
        </section>
    }
}
