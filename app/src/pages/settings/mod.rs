//! Settings: language, appearance, who is signed in, this device, and what becomes of personal data.

mod about;
mod device;
mod password;

use self::{
    about::{About, AdminWork},
    device::DeviceCard,
    password::PasswordCard,
};
use crate::router::use_router;
use crate::{
    components::{Dialog, Icon, PageHeader, use_toasts},
    i18n::*,
    state::{
        Connection, drafts,
        prefs::{self, Theme},
        use_rekam,
    },
};
use leptos::{prelude::*, task::spawn_local};
use shared::sync::Role;

#[component]
pub fn Settings() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let is_admin = move || rekam.account().is_some_and(|a| a.role == Role::Admin);
    view! {
        <div class="page">
            <PageHeader title=move || t_string!(i18n, account.settings.title)/>
            <Show when=is_admin>
                <AdminWork/>
            </Show>
            <AccountCard/>
            <PasswordCard/>
            <section class="card">
                <Languages/>
                <Themes/>
            </section>
            <DeviceCard/>
            <About/>
        </div>
    }
}

/// A role in words.
pub fn role_text(i18n: I18n, role: Role) -> &'static str {
    match role {
        Role::Kelurahan => t_string!(i18n, account.settings.role_kelurahan),
        Role::Operator => t_string!(i18n, account.settings.role_operator),
        Role::Head => t_string!(i18n, account.settings.role_head),
        Role::Admin => t_string!(i18n, account.settings.role_admin),
        Role::Resident | Role::System => t_string!(i18n, account.settings.role_resident),
    }
}

#[component]
fn AccountCard() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    let toasts = use_toasts();
    let leaving = RwSignal::new(false);
    let asking = RwSignal::new(false);
    // A sign-out may cost forms and codes, or the way back in.
    let has_drafts = RwSignal::new(false);
    let is_offline = move || matches!(rekam.connection(), Connection::Offline { .. });
    // With `sure`, whatever is lost by it.
    let leave = move |sure: bool| {
        if leaving.get_untracked() {
            return;
        }
        leaving.set(true);
        spawn_local(async move {
            has_drafts.set(drafts::has_staff().await);
            asking.set(!sure && untrack(|| has_drafts.get() || is_offline()));
            if asking.get_untracked() {
                leaving.set(false);
                return;
            }
            if rekam.sign_out().await.is_err() {
                toasts.show("warning", t_string!(i18n, account.settings.switch_failed));
            }
            leaving.set(false);
            // Somebody else may go on, with their PIN.
            let is_others = untrack(|| rekam.account().is_some());
            router.go(if is_others { "/desk" } else { "/sign-in" });
        });
    };
    let place = move |account: &shared::sync::Account| {
        let office = rekam.office_by_id(account.office)?;
        let kelurahan = account
            .kelurahan
            .as_ref()
            .and_then(|code| office.kelurahan(code));
        Some(match kelurahan {
            Some(kelurahan) => format!("{}, {}", kelurahan.name, office.name),
            None => office.name.clone(),
        })
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, account.settings.account)}</h2>
            {move || match rekam.account() {
                None => view! {
                    <p>{t!(i18n, account.settings.nobody)}</p>
                    <div class="actions">
                        <a class="btn btn--secondary" href="/sign-in">
                            <Icon name="lock"/>
                            {t!(i18n, account.settings.sign_in)}
                        </a>
                    </div>
                }
                .into_any(),
                Some(account) => {
                    view! {
                        <dl class="facts">
                            <div class="facts__row">
                                <dt>{t!(i18n, account.settings.signed_in)}</dt>
                                <dd>{account.name.clone()}</dd>
                            </div>
                            <div class="facts__row">
                                <dt>{t!(i18n, account.settings.username)}</dt>
                                <dd>{account.username.clone()}</dd>
                            </div>
                            <div class="facts__row">
                                <dt>{t!(i18n, account.settings.role)}</dt>
                                <dd>{move || role_text(i18n, account.role)}</dd>
                            </div>
                            <div class="facts__row">
                                <dt>{t!(i18n, account.settings.works_for)}</dt>
                                <dd>{place(&account)}</dd>
                            </div>
                        </dl>
                        <div class="actions">
                            <button
                                class="btn btn--secondary"
                                aria-busy=move || leaving.get().to_string()
                                on:click=move |_| leave(false)
                            >
                                <Icon name="exit"/>
                                {t!(i18n, account.settings.switch)}
                            </button>
                        </div>
                        <p class="soft small">{t!(i18n, account.settings.switch_note)}</p>
                    }
                    .into_any()
                }
            }}
            <Dialog
                id="sign-out"
                open=asking
                title=move || t_string!(i18n, account.settings.switch_title)
                actions=move || view! {
                    <button class="btn btn--danger-solid" on:click=move |_| leave(true)>
                        {t!(i18n, account.settings.switch_yes)}
                    </button>
                    <button class="btn btn--secondary" on:click=move |_| asking.set(false)>
                        {t!(i18n, account.settings.switch_no)}
                    </button>
                }
            >
                <Show when=is_offline>
                    <p>{t!(i18n, account.settings.switch_offline)}</p>
                </Show>
                <Show when=move || has_drafts.get()>
                    <p>{t!(i18n, account.settings.switch_drafts)}</p>
                </Show>
            </Dialog>
        </section>
    }
}

#[component]
fn Languages() -> impl IntoView {
    let i18n = use_i18n();
    let choice = move |locale: Locale, name: &'static str, lang: &'static str| {
        view! {
            <label class="choice">
                <input
                    class="choice__input"
                    type="radio"
                    name="language"
                    prop:checked=move || i18n.get_locale() == locale
                    on:change=move |_| {
                        prefs::set_language(locale);
                        i18n.set_locale(locale);
                    }
                />
                <span class="choice__title" lang=lang>{name}</span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="field__label">{t!(i18n, account.settings.language)}</legend>
            <div class="choices">
                {choice(Locale::Id, "Bahasa Indonesia", "id")}
                {choice(Locale::En, "English", "en")}
            </div>
        </fieldset>
    }
}

#[component]
fn Themes() -> impl IntoView {
    let i18n = use_i18n();
    let current = RwSignal::new(prefs::theme());
    let choice = move |theme: Theme, icon: &'static str| {
        view! {
            <button
                class="segment"
                aria-pressed=move || (current.get() == theme).to_string()
                on:click=move |_| {
                    prefs::set_theme(theme);
                    current.set(theme);
                }
            >
                <Icon name=icon/>
                {move || match theme {
                    Theme::Device => t_string!(i18n, account.settings.theme_auto),
                    Theme::Light => t_string!(i18n, account.settings.theme_light),
                    Theme::Dark => t_string!(i18n, account.settings.theme_dark),
                }}
            </button>
        }
    };
    view! {
        <div class="field">
            <p class="field__label" id="theme">{t!(i18n, account.settings.theme)}</p>
            <div class="segments" role="group" aria-labelledby="theme">
                {choice(Theme::Device, "tablet")}
                {choice(Theme::Light, "sun")}
                {choice(Theme::Dark, "moon")}
            </div>
        </div>
    }
}
