//! Where this tablet stands: at the office, or in a village of the trip that it goes along to. List, queue,
//! seats and print are those of that place.

use super::{
    context::{Desk, use_desk},
    words,
};
use crate::{
    components::{Icon, ProblemNotice},
    i18n::*,
    state::{Rekam, SaveError, use_rekam},
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    calendar::days_after,
    command::Command,
    ids::{DeviceId, SessionId},
    lease::Tablet,
    office::Office,
    row::{Entity, Key},
    session::Session,
    world::World,
};

/// Sessions within so many days are offered.
const AHEAD: u64 = 14;

fn trip(world: &World, device: DeviceId) -> &[SessionId] {
    let tablet = world.get::<Tablet>(Key(Entity::Tablet, device.0));
    tablet.map_or(&[], |tablet| &tablet.trip)
}

/// The session where the tablet is on a day; `None` means at the office.
#[must_use]
pub fn here(world: &World, device: DeviceId, day: NaiveDate) -> Option<SessionId> {
    let mut sessions = trip(world, device)
        .iter()
        .filter_map(|id| world.get::<Session>(*id));
    sessions.find(|s| s.takes_place_on(day)).map(|s| s.id)
}

/// Sessions of an office from a day on, the next first.
#[must_use]
pub fn sessions(world: &World, office: &Office, from: NaiveDate) -> Vec<Session> {
    let until = days_after(from, AHEAD);
    let near = |s: &&Session| {
        s.office == office.id && s.cancelled.is_none() && (from..=until).contains(&s.what.date)
    };
    let mut found: Vec<Session> = world.all::<Session>().filter(near).cloned().collect();
    found.sort_by_key(|s| (s.what.date, s.what.hours.open));
    found
}

/// Sessions of a day that are not over.
#[must_use]
pub fn sessions_of_day(
    world: &World,
    office: &Office,
    day: NaiveDate,
    now: DateTime<Utc>,
) -> Vec<Session> {
    let local = office.zone.local(now);
    let mut found = sessions(world, office, day);
    found.retain(|s| s.what.date == day && s.ends() > local);
    found
}

/// The tablet works there today: in one village, or at the office.
pub fn go_to(desk: Desk, place: Option<SessionId>) {
    let device = desk.rekam.device_id();
    let trip = untrack(|| {
        desk.read(|world, _, today| {
            let before = trip(world, device);
            let is_today = |id: &SessionId| {
                let session = world.get::<Session>(*id);
                session.is_some_and(|session| session.takes_place_on(today))
            };
            let other_days = before.iter().filter(|id| !is_today(id)).copied();
            let after: Vec<SessionId> = other_days.chain(place).collect();
            (after != before).then_some(after)
        })
    });
    if let Some(sessions) = trip.flatten() {
        spawn_local(async move {
            let _ = take_along(desk.rekam, sessions).await;
        });
    }
}

async fn take_along(rekam: Rekam, sessions: Vec<SessionId>) -> Result<(), SaveError> {
    let Some(office) = untrack(|| rekam.office()) else {
        return Ok(());
    };
    let command = Command::TakeAlong { sessions };
    rekam.append(office.id, command).await.map(drop)
}

/// Notes whether the tablet goes along.
async fn go_along(rekam: Rekam, session: SessionId, goes: bool) -> Result<(), SaveError> {
    let device = untrack(|| rekam.device_id());
    let mut sessions = untrack(|| rekam.view(|world| trip(world, device).to_vec()));
    sessions.retain(|id| *id != session);
    if goes {
        sessions.push(session);
    }
    take_along(rekam, sessions).await
}

/// The mobile sessions of the next days: this tablet goes along, or stays.
#[component]
pub fn Trip() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let desk = use_desk();
    let offered = Memo::new(move |_| {
        let device = rekam.device_id();
        desk.read(|world, office, today| {
            let goes = trip(world, device);
            let all = sessions(world, office, today).into_iter();
            all.map(|s| (goes.contains(&s.id), s)).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    });
    // One press at a time: the next builds on what the one before has written.
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(None::<SaveError>);
    let press = move |session: SessionId, goes: bool| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let kept = go_along(rekam, session, goes).await;
            busy.try_set(false);
            failed.try_set(kept.err());
        });
    };
    let row = move |session: Session| {
        let (id, date) = (session.id, session.what.date);
        let place = session.what.place.clone();
        let goes = Memo::new(move |_| {
            offered.with(|all| all.iter().any(|(goes, session)| *goes && session.id == id))
        });
        view! {
            <li class="row">
                <span class="row__lead"><Icon name="pin"/></span>
                <span class="row__body">
                    <span class="row__title">{session.what.place}</span>
                    <span class="row__note">{move || words::date(i18n, date)}</span>
                </span>
                <span class="row__end">
                    <button
                        class="btn btn--secondary"
                        type="button"
                        aria-pressed=move || goes.get().to_string()
                        aria-busy=move || busy.get().to_string()
                        aria-label=move || t_string!(i18n, desk.trip.goes_for, place = place.as_str())
                        on:click=move |_| press(id, !goes.get_untracked())
                    >
                        {move || goes.get().then(|| view! { <Icon name="check"/> })}
                        {t!(i18n, desk.trip.goes)}
                    </button>
                </span>
            </li>
        }
    };
    view! {
        <Show when=move || offered.with(|all| !all.is_empty())>
            <section class="stack stack--tight" aria-labelledby="trip-title">
                <h2 class="section__title" id="trip-title">{t!(i18n, desk.trip.title)}</h2>
                <p class="soft small">{t!(i18n, desk.trip.lead)}</p>
                {move || failed.get().map(|error| view! { <ProblemNotice code=error.text_key()/> })}
                <ul class="list list--card">
                    <For
                        each=move || offered.get().into_iter().map(|(_, session)| session)
                        key=|session| (session.id, session.what.date, session.what.place.clone())
                        children=row
                    />
                </ul>
            </section>
        </Show>
    }
}
