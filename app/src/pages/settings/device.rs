//! What this device holds: what is not sent yet, the last contact, the version, and erasing it all.

use crate::{
    components::{Dialog, Icon, format, use_toasts},
    i18n::*,
    state::{Connection, SaveError, StorageState, use_rekam},
};
use leptos::{prelude::*, task::spawn_local};
use shared::zone::Zone;

#[component]
pub fn DeviceCard() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let moment = move |at| {
        let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
        format::moment(i18n.get_locale(), at, rekam.now(), zone)
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, account.settings.device)}</h2>
            <dl class="facts">
                <div class="facts__row">
                    <dt>{t!(i18n, account.settings.unsent)}</dt>
                    <dd>
                        {move || match rekam.unsent() {
                            0 => t_string!(i18n, account.settings.unsent_none).to_owned(),
                            n => t_string!(i18n, account.settings.unsent_n, n = n),
                        }}
                    </dd>
                </div>
                <div class="facts__row">
                    <dt>{t!(i18n, account.settings.connection)}</dt>
                    <dd>
                        {move || match rekam.connection() {
                            Connection::Online => t_string!(i18n, account.settings.online).to_owned(),
                            Connection::Offline { since } => {
                                let when = moment(since);
                                t_string!(i18n, account.settings.offline_since, when = when)
                            }
                            Connection::Unknown => {
                                t_string!(i18n, account.settings.connection_unknown).to_owned()
                            }
                        }}
                    </dd>
                </div>
                <div class="facts__row">
                    <dt>{t!(i18n, account.settings.contact)}</dt>
                    <dd>
                        {move || match rekam.contact() {
                            Some(at) => moment(at),
                            None => t_string!(i18n, account.settings.contact_never).to_owned(),
                        }}
                    </dd>
                </div>
                <div class="facts__row">
                    <dt>{t!(i18n, account.settings.storage)}</dt>
                    <dd>
                        {move || if rekam.storage() == StorageState::Ok {
                            t_string!(i18n, account.settings.storage_ok)
                        } else {
                            t_string!(i18n, account.settings.storage_bad)
                        }}
                    </dd>
                </div>
                <div class="facts__row">
                    <dt>{t!(i18n, account.settings.version)}</dt>
                    <dd class="num">{env!("CARGO_PKG_VERSION")}</dd>
                </div>
            </dl>
            <div class="actions">
                <a class="btn btn--quiet" href="/attention">{t!(i18n, account.settings.see_attention)}</a>
            </div>
            <Erase/>
        </section>
    }
}

/// Erasing is blocked while ops wait that only this device has.
#[component]
fn Erase() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let toasts = use_toasts();
    let asking = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let erase = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let done = rekam.erase_device().await;
            busy.set(false);
            asking.set(false);
            match done {
                Ok(()) => toasts.show("check-circle", t_string!(i18n, account.settings.erased)),
                Err(SaveError::Unsent) => {
                    toasts.show(
                        "warning",
                        t_string!(i18n, account.settings.erase_blocked_title),
                    );
                }
                Err(_) => toasts.show("warning", t_string!(i18n, account.settings.erase_failed)),
            }
        });
    };
    view! {
        <h3 class="card__title">{t!(i18n, account.settings.erase)}</h3>
        <p>{t!(i18n, account.settings.erase_text)}</p>
        <Show
            when=move || rekam.unsent() == 0
            fallback=move || view! {
                <div class="notice notice--warning">
                    <Icon name="warning"/>
                    <div class="notice__body">
                        <p class="notice__title">{t!(i18n, account.settings.erase_blocked_title)}</p>
                        <p class="notice__text">
                            {t!(i18n, account.settings.erase_blocked, n = move || rekam.unsent())}
                        </p>
                    </div>
                </div>
            }
        >
            <div class="actions">
                <button class="btn btn--danger" on:click=move |_| asking.set(true)>
                    <Icon name="erase"/>
                    {t!(i18n, account.settings.erase)}
                </button>
            </div>
        </Show>
        <Dialog
            id="erase"
            open=asking
            title=move || t_string!(i18n, account.settings.erase_title)
            actions=move || view! {
                <button
                    class="btn btn--danger-solid"
                    aria-busy=move || busy.get().to_string()
                    on:click=move |_| erase()
                >
                    {t!(i18n, account.settings.erase_yes)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| asking.set(false)>
                    {t!(i18n, account.settings.erase_no)}
                </button>
            }
        >
            <p>{t!(i18n, account.settings.erase_text)}</p>
            <p>{t!(i18n, account.settings.erase_confirm)}</p>
        </Dialog>
    }
}
