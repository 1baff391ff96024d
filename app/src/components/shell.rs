//! What surrounds every page: the office, the connection in words, and the tabs of the role.

use super::{ClockNotice, Icon, StorageNotice, Toasts, UpdateBar, format};
use crate::{
    i18n::*,
    router::use_router,
    state::{Connection, prefs, use_rekam},
};
use leptos::prelude::*;
use shared::{sync::Role, zone::Zone};
use std::cell::Cell;

thread_local! {
    static NAVIGATED: Cell<bool> = const { Cell::new(false) };
}

/// Whether the person has gone from one page or step to another since the app started.
pub(super) fn has_navigated() -> bool {
    NAVIGATED.get()
}

/// Top bar, tabs, main. Pages put a `div.page` into it.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let router = use_router();
    Effect::new(move |before: Option<String>| {
        let now = router.path();
        if before.is_some_and(|before| before != now) {
            NAVIGATED.set(true);
            window().scroll_to_with_x_and_y(0.0, 0.0);
        }
        now
    });
    // A step of a form is in the query alone.
    Effect::new(move |before: Option<Option<String>>| {
        let now = router.query("step");
        if before.is_some_and(|before| before != now) {
            NAVIGATED.set(true);
        }
        now
    });
    let bare = Memo::new(move |_| {
        rekam.locked()
            || rekam.shut()
            || matches!(router.path().as_str(), "/sign-in" | "/book" | "/claim")
    });
    view! {
        <div class=move || if bare.get() { "shell shell--bare" } else { "shell" }>
            <a class="skip" href="#main" rel="external" on:click=to_main>{t!(i18n, common.skip)}</a>
            <header class="topbar">
                <a class="topbar__office" href=move || home_of(rekam.who().role)>
                    <span class="topbar__name">
                        {move || {
                            rekam
                                .office()
                                .map_or_else(|| t_string!(i18n, common.app).to_owned(), |o| o.name)
                        }}
                    </span>
                    <span class="topbar__place">
                        {move || rekam.office().map(|office| office.zone.label())}
                    </span>
                </a>
                <div class="topbar__end">
                    <Chips/>
                    <AccountLink/>
                    <LanguageButton/>
                </div>
            </header>
            <Show when=move || !bare.get()>
                <Tabs/>
            </Show>
            <main class="main" id="main" tabindex="-1">
                <StorageNotice/>
                <ClockNotice/>
                {children()}
            </main>
            <div class="toasts" role="status">
                <UpdateBar/>
                <Toasts/>
            </div>
        </div>
    }
}

/// Where a role starts.
#[must_use]
pub fn home_of(role: Role) -> &'static str {
    match role {
        Role::Operator => "/desk",
        Role::Kelurahan => "/kelurahan",
        Role::Head => "/head",
        Role::Admin => "/settings",
        Role::Resident | Role::System => "/",
    }
}

fn to_main(event: leptos::ev::MouseEvent) {
    event.prevent_default();
    focus_main();
}

/// Where the focus goes when what had it is about to leave the page.
pub fn focus_main() {
    focus("main");
}

/// Puts the focus on what has this id.
pub fn focus(id: &str) {
    use wasm_bindgen::JsCast;
    let found = document().get_element_by_id(id);
    if let Some(found) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// Whoever is signed in: the way to the settings.
#[component]
fn AccountLink() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let name = Memo::new(move |_| {
        let account = rekam.account().filter(|_| !rekam.shut());
        account.map(|account| account.name)
    });
    move || {
        name.get().map(|name| {
            let label = t_string!(i18n, common.account, name = name);
            view! {
                <a class="topbar__btn" href="/settings" aria-label=label>
                    <Icon name="user"/>
                    <span class="topbar__who">{name}</span>
                </a>
            }
        })
    }
}

/// Staff on a phone have it in the settings alone: the bar has room for one button.
#[component]
fn LanguageButton() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let is_staff = Memo::new(move |_| rekam.account().is_some());
    // What is to be seen comes first in the name: people who speak to the phone say that.
    let label = move || {
        let short = t_string!(i18n, common.language.short);
        format!("{short}. {}", t_string!(i18n, common.language.switch))
    };
    let change = move |_| {
        let other = match i18n.get_locale_untracked() {
            Locale::Id => Locale::En,
            Locale::En => Locale::Id,
        };
        prefs::set_language(other);
        i18n.set_locale(other);
    };
    view! {
        <button
            type="button"
            class="topbar__btn"
            class:topbar__btn--wide=is_staff
            aria-label=label
            on:click=change
        >
            <Icon name="language"/>
            {t!(i18n, common.language.short)}
        </button>
    }
}

/// The connection, what waits to be sent, and what needs attention; each a link to the list.
#[component]
fn Chips() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let since = move || {
        let zone = rekam.office().map_or(Zone::Wib, |office| office.zone);
        rekam
            .unsent_since()
            .map(|at| format::moment(i18n.get_locale(), at, rekam.now(), zone))
            .unwrap_or_default()
    };
    let look = move || match (rekam.connection(), rekam.unsent()) {
        (Connection::Offline { .. }, _) => ("chip chip--offline", "offline"),
        (_, 1..) => ("chip chip--unsent", "sync"),
        (Connection::Online, 0) => ("chip", "cloud"),
        (Connection::Unknown, 0) => ("chip", "sync"),
    };
    let words = move || {
        let count = rekam.unsent();
        match (rekam.connection(), count) {
            (Connection::Offline { .. }, 0) => t_string!(i18n, common.net.offline).to_owned(),
            (Connection::Offline { .. }, _) => {
                t_string!(
                    i18n,
                    common.net.offline_unsent,
                    count = count,
                    time = since()
                )
            }
            (Connection::Online, 0) => t_string!(i18n, common.net.online).to_owned(),
            (Connection::Online, _) => t_string!(i18n, common.net.sending, count = count),
            (Connection::Unknown, 0) => t_string!(i18n, common.net.checking).to_owned(),
            (Connection::Unknown, _) => {
                t_string!(i18n, common.net.unsent, count = count, time = since())
            }
        }
    };
    // On a phone there is room for a word; the list behind the link says the rest.
    let short = move || {
        let count = rekam.unsent();
        let word = match (rekam.connection(), count) {
            (Connection::Offline { .. }, _) => t_string!(i18n, common.net.short.offline),
            (Connection::Online, 0) => t_string!(i18n, common.net.short.online),
            (Connection::Online, _) => t_string!(i18n, common.net.short.sending),
            (Connection::Unknown, 0) => t_string!(i18n, common.net.short.checking),
            (Connection::Unknown, _) => t_string!(i18n, common.net.short.unsent),
        };
        match count {
            0 => word.to_owned(),
            _ => format!("{word} · {count}"),
        }
    };
    let all_words = move || format!("{}. {}", short(), words());
    let attention = Memo::new(move |_| rekam.attention().len());
    let to_do = move || t_string!(i18n, common.net.attention, count = attention.get());
    view! {
        <span role="status">
            <a class=move || look().0 href="/attention" aria-label=all_words>
                <Icon name=Signal::derive(move || look().1)/>
                <span class="chip__long">{words}</span>
                <span class="chip__short">{short}</span>
            </a>
        </span>
        <Show when=move || { attention.get() > 0 }>
            <a class="chip chip--attention" href="/attention" aria-label=to_do>
                <Icon name="warning"/>
                <span class="chip__long">{to_do}</span>
                <span class="chip__short">{attention}</span>
            </a>
        </Show>
    }
}

type Tab = (&'static str, &'static str, fn(I18n) -> &'static str);

const RESIDENT: &[Tab] = &[
    ("/", "home", |i| t_string!(i, common.tabs.home)),
    ("/book", "calendar", |i| t_string!(i, common.tabs.book)),
    ("/bookings", "ticket", |i| t_string!(i, common.tabs.tickets)),
    ("/settings", "settings", |i| {
        t_string!(i, common.tabs.settings)
    }),
];
const OPERATOR: &[Tab] = &[
    ("/desk", "calendar", |i| t_string!(i, common.tabs.today)),
    ("/desk/scan", "camera", |i| t_string!(i, common.tabs.scan)),
    ("/desk/queue", "list", |i| t_string!(i, common.tabs.queue)),
    ("/desk/walk-in", "walk-in", |i| {
        t_string!(i, common.tabs.walk_in)
    }),
    ("/desk/paper", "printer", |i| {
        t_string!(i, common.tabs.paper)
    }),
];
const KELURAHAN: &[Tab] = &[
    ("/kelurahan", "users", |i| {
        t_string!(i, common.tabs.residents)
    }),
    ("/kelurahan/invitations", "document", |i| {
        t_string!(i, common.tabs.invitations)
    }),
    ("/kelurahan/today", "calendar", |i| {
        t_string!(i, common.tabs.today)
    }),
    ("/settings", "settings", |i| {
        t_string!(i, common.tabs.settings)
    }),
];
const HEAD: &[Tab] = &[
    ("/head", "chart", |i| t_string!(i, common.tabs.today)),
    ("/head/plan", "users", |i| t_string!(i, head.tabs.plan)),
    ("/head/sessions", "pin", |i| {
        t_string!(i, head.tabs.sessions)
    }),
    ("/head/days", "calendar", |i| t_string!(i, head.tabs.days)),
    ("/head/figures", "document", |i| {
        t_string!(i, head.tabs.figures)
    }),
];

const ADMIN: &[Tab] = &[("/settings", "settings", |i| {
    t_string!(i, common.tabs.settings)
})];

/// The tabs of whoever is signed in.
#[component]
fn Tabs() -> impl IntoView {
    let (i18n, rekam) = (use_i18n(), use_rekam());
    let router = use_router();
    let role = Memo::new(move |_| rekam.who().role);
    let tabs = move || match role.get() {
        Role::Operator => OPERATOR,
        Role::Kelurahan => KELURAHAN,
        Role::Head => HEAD,
        Role::Admin => ADMIN,
        Role::Resident | Role::System => RESIDENT,
    };
    view! {
        <nav class="tabbar" aria-label=move || t_string!(i18n, common.menu)>
            {move || {
                tabs()
                    .iter()
                    .map(|(href, icon, words)| {
                        let (href, icon, words) = (*href, *icon, *words);
                        view! {
                            <a
                                class="tabbar__link"
                                href=href
                                aria-current=move || (router.path() == href).then_some("page")
                            >
                                <Icon name=icon/>
                                {move || words(i18n)}
                            </a>
                        }
                    })
                    .collect_view()
            }}
        </nav>
    }
}
