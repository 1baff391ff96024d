//! The devices on which staff have signed in, and when each last reached the server: a silent tablet
//! may hold arrivals that nobody sees yet, and a lost one is locked here.

use crate::{
    api,
    components::{Dialog, Icon, format},
    i18n::*,
    state::{Asked, use_rekam},
};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Command, ids::DeviceId, sync::StaffDevice};

/// A tablet polls at least every five minutes; twice that is silence.
const SILENT_AFTER: TimeDelta = TimeDelta::minutes(10);

/// A device of staff as people call it.
pub(super) fn device_name(i18n: I18n, letters: Option<&String>, people: &[String]) -> String {
    match letters {
        Some(letters) => t_string!(i18n, head.tablet, letters = letters),
        None => t_string!(i18n, head.other_device, people = people.join(", ")),
    }
}

fn name(i18n: I18n, device: &StaffDevice) -> String {
    device_name(i18n, device.letters.as_ref(), &device.people)
}

/// How much of the list there is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Loaded {
    No,
    Failed,
    WithoutTablets,
    Yes,
}

#[component]
pub fn Tablets() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let office = Memo::new(move |_| rekam.office().map(|office| office.id));
    let tick = rekam.ask_again();
    let last = RwSignal::new(None::<Result<Vec<StaffDevice>, ()>>);
    let asked = Asked::new(move || {
        tick.track();
        let office = office.get();
        async move { Some(api::devices(office?).await) }
    });
    Effect::new(move |_| {
        if let Some(Some(answer)) = asked.get() {
            last.set(Some(answer.map_err(drop)));
        }
    });
    let state = Memo::new(move |_| {
        last.with(|last| match last {
            None => Loaded::No,
            Some(Err(())) => Loaded::Failed,
            Some(Ok(all)) if all.iter().all(|d| d.letters.is_none()) => Loaded::WithoutTablets,
            Some(Ok(_)) => Loaded::Yes,
        })
    });
    let asked_of = RwSignal::new(None::<StaffDevice>);
    let open = RwSignal::new(false);
    let lock = move |device: StaffDevice, locked: bool| {
        let command = Command::LockDevice {
            device: device.device,
            locked,
        };
        spawn_local(async move {
            if let Some(office) = office.get_untracked() {
                // A storage that fails shows itself in the shell, and nothing is locked.
                let _ = rekam.append(office, command).await;
            }
        });
    };
    let confirm = move |_| {
        open.set(false);
        if let Some(device) = asked_of.get_untracked() {
            let locks = !device.locked;
            lock(device, locks);
        }
    };
    let ask = Callback::new(move |device: StaffDevice| {
        asked_of.set(Some(device));
        open.set(true);
    });
    let unlocks = move || asked_of.with(|d| d.as_ref().is_some_and(|d| d.locked));
    let title = move || {
        let what = asked_of.with(|device| device.as_ref().map(|device| name(i18n, device)));
        let what = what.unwrap_or_default();
        match unlocks() {
            true => t_string!(i18n, head.unlock_title, what = what),
            false => t_string!(i18n, head.lock_title, what = what),
        }
    };
    let contact_of = move |id: DeviceId| {
        Signal::derive(move || {
            last.with(|last| {
                let all = last.as_ref()?.as_ref().ok()?;
                all.iter().find(|d| d.device == id)?.last_contact
            })
        })
    };
    let devices = move || match last.get() {
        Some(Ok(devices)) => devices,
        _ => Vec::new(),
    };
    view! {
        <section class="stack stack--tight">
            <div class="card__head"><h2 class="card__title">{t!(i18n, head.tablets)}</h2></div>
            {move || match state.get() {
                Loaded::No => view! {
                    <p class="loading" role="status">
                        <span class="spinner"></span>
                        {t!(i18n, head.tablets_loading)}
                    </p>
                }
                .into_any(),
                Loaded::Failed => view! {
                    <p class="soft">{t!(i18n, head.tablets_offline)}</p>
                }
                .into_any(),
                Loaded::WithoutTablets => view! {
                    <p class="soft">{t!(i18n, head.tablets_none)}</p>
                }
                .into_any(),
                Loaded::Yes => view! {
                    <p class="soft small">{t!(i18n, head.tablets_lead)}</p>
                }
                .into_any(),
            }}
            <Show when=move || matches!(state.get(), Loaded::WithoutTablets | Loaded::Yes)>
                <ul class="list list--card">
                    // The time of the last contact moves each minute; the row and its button stay.
                    <For
                        each=devices
                        key=|d| (d.device, d.locked, d.letters.clone(), d.people.clone())
                        let:device
                    >
                        <DeviceRow at=contact_of(device.device) device ask/>
                    </For>
                </ul>
            </Show>
            <Dialog
                id="lock-device"
                open
                title=title
                actions=move || view! {
                    <button class="btn btn--danger-solid" on:click=confirm>
                        {move || match unlocks() {
                            true => t_string!(i18n, head.unlock_yes),
                            false => t_string!(i18n, head.lock_yes),
                        }}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                        {t!(i18n, head.lock_no)}
                    </button>
                }
            >
                <p>
                    {move || match unlocks() {
                        true => t_string!(i18n, head.unlock_text),
                        false => t_string!(i18n, head.lock_text),
                    }}
                </p>
            </Dialog>
        </section>
    }
}

#[component]
fn DeviceRow(
    device: StaffDevice,
    at: Signal<Option<DateTime<Utc>>>,
    ask: Callback<StaffDevice>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let (locked, is_tablet) = (device.locked, device.letters.is_some());
    let is_own = rekam.device_id() == device.device;
    let silent = move || is_tablet && at.get().is_none_or(|at| rekam.now() - at > SILENT_AFTER);
    let note = move || {
        let locale = i18n.get_locale();
        match (at.get(), rekam.office()) {
            (Some(at), Some(office)) => {
                let when = format::moment(locale, at, rekam.now(), office.zone);
                t_string!(i18n, head.last_contact, when = when)
            }
            _ => t_string!(i18n, head.never).to_owned(),
        }
    };
    let people = device.people.join(", ");
    let device = StoredValue::new(device);
    let called = move || device.with_value(|device| name(i18n, device));
    let label = move || {
        if locked {
            t_string!(i18n, head.unlock_for, what = called())
        } else {
            t_string!(i18n, head.lock_for, what = called())
        }
    };
    view! {
        <li class="row" class:row--attention=move || silent() || locked>
            <span class="row__lead"><Icon name="tablet"/></span>
            <span class="row__body">
                <span class="row__title">{called}</span>
                {is_tablet.then(|| view! { <span class="row__note">{people}</span> })}
                <span class="row__note">{note}</span>
            </span>
            <span class="row__end">
                {move || if locked {
                    view! { <span class="badge badge--bad"><Icon name="lock"/>{t!(i18n, head.locked)}</span> }.into_any()
                } else if !is_tablet {
                    ().into_any()
                } else if silent() {
                    view! { <span class="badge badge--bad"><Icon name="offline"/>{t!(i18n, head.silent)}</span> }.into_any()
                } else {
                    view! { <span class="badge badge--good"><Icon name="cloud"/>{t!(i18n, head.alive)}</span> }.into_any()
                }}
                {(!is_own).then(|| view! {
                    <button
                        class="btn btn--quiet"
                        aria-label=label
                        on:click=move |_| ask.run(device.get_value())
                    >
                        {move || if locked {
                            t_string!(i18n, head.unlock)
                        } else {
                            t_string!(i18n, head.lock)
                        }}
                    </button>
                })}
            </span>
        </li>
    }
}
