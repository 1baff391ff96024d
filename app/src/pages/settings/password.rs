//! Another password for the person who is signed in. Needs a network.

use crate::{
    api::ApiError,
    components::{Notice, PasswordField, ProblemNotice, ShowPassword, Tone, use_toasts},
    i18n::*,
    state::use_rekam,
};
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::HtmlElement;
use leptos::{prelude::*, task::spawn_local};
use shared::{password, problem::Code, sync::NewPassword};

#[component]
pub fn PasswordCard() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let toasts = use_toasts();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, failure) = (RwSignal::new(false), RwSignal::new(None::<ApiError>));
    let shown = RwSignal::new(false);
    let weak = RwSignal::new(false);
    let missing = RwSignal::new(false);
    let is_staff = Memo::new(move |_| rekam.account().is_some());
    let submit = move || {
        if busy.get_untracked() {
            return;
        }
        let is_missing = current.with_untracked(String::is_empty);
        missing.set(is_missing);
        if is_missing {
            let field = document().get_element_by_id("password-current");
            if let Some(field) = field.and_then(|field| field.dyn_into::<HtmlElement>().ok()) {
                let _ = field.focus();
            }
            return;
        }
        let known = untrack(|| {
            let account = rekam.account()?;
            let office = rekam
                .office_by_id(account.office)
                .map(|office| office.name.clone());
            Some([account.username, account.name, office.unwrap_or_default()])
        });
        let known = known.unwrap_or_default();
        let known = known.each_ref().map(String::as_str);
        let is_weak = new.with_untracked(|new| password::check(new, &known).is_err());
        weak.set(is_weak);
        failure.set(None);
        if is_weak {
            return;
        }
        busy.set(true);
        let given = NewPassword {
            current: current.get_untracked(),
            new: new.get_untracked(),
        };
        spawn_local(async move {
            let answer = rekam.change_password(given).await;
            busy.set(false);
            match answer {
                Ok(()) => {
                    current.set(String::new());
                    new.set(String::new());
                    toasts.show(
                        "check-circle",
                        t_string!(i18n, account.settings.password_changed),
                    );
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let current_error = Signal::derive(move || {
        let is_missing = missing.get() && current.with(String::is_empty);
        is_missing.then(|| t_string!(i18n, account.settings.password_missing).to_owned())
    });
    view! {
        <Show when=move || is_staff.get()>
            <section class="card">
                <h2 class="card__title">{t!(i18n, account.settings.password_title)}</h2>
                {move || match (weak.get(), failure.get()) {
                    (true, _) => view! { <ProblemNotice code="password_weak"/> }.into_any(),
                    (_, Some(ApiError::Problem(body))) => {
                        let code = match body.code {
                            // The name is not asked for here.
                            Code::SignInFailed => {
                                return view! {
                                    <Notice
                                        tone=Tone::Danger
                                        title=move || t_string!(i18n, account.settings.password_wrong)
                                        text=move || t_string!(i18n, account.settings.password_wrong_text)
                                    />
                                }
                                .into_any();
                            }
                            code => code,
                        };
                        view! { <ProblemNotice code=code.as_str()/> }.into_any()
                    }
                    (_, Some(_)) => view! {
                        <Notice
                            tone=Tone::Warning
                            title=move || t_string!(i18n, account.settings.password_offline)
                            text=move || t_string!(i18n, account.settings.password_offline_text)
                        />
                    }
                    .into_any(),
                    (_, None) => ().into_any(),
                }}
                <form
                    class="form"
                    novalidate
                    on:submit=move |ev| {
                        ev.prevent_default();
                        submit();
                    }
                >
                    <PasswordField
                        id="password-current"
                        label=keys::account::settings::password_current
                        autocomplete="current-password"
                        value=current
                        shown
                        error=current_error
                    />
                    <PasswordField
                        id="password-new"
                        label=keys::account::settings::password_new
                        autocomplete="new-password"
                        value=new
                        shown
                    />
                    <ShowPassword shown/>
                    <p class="soft small">{t!(i18n, account.settings.password_note)}</p>
                    <button
                        class="btn btn--secondary"
                        type="submit"
                        aria-busy=move || busy.get().to_string()
                    >
                        {t!(i18n, account.settings.password_submit)}
                    </button>
                </form>
            </section>
        </Show>
    }
}
