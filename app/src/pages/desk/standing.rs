//! On a day with a mobile session a tablet is asked once where it works, before it shows a list: a village
//! team that said nothing would see the office's.

use super::{
    context::{Desk, use_desk},
    place::{go_to, here, sessions_of_day},
    words,
};
use crate::{
    components::{Icon, PageHeader, format},
    i18n::*,
    state::{prefs, use_rekam},
};
use leptos::prelude::*;
use shared::{
    ids::{DeviceId, SessionId},
    lease::Tablet,
    row::{Entity, Key},
    session::Session,
    sync::Role,
    world::World,
};

/// What was answered today, and whether it is being changed.
#[derive(Clone, Copy)]
struct Standing {
    desk: Desk,
    /// The day on which the tablet stays at the office, as somebody has said.
    stays: RwSignal<Option<chrono::NaiveDate>>,
    changes: RwSignal<bool>,
    /// The sessions of today that are not over.
    sessions: Memo<Vec<Session>>,
}

/// The office knows the tablet: only then it can go anywhere.
fn is_known(world: &World, device: DeviceId) -> bool {
    world.get::<Tablet>(Key(Entity::Tablet, device.0)).is_some()
}

impl Standing {
    fn begin() -> Self {
        let desk = use_desk();
        let sessions = Memo::new(move |_| {
            let now = desk.rekam.now();
            desk.read(|world, office, today| sessions_of_day(world, office, today, now))
                .unwrap_or_default()
        });
        Self {
            desk,
            stays: RwSignal::new(prefs::stays_at_office()),
            changes: RwSignal::new(false),
            sessions,
        }
    }

    fn has_said(self) -> bool {
        let device = self.desk.rekam.device_id();
        let at_village = self.desk.read(|world, _, today| {
            !is_known(world, device) || here(world, device, today).is_some()
        });
        at_village != Some(false) || self.stays.get() == self.desk.today.get()
    }

    fn asks(self) -> bool {
        let is_operator = self.desk.rekam.who().role == Role::Operator;
        let has_choice = self.sessions.with(|all| !all.is_empty());
        is_operator && has_choice && (self.changes.get() || !self.has_said())
    }

    fn choose(self, place: Option<SessionId>) {
        let day = self.desk.today.get_untracked();
        let stays = day.filter(|_| place.is_none());
        prefs::stay_at_office(stays);
        self.stays.set(stays);
        self.changes.set(false);
        go_to(self.desk, place);
    }
}

/// The page, once it is known where this tablet works today.
#[component]
pub fn AtPlace(children: ChildrenFn) -> impl IntoView {
    let standing = Standing::begin();
    provide_context(standing);
    let asks = Memo::new(move |_| standing.asks());
    let children = StoredValue::new(children);
    move || {
        if asks.get() {
            view! { <Question standing/> }.into_any()
        } else {
            children.with_value(|children| children()).into_any()
        }
    }
}

#[component]
fn Question(standing: Standing) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let device = rekam.device_id();
    let day = move || {
        let day = standing.desk.today.get();
        day.map_or_else(String::new, |day| words::date(i18n, day))
    };
    let village = move |session: Session| {
        let id = session.id;
        let time = |at| format::time(i18n.get_locale(), at);
        let hours = session.what.hours;
        let hours = format!("{}–{}", time(hours.open), time(hours.close));
        let goes = standing
            .desk
            .read(|world, _, today| here(world, device, today) == Some(id))
            .unwrap_or_default();
        choice("pin", session.what.place, hours, goes, move || {
            standing.choose(Some(id))
        })
    };
    let at_office = move || {
        let name = t_string!(i18n, desk.place.office).to_owned();
        let note = standing.desk.office.get().map(|office| office.name);
        let stays = standing.stays.get() == standing.desk.today.get();
        choice("home", name, note.unwrap_or_default(), stays, move || {
            standing.choose(None);
        })
    };
    view! {
        <div class="page page--narrow">
            <PageHeader title=move || t_string!(i18n, desk.place.ask) lead=day/>
            <ul class="list list--card">
                {at_office}
                {move || standing.sessions.get().into_iter().map(village).collect_view()}
            </ul>
            <p class="soft">{t!(i18n, desk.place.ask_text)}</p>
        </div>
    }
}

fn choice(
    icon: &'static str,
    name: String,
    note: String,
    chosen: bool,
    choose: impl Fn() + 'static,
) -> impl IntoView {
    view! {
        <li>
            <button
                class="row row--link"
                type="button"
                aria-pressed=chosen.to_string()
                on:click=move |_| choose()
            >
                <span class="row__lead"><Icon name=icon/></span>
                <span class="row__body">
                    <span class="row__title">{name}</span>
                    <span class="row__note">{note}</span>
                </span>
                <span class="row__end">
                    {chosen.then(|| view! { <Icon name="check"/> })}
                    <Icon name="chevron-right"/>
                </span>
            </button>
        </li>
    }
}

/// On a day with a session: where this tablet works, and the way to another place.
#[component]
pub fn PlaceLine() -> impl IntoView {
    let i18n = use_i18n();
    let standing = use_context::<Standing>();
    let desk = use_desk();
    let shown = move || {
        let sessions = standing.is_some_and(|s| s.sessions.with(|all| !all.is_empty()));
        sessions && desk.rekam.who().role == Role::Operator
    };
    let place = move || {
        desk.village()
            .unwrap_or_else(|| t_string!(i18n, desk.place.office).to_owned())
    };
    let change = move |_| {
        if let Some(standing) = standing {
            standing.changes.set(true);
        }
    };
    view! {
        <Show when=shown>
            <p class="cluster">
                <Icon name="pin"/>
                <span>{t!(i18n, desk.place.works_at, place = place)}</span>
                <button class="btn btn--secondary" type="button" on:click=change>
                    {t!(i18n, desk.place.change)}
                </button>
            </p>
        </Show>
    }
}
