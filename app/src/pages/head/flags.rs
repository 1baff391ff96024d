//! Flags that nobody has dealt with: what is odd, about whom, in plain words.

use crate::{
    components::{EmptyState, Icon, format, name_of},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    booking::Booking,
    command::Command,
    flag::Flag,
    ids::{BookingId, DeviceId, InvitationId, ResidentId, VisitId},
    invitation::Invitation,
    lease::Tablet,
    resident::Resident,
    row::{Entity, Key},
    visit::Visit,
    world::World,
};
use uuid::Uuid;

/// Shown at once; the rest on demand.
const FIRST: usize = 5;

/// Flags that nobody has dealt with, the newest first.
fn open_flags(world: &World) -> Vec<Flag> {
    let open = world
        .all::<Flag>()
        .filter(|flag| flag.resolved_by.is_none());
    let mut flags: Vec<Flag> = open.cloned().collect();
    flags.sort_by_key(|flag| std::cmp::Reverse((flag.at, flag.id.0)));
    flags
}

/// The person that a flag is about, as far as this device knows.
fn person(world: &World, subject: Uuid) -> Option<&Resident> {
    let of = None
        .or_else(|| Some(world.get::<Booking>(BookingId(subject))?.resident))
        .or_else(|| Some(world.get::<Visit>(VisitId(subject))?.resident))
        .or_else(|| Some(world.get::<Invitation>(InvitationId(subject))?.resident));
    world.get::<Resident>(of.unwrap_or(ResidentId(subject)))
}

fn letters(world: &World, device: DeviceId) -> Option<String> {
    let tablet = world.get::<Tablet>(Key(Entity::Tablet, device.0))?;
    Some(tablet.letters.clone())
}

/// The key of the kind's text.
fn code(flag: &Flag) -> String {
    let json = serde_json::to_value(flag.kind).unwrap_or_default();
    json.as_str().unwrap_or_default().to_owned()
}

#[component]
pub fn Flags() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let flags = Memo::new(move |_| rekam.view(open_flags));
    let all = RwSignal::new(false);
    let shown = move || {
        let take = if all.get() { usize::MAX } else { FIRST };
        flags.get().into_iter().take(take).collect::<Vec<_>>()
    };
    view! {
        <section class="stack stack--tight">
            <div class="card__head">
                <h2 class="card__title">{t!(i18n, head.flags)}</h2>
                <Show when=move || flags.with(|f| !f.is_empty())>
                    <span class="badge badge--flag">
                        <Icon name="flag"/>
                        {move || flags.with(Vec::len)}
                    </span>
                </Show>
            </div>
            <Show
                when=move || flags.with(|f| !f.is_empty())
                fallback=move || view! {
                    <EmptyState
                        icon="check-circle"
                        title=move || t_string!(i18n, head.flags_none_title)
                        text=move || t_string!(i18n, head.flags_none_text)
                    />
                }
            >
                <p class="soft small">{t!(i18n, head.flags_lead)}</p>
                <ul class="list list--card">
                    <For each=shown key=|flag| flag.id let:flag>
                        <FlagRow flag/>
                    </For>
                </ul>
                <Show when=move || !all.get() && flags.with(|f| f.len() > FIRST)>
                    <div class="actions">
                        <button class="btn btn--quiet" on:click=move |_| all.set(true)>
                            <Icon name="chevron-down"/>
                            {t!(i18n, head.flags_more, n = move || flags.with(Vec::len).saturating_sub(FIRST))}
                        </button>
                    </div>
                </Show>
            </Show>
        </section>
    }
}

#[component]
fn FlagRow(flag: Flag) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let code = StoredValue::new(code(&flag));
    let title = move || i18n.code_title(&code.read_value());
    let text = move || i18n.code_text(&code.read_value());
    let (id, office, at) = (flag.id, flag.office, flag.at);
    let (subject, device) = (flag.subject, flag.device);
    let about = move || {
        let mut parts = Vec::new();
        let name = |world: &World| person(world, subject).map(|r| name_of(i18n, r));
        if let Some(name) = rekam.view(name) {
            parts.push(t_string!(i18n, head.flag_person, name = name));
        }
        if let Some(letters) = rekam.view(|world| letters(world, device)) {
            parts.push(t_string!(i18n, head.flag_tablet, letters = letters));
        }
        if let Some(office) = rekam.office() {
            parts.push(format::moment(
                i18n.get_locale(),
                at,
                rekam.now(),
                office.zone,
            ));
        }
        parts.join(" · ")
    };
    let page = Memo::new(move |_| {
        let id = rekam.view(|world| person(world, subject).map(|resident| resident.id));
        id.map(|id| format!("/kelurahan/residents/{id}"))
    });
    let resolve = move |_| {
        spawn_local(async move {
            // A storage that fails shows itself in the shell, and the flag stays.
            let _ = rekam
                .append(office, Command::ResolveFlag { flag: id })
                .await;
        });
    };
    view! {
        <li class="row row--attention">
            <span class="row__lead"><Icon name="flag"/></span>
            <span class="row__body">
                <span class="row__title">{title}</span>
                <span class="row__note">{text}</span>
                <span class="row__note">{about}</span>
            </span>
            <span class="row__end">
                {move || page.get().map(|href| view! {
                    <a
                        class="btn btn--quiet"
                        href=href
                        aria-label=move || t_string!(i18n, head.flag_open_for, what = title())
                    >
                        {t!(i18n, head.flag_open)}
                    </a>
                })}
                <button
                    class="btn btn--secondary"
                    aria-label=move || t_string!(i18n, head.resolve_for, what = title())
                    on:click=resolve
                >
                    <Icon name="check"/>
                    {t!(i18n, head.resolve)}
                </button>
            </span>
        </li>
    }
}
