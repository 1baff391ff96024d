//! Today's people of the own kelurahan: who is booked when, who came, who has recorded.

use super::list::masked_nik;
use crate::{
    components::{EmptyState, Icon, PageHeader, Stat, Status, StatusBadge, format, name_of},
    i18n::*,
    state::use_rekam,
};
use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;
use shared::{
    booking::{self, Booking},
    figures,
    ids::ResidentId,
    region::RegionCode,
    resident::Resident,
    slot::SlotStart,
    visit::{self, Visit},
    world::World,
};
use std::collections::BTreeSet;

/// One person of the day: with a booking, or with a visit without one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Due {
    resident: ResidentId,
    name: Option<String>,
    nik: Option<String>,
    slot: Option<SlotStart>,
    booking: Option<booking::State>,
    visit: Option<Visit>,
}

impl Due {
    fn status(&self) -> Status {
        match (&self.visit, self.booking) {
            (Some(visit), _) => visit.state.into(),
            (None, Some(state)) => state.into(),
            (None, None) => Status::Waiting,
        }
    }

    fn is_recorded(&self) -> bool {
        self.visit
            .as_ref()
            .is_some_and(|v| v.state == visit::State::Recorded)
            || self.booking == Some(booking::State::Ended { recorded: true })
    }

    /// Who is expected first, then who came by themselves.
    fn order(&self) -> (bool, Option<SlotStart>, Option<DateTime<Utc>>) {
        let came = self.visit.as_ref().map(|v| v.arrived_at);
        (self.slot.is_none(), self.slot, came)
    }
}

fn read(i18n: I18n, world: &World, kelurahan: Option<&RegionCode>, day: NaiveDate) -> Vec<Due> {
    let due = |resident, slot, booking, visit| {
        let found = world.get::<Resident>(resident);
        Due {
            resident,
            name: found.map(|r| name_of(i18n, r)),
            nik: found.and_then(masked_nik),
            slot,
            booking,
            visit,
        }
    };
    let own = |code: Option<&RegionCode>| kelurahan.is_none() || code == kelurahan;
    let mut listed = BTreeSet::new();
    let booked = world
        .all::<Booking>()
        .filter(|b| own(b.kelurahan.as_ref()) && figures::today::is_booked_on(b, day));
    let booked: Vec<Due> = booked
        .map(|b| {
            let visit = b.visit.and_then(|id| world.get::<Visit>(id));
            let visit = visit.filter(|v| !v.state.is_taken_back());
            listed.extend(visit.map(|v| v.id));
            due(b.resident, b.slot, Some(b.state), visit.cloned())
        })
        .collect();
    // Without a booking, or with one of another day.
    let walked_in = world
        .all::<Visit>()
        .filter(|v| figures::today::came_on(v, day) && own(v.kelurahan.as_ref()))
        .filter(|v| !listed.contains(&v.id))
        .map(|v| due(v.resident, None, None, Some(v.clone())));
    let mut all: Vec<Due> = booked.into_iter().chain(walked_in).collect();
    all.sort_by_key(Due::order);
    all
}

#[component]
pub fn KelurahanToday() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office());
    let day = Memo::new(move |_| office.get().map(|office| office.today(rekam.now())));
    let people = Memo::new(move |_| {
        let own = rekam.account().and_then(|account| account.kelurahan);
        let day = day.get()?;
        Some(rekam.view(|world| read(i18n, world, own.as_ref(), day)))
    });
    let rows = move || people.get().unwrap_or_default();
    let numbers = Memo::new(move |_| {
        let own = rekam.account().and_then(|account| account.kelurahan);
        let counted = office.get().zip(day.get()).map(|(office, day)| {
            rekam.view(|world| figures::today::of_day(world, &office, day).of(own.as_ref()))
        });
        counted.unwrap_or_default()
    });
    let lead = move || {
        let date = day.get().map(|day| format::day(i18n.get_locale(), day));
        t_string!(i18n, kelurahan.today.lead, date = date.unwrap_or_default())
    };

    view! {
        <div class="page page--wide">
            <PageHeader title=move || t_string!(i18n, kelurahan.today.title) lead=lead/>
            <div class="stats">
                <Stat
                    icon="calendar"
                    label=keys::head::booked
                    value=move || numbers.get().booked.to_string()
                />
                <Stat
                    icon="user"
                    label=keys::head::came
                    value=move || numbers.get().came.to_string()
                    note=t!(i18n, head.came_note, n = move || numbers.get().walked_in)
                />
                <Stat
                    icon="check-circle"
                    label=keys::head::recorded
                    value=move || numbers.get().recorded.to_string()
                    note=t!(i18n, head.of_came, n = move || numbers.get().came)
                />
                <Stat
                    icon="close"
                    label=keys::head::no_show
                    value=move || numbers.get().no_show.to_string()
                    note=t!(i18n, head.still_expected, n = move || numbers.get().expected)
                />
            </div>
            <Show
                when=move || !rows().is_empty()
                fallback=move || view! {
                    <EmptyState
                        icon="calendar"
                        title=move || t_string!(i18n, kelurahan.today.empty_title)
                        text=move || t_string!(i18n, kelurahan.today.empty_text)
                    >
                        <a class="btn btn--secondary" href="/kelurahan">
                            {t!(i18n, kelurahan.today.open_list)}
                        </a>
                    </EmptyState>
                }
            >
                <ul class="list list--card">
                    {move || rows().into_iter().map(|due| view! { <DueRow due/> }).collect_view()}
                </ul>
            </Show>
        </div>
    }
}

#[component]
fn DueRow(due: Due) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let (slot, visit, nik) = (due.slot, due.visit.clone(), due.nik.clone());
    let lead = move || {
        let locale = i18n.get_locale();
        match slot {
            Some(slot) => format::time(locale, slot.local().time()),
            None => "–".to_owned(),
        }
    };
    let note = move || {
        let locale = i18n.get_locale();
        let mut parts = Vec::new();
        if slot.is_none() {
            parts.push(t_string!(i18n, kelurahan.today.walk_in).to_owned());
        }
        if let (Some(visit), Some(office)) = (&visit, rekam.office()) {
            let time = format::time(locale, office.zone.local(visit.arrived_at).time());
            parts.push(t_string!(i18n, kelurahan.today.came_at, time = time));
            let number = visit.queue.to_string();
            parts.push(t_string!(i18n, kelurahan.today.number, number = number));
        }
        if let Some(nik) = nik.clone() {
            parts.push(t_string!(i18n, kelurahan.person.nik, nik = nik));
        }
        parts.join(" · ")
    };
    view! {
        <li>
            <a
                class="row row--link"
                class:row--done=due.is_recorded()
                href=format!("/kelurahan/residents/{}", due.resident)
            >
                <span class="row__lead row__lead--text">{lead}</span>
                <span class="row__body">
                    <span class="row__title">{due.name.clone()}</span>
                    <span class="row__note">{note}</span>
                </span>
                <span class="row__end">
                    <StatusBadge status=due.status()/>
                    <Icon name="chevron-right"/>
                </span>
            </a>
        </li>
    }
}
