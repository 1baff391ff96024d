//! What Rekam is, what it keeps of a person and where, and what an administrator does elsewhere.

use crate::i18n::*;
use leptos::prelude::*;

#[component]
pub fn About() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, account.settings.about)}</h2>
            <p>{t!(i18n, account.settings.about_text)}</p>
        </section>
        <section class="card">
            <h2 class="card__title">{t!(i18n, account.settings.privacy)}</h2>
            <h3>{t!(i18n, account.settings.privacy_where)}</h3>
            <ul>
                <li>{t!(i18n, account.settings.privacy_device)}</li>
                <li>{t!(i18n, account.settings.privacy_office)}</li>
                <li>{t!(i18n, account.settings.privacy_never)}</li>
            </ul>
            <h3>{t!(i18n, account.settings.privacy_rights)}</h3>
            <ul>
                <li>{t!(i18n, account.settings.privacy_right_access)}</li>
                <li>{t!(i18n, account.settings.privacy_right_correct)}</li>
                <li>{t!(i18n, account.settings.privacy_right_restrict)}</li>
                <li>{t!(i18n, account.settings.privacy_right_erase)}</li>
            </ul>
            <p>{t!(i18n, account.settings.privacy_how)}</p>
        </section>
    }
}

/// Users, offices and backups are managed where the server runs.
#[component]
pub fn AdminWork() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, account.settings.admin)}</h2>
            <p>{t!(i18n, account.settings.admin_text)}</p>
            <div class="actions">
                <a class="btn btn--secondary" href="/head/roll">{t!(i18n, account.settings.admin_roll)}</a>
            </div>
            <dl class="facts">
                <div class="facts__row"><dt><code>"rekam user"</code></dt><dd>{t!(i18n, account.settings.admin_user)}</dd></div>
                <div class="facts__row"><dt><code>"rekam backup"</code></dt><dd>{t!(i18n, account.settings.admin_backup)}</dd></div>
                <div class="facts__row"><dt><code>"rekam restore"</code></dt><dd>{t!(i18n, account.settings.admin_restore)}</dd></div>
                <div class="facts__row"><dt><code>"rekam check"</code></dt><dd>{t!(i18n, account.settings.admin_check)}</dd></div>
                <div class="facts__row"><dt><code>"rekam --help"</code></dt><dd>{t!(i18n, account.settings.admin_help)}</dd></div>
            </dl>
        </section>
    }
}
