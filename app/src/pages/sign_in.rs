//! Signing in as staff: the one thing that needs a network, and says so.

use crate::router::use_router;
use crate::{
    api::{self, ApiError},
    components::{
        Icon, Notice, PasswordField, ShowPassword, Tone, focus, home_of, use_title, use_unsaved,
    },
    i18n::*,
    pages::lock::use_screen,
    state::{Connection, Door, use_rekam},
};
use gloo_timers::callback::Interval;
use leptos::{prelude::*, task::spawn_local};
use shared::{problem::Code, sop::offline::WORKING_DAYS};

const USERNAME: &str = "username";
const PASSWORD: &str = "password";
/// A sign-in that takes so many seconds longer than usual says why.
const SOON_S: u32 = 3;

#[component]
pub fn SignIn() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let router = use_router();
    // The password opens a locked screen too: for the one who works here, by their name already.
    let screen = use_screen();
    let is_locked = move || matches!(screen.door(), Door::Locked(_));
    let known = untrack(|| rekam.account().filter(|_| is_locked()));
    let known = known.map_or_else(String::new, |account| account.username);
    let username = RwSignal::new(known.clone());
    let password = RwSignal::new(String::new());
    use_unsaved(Signal::derive(move || {
        username.with(|typed| *typed != known) || !password.with(String::is_empty)
    }));
    let shown = RwSignal::new(false);
    let busy = RwSignal::new(false);
    let tried = RwSignal::new(false);
    let failure = RwSignal::new(None::<ApiError>);
    let missing_name = move || tried.get() && username.with(|t| t.trim().is_empty());
    let missing_word = move || tried.get() && password.with(String::is_empty);

    use_title(move || t_string!(i18n, account.sign_in.title));
    // What it said of the network is over once the network is back.
    Effect::new(move |was_online: Option<bool>| {
        let is_online = rekam.connection() == Connection::Online;
        let is_back = is_online && was_online == Some(false);
        if is_back && failure.with_untracked(|error| *error == Some(ApiError::Offline)) {
            failure.set(None);
        }
        is_online
    });

    let submit = move || {
        tried.set(true);
        if busy.get_untracked() {
            return;
        }
        if missing_name() {
            return focus(USERNAME);
        }
        if missing_word() {
            return focus(PASSWORD);
        }
        busy.set(true);
        failure.set(None);
        let given = (
            username.get_untracked().trim().to_owned(),
            password.get_untracked(),
        );
        spawn_local(async move {
            let answer = rekam.sign_in(given.0, given.1).await;
            busy.set(false);
            match answer {
                Ok(account) => {
                    password.set(String::new());
                    router.go(home_of(account.role));
                }
                Err(error) => {
                    failure.set(Some(error));
                    focus(PASSWORD);
                }
            }
        });
    };

    view! {
        <div class="page page--narrow">
            <div class="signin">
                <img class="signin__mark" src="/icons/icon.svg" alt=""/>
                <h1>{t!(i18n, account.sign_in.title)}</h1>
                <p class="soft">{t!(i18n, account.sign_in.lead)}</p>
                <Show when=move || !is_locked()>
                    <Already/>
                </Show>
                <Show when=move || matches!(rekam.connection(), Connection::Offline { .. }) && failure.with(Option::is_none)>
                    <Notice
                        tone=Tone::Warning
                        title=move || t_string!(i18n, account.sign_in.offline_title)
                        text=move || t_string!(i18n, account.sign_in.offline_text, days = WORKING_DAYS)
                    />
                </Show>
                {move || failure.get().map(|error| view! { <Failure error/> })}
                <form
                    class="form"
                    novalidate
                    on:submit=move |ev| {
                        ev.prevent_default();
                        submit();
                    }
                >
                    <div class="field" class:field--error=missing_name>
                        <label class="field__label" for="username">{t!(i18n, account.sign_in.username)}</label>
                        <input
                            class="input"
                            id=USERNAME
                            name="username"
                            autocomplete="username"
                            autocapitalize="none"
                            spellcheck="false"
                            aria-describedby="username-error"
                            aria-invalid=move || missing_name().to_string()
                            prop:value=username
                            on:input:target=move |ev| username.set(ev.target().value())
                        />
                        <p class="field__error" id="username-error" hidden=move || !missing_name()>
                            <Icon name="warning"/>
                            {t!(i18n, account.sign_in.username_missing)}
                        </p>
                    </div>
                    <PasswordField
                        id=PASSWORD
                        label=keys::account::sign_in::password
                        autocomplete="current-password"
                        value=password
                        shown
                        error=Signal::derive(move || {
                            let text = t_string!(i18n, account.sign_in.password_missing);
                            missing_word().then(|| text.to_owned())
                        })
                    />
                    <ShowPassword shown/>
                    <button
                        class="btn btn--primary btn--big btn--block"
                        type="submit"
                        aria-busy=move || busy.get().to_string()
                        aria-disabled=move || busy.get().to_string()
                    >
                        {move || if busy.get() {
                            t_string!(i18n, account.sign_in.busy)
                        } else {
                            t_string!(i18n, account.sign_in.submit)
                        }}
                    </button>
                    <Show when=move || busy.get()>
                        <Computing/>
                    </Show>
                </form>
                <Show when=move || rekam.unsent() != 0>
                    <p class="soft small">
                        {t!(i18n, account.sign_in.unsent, n = move || rekam.unsent())}
                    </p>
                </Show>
                <a class="btn btn--quiet" href="/">{t!(i18n, account.sign_in.resident)}</a>
            </div>
        </div>
    }
}

/// The server is asked by many at once, and this device computes first: said once it takes a while, with
/// how far it is.
#[component]
fn Computing() -> impl IntoView {
    let i18n = use_i18n();
    let percent = RwSignal::new(None::<u8>);
    let mut seconds = 0;
    let look = Interval::new(1_000, move || {
        let share = api::worked();
        seconds = if share.is_some() { seconds + 1 } else { 0 };
        let shown = share.filter(|_| seconds >= SOON_S);
        percent.set(shown.map(|share| (share * 100.0) as u8));
    });
    let look = StoredValue::new_local(Some(look));
    on_cleanup(move || drop(look.try_update_value(Option::take)));
    let is_long = Memo::new(move |_| percent.get().is_some());
    view! {
        <Show when=move || is_long.get()>
            <Notice
                title=move || t_string!(i18n, account.sign_in.computing_title)
                text=move || t_string!(i18n, account.sign_in.computing_text)
            />
            <progress
                max="100"
                value=move || percent.get().unwrap_or_default().to_string()
                aria-label=move || t_string!(i18n, account.sign_in.computing_title)
            ></progress>
        </Show>
    }
}

/// Somebody is signed in already.
#[component]
fn Already() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    move || {
        rekam.account().map(|account| {
            let name = account.name.clone();
            view! {
                <div class="notice notice--info">
                    <Icon name="info"/>
                    <div class="notice__body">
                        <p class="notice__text">
                            {move || t_string!(i18n, account.sign_in.already, name = name.clone())}
                        </p>
                        <div class="notice__actions">
                            <a class="btn btn--secondary" href=home_of(account.role)>
                                {t!(i18n, account.sign_in.to_home)}
                            </a>
                        </div>
                    </div>
                </div>
            }
        })
    }
}

/// Why it did not work, and what to do.
#[component]
fn Failure(error: ApiError) -> impl IntoView {
    let i18n = use_i18n();
    let code = error.code();
    let offline = error == ApiError::Offline;
    let title = move || match code {
        Some(Code::SignInFailed) => t_string!(i18n, account.sign_in.failed_title),
        Some(Code::TooManyRequests) => t_string!(i18n, account.sign_in.many_title),
        Some(Code::AccountRevoked | Code::DeviceRevoked) => {
            t_string!(i18n, account.sign_in.revoked_title)
        }
        None if offline => t_string!(i18n, account.sign_in.offline_title),
        _ => t_string!(i18n, account.sign_in.server_title),
    };
    let text = move || {
        let words = match code {
            Some(Code::SignInFailed) => t_string!(i18n, account.sign_in.failed_text),
            Some(Code::TooManyRequests) => t_string!(i18n, account.sign_in.many_text),
            Some(Code::AccountRevoked | Code::DeviceRevoked) => {
                t_string!(i18n, account.sign_in.revoked_text)
            }
            None if offline => {
                return t_string!(i18n, account.sign_in.offline_text, days = WORKING_DAYS);
            }
            _ => t_string!(i18n, account.sign_in.server_text),
        };
        words.to_owned()
    };
    view! {
        <div class="notice notice--danger" role="alert">
            <Icon name="warning"/>
            <div class="notice__body">
                <p class="notice__title">{title}</p>
                <p class="notice__text">{text}</p>
            </div>
        </div>
    }
}
