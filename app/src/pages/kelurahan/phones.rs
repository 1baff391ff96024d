//! The phones that may act for a person: staff remove a lost one, or settle it where two phones disagree. The
//! office tells of them on demand, so a network is needed.

use super::roll::Entry;
use crate::{
    api,
    components::{Dialog, Icon, Notice, OpTrack, Tone, format, name_of},
    i18n::*,
    state::{Asked, use_rekam},
};
use chrono::{DateTime, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::Command,
    ids::OpId,
    removal::{PhoneId, Removal},
    sync::ResidentPhone,
};

#[component]
pub fn PhonesCard(entry: Memo<Option<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let who = Memo::new(move |_| entry.with(|e| e.as_ref().map(|e| (e.resident.office, e.id()))));
    let removal = Memo::new(move |_| entry.with(|e| e.as_ref()?.resident.removal.clone()));
    let tick = rekam.ask_again();
    let asked = Asked::new(move || {
        tick.track();
        removal.track();
        let who = who.get();
        async move {
            let (office, resident) = who?;
            Some(api::phones(office, resident).await.ok())
        }
    });
    let losing = RwSignal::new(None::<(usize, PhoneId)>);
    let open = RwSignal::new(false);
    let sent = RwSignal::new(None::<OpId>);
    let say = move |command: Command| {
        let Some((office, _)) = who.get_untracked() else {
            return;
        };
        spawn_local(async move {
            // A storage that fails shows itself in the shell, and nothing is removed.
            sent.set(rekam.append(office, command).await.ok());
        });
    };
    let remove = move |_| {
        open.set(false);
        if let (Some((_, phone)), Some((_, resident))) =
            (losing.get_untracked(), who.get_untracked())
        {
            say(Command::RemovePhone { resident, phone });
        }
    };
    let keep = move |_| {
        if let Some((_, resident)) = who.get_untracked() {
            say(Command::KeepPhones { resident });
        }
    };
    let name = move || {
        entry.with(|e| {
            e.as_ref()
                .map(|e| name_of(i18n, &e.resident))
                .unwrap_or_default()
        })
    };
    let title = move || {
        let n = losing.get().map_or(0, |(n, _)| n);
        t_string!(i18n, kelurahan.phones.remove_title, n = n)
    };
    let ask = Callback::new(move |phone| {
        losing.set(Some(phone));
        open.set(true);
    });
    let op = Signal::derive(move || rekam.op(sent.get()?));
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, kelurahan.phones.title)}</h2>
            {move || removal.get().map(|removal| view! {
                <Request removal>
                    <button class="btn btn--secondary" on:click=keep>
                        <Icon name="check"/>
                        {t!(i18n, kelurahan.phones.keep)}
                    </button>
                </Request>
            })}
            {move || match asked.get().flatten() {
                None => view! {
                    <p class="loading" role="status">
                        <span class="spinner"></span>
                        {t!(i18n, kelurahan.phones.loading)}
                    </p>
                }
                .into_any(),
                Some(None) => view! {
                    <p class="soft">{t!(i18n, kelurahan.phones.offline)}</p>
                }
                .into_any(),
                Some(Some(phones)) if phones.is_empty() => view! {
                    <p class="soft">{t!(i18n, kelurahan.phones.none)}</p>
                }
                .into_any(),
                Some(Some(phones)) => view! {
                    <p class="soft small">{t!(i18n, kelurahan.phones.lead)}</p>
                    <ul class="list">
                        {phones
                            .into_iter()
                            .zip(1..)
                            .map(|(phone, n)| view! { <PhoneRow n phone ask/> })
                            .collect_view()}
                    </ul>
                }
                .into_any(),
            }}
            <Show when=move || sent.with(Option::is_some)>
                <OpTrack op/>
            </Show>
            <Dialog
                id="remove-phone"
                open
                title
                actions=move || view! {
                    <button class="btn btn--danger-solid" on:click=remove>
                        {t!(i18n, kelurahan.phones.remove_yes)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                        {t!(i18n, kelurahan.phones.remove_no)}
                    </button>
                }
            >
                <p>{move || t_string!(i18n, kelurahan.phones.remove_text, name = name())}</p>
                <p>{t!(i18n, kelurahan.phones.remove_slip)}</p>
            </Dialog>
        </section>
    }
}

/// A moment in the office's words.
fn moment(i18n: I18n, at: DateTime<Utc>) -> String {
    let rekam = use_rekam();
    let office = rekam.office();
    let said = office.map(|office| format::moment(i18n.get_locale(), at, rekam.now(), office.zone));
    said.unwrap_or_default()
}

/// What one phone asked for; children are the buttons.
#[component]
fn Request(removal: Removal, children: ChildrenFn) -> impl IntoView {
    let i18n = use_i18n();
    let due = removal.due;
    let tone = if due.is_some() {
        Tone::Info
    } else {
        Tone::Warning
    };
    let title = move || match due {
        Some(_) => t_string!(i18n, kelurahan.phones.waits_title),
        None => t_string!(i18n, kelurahan.phones.contested_title),
    };
    let text = move || match due {
        Some(due) => t_string!(i18n, kelurahan.phones.waits_text, when = moment(i18n, due)),
        None => t_string!(i18n, kelurahan.phones.contested_text).to_owned(),
    };
    view! { <Notice tone title text>{children()}</Notice> }
}

#[component]
fn PhoneRow(n: usize, phone: ResidentPhone, ask: Callback<(usize, PhoneId)>) -> impl IntoView {
    let i18n = use_i18n();
    let ResidentPhone {
        phone,
        since,
        last_contact,
        asks,
        goes,
    } = phone;
    let since = move || t_string!(i18n, kelurahan.phones.since, when = moment(i18n, since));
    let seen = move || match last_contact {
        Some(at) => t_string!(i18n, kelurahan.phones.seen, when = moment(i18n, at)),
        None => t_string!(i18n, kelurahan.phones.unseen).to_owned(),
    };
    view! {
        <li class="row" class:row--attention=asks || goes>
            <span class="row__lead"><Icon name="phone"/></span>
            <span class="row__body">
                <span class="row__title">{t!(i18n, kelurahan.phones.phone, n = move || n)}</span>
                <span class="row__note">{since}</span>
                <span class="row__note">{seen}</span>
                {asks.then(|| view! { <span class="row__note"><strong>{t!(i18n, kelurahan.phones.asks)}</strong></span> })}
                {goes.then(|| view! { <span class="row__note"><strong>{t!(i18n, kelurahan.phones.goes)}</strong></span> })}
            </span>
            <span class="row__end">
                <button
                    class="btn btn--danger"
                    aria-label=move || t_string!(i18n, kelurahan.phones.remove_for, n = n)
                    on:click=move |_| ask.run((n, phone))
                >
                    {t!(i18n, kelurahan.phones.remove)}
                </button>
            </span>
        </li>
    }
}
