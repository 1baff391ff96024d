//! The route tables of the two parts, the handle, the language.

use crate::{
    components::{EmptyState, Guard, Loading, Locked, Shell, provide_toasts},
    i18n::*,
    pages::{
        attention::Attention,
        desk::{AtPlace, DeskHome, Paper, Queue, Scan, WalkInPage},
        head::{Bring, Days, HeadToday, Planning, Progress, Roll, SessionPage, Sessions},
        kelurahan::{
            BundlePage, Invitations, KelurahanHome, KelurahanToday, PrintInvitations,
            ResidentDetail, Slip,
        },
        lock::Gate,
        resident::{Book, BookingDetail, Bookings, ClaimPage, InvitationPage, ResidentHome},
        settings::Settings,
        sign_in::SignIn,
    },
    router::{Route, Router, Routes, use_router},
    state::{Rekam, prefs},
};
use leptos::prelude::*;
use shared::sync::Role;

const DESK: &[Role] = &[Role::Operator, Role::Head];
const KELURAHAN: &[Role] = &[Role::Kelurahan];
/// Seeing to it that invitations arrive.
const CARRIERS: &[Role] = &[Role::Kelurahan, Role::Head];
/// Helping a resident to book and printing the slip.
const STAFF: &[Role] = &[Role::Kelurahan, Role::Operator, Role::Head];
const HEAD: &[Role] = &[Role::Head];
const ROLL_KEEPERS: &[Role] = &[Role::Head, Role::Admin];

/// Where the pages of the office are: the residents' part has none of them.
const OFFICE_PAGES: [&str; 4] = ["/sign-in", "/desk", "/kelurahan", "/head"];

const RESIDENT_PAGES: &[Route] = &[
    ("/", || view! { <ResidentHome/> }.into_any()),
    ("/book", || view! { <Book/> }.into_any()),
    ("/bookings", || view! { <Bookings/> }.into_any()),
    ("/bookings/*", || view! { <BookingDetail/> }.into_any()),
    ("/invitations/*", || view! { <InvitationPage/> }.into_any()),
    ("/claim", || view! { <ClaimPage/> }.into_any()),
    ("/attention", || view! { <Attention/> }.into_any()),
    ("/settings", || view! { <Settings/> }.into_any()),
];
const STAFF_PAGES: &[Route] = &[
    ("/sign-in", || view! { <SignIn/> }.into_any()),
    ("/desk", || {
        view! { <Guard roles=DESK><AtPlace><DeskHome/></AtPlace></Guard> }.into_any()
    }),
    ("/desk/scan", || {
        view! { <Guard roles=DESK><AtPlace><Scan/></AtPlace></Guard> }.into_any()
    }),
    ("/desk/walk-in", || {
        view! { <Guard roles=DESK><AtPlace><WalkInPage/></AtPlace></Guard> }.into_any()
    }),
    ("/desk/queue", || {
        view! { <Guard roles=DESK><AtPlace><Queue/></AtPlace></Guard> }.into_any()
    }),
    ("/desk/paper", || {
        view! { <Guard roles=DESK><AtPlace><Paper/></AtPlace></Guard> }.into_any()
    }),
    ("/kelurahan", || {
        view! { <Guard roles=KELURAHAN><KelurahanHome/></Guard> }.into_any()
    }),
    ("/kelurahan/today", || {
        view! { <Guard roles=KELURAHAN><KelurahanToday/></Guard> }.into_any()
    }),
    ("/kelurahan/residents/*", || {
        view! { <Guard roles=STAFF><ResidentDetail/></Guard> }.into_any()
    }),
    ("/kelurahan/invitations", || {
        view! { <Guard roles=CARRIERS><Invitations/></Guard> }.into_any()
    }),
    ("/kelurahan/bundles/*", || {
        view! { <Guard roles=CARRIERS><BundlePage/></Guard> }.into_any()
    }),
    ("/kelurahan/print/*", || {
        view! { <Guard roles=CARRIERS><PrintInvitations/></Guard> }.into_any()
    }),
    ("/kelurahan/slip/*", || {
        view! { <Guard roles=STAFF><Slip/></Guard> }.into_any()
    }),
    ("/head", || {
        view! { <Guard roles=HEAD><HeadToday/></Guard> }.into_any()
    }),
    ("/head/plan", || {
        view! { <Guard roles=HEAD><Planning/></Guard> }.into_any()
    }),
    ("/head/sessions", || {
        view! { <Guard roles=HEAD><Sessions/></Guard> }.into_any()
    }),
    ("/head/sessions/*", || {
        view! { <Guard roles=HEAD><SessionPage/></Guard> }.into_any()
    }),
    ("/head/days", || {
        view! { <Guard roles=HEAD><Days/></Guard> }.into_any()
    }),
    ("/head/bring", || {
        view! { <Guard roles=HEAD><Bring/></Guard> }.into_any()
    }),
    ("/head/figures", || {
        view! { <Guard roles=HEAD><Progress/></Guard> }.into_any()
    }),
    ("/head/roll", || {
        view! { <Guard roles=ROLL_KEEPERS><Roll/></Guard> }.into_any()
    }),
];

/// The pages of a part of the app.
pub type Part = fn() -> AnyView;

pub fn app(part: Part) -> impl IntoView {
    prefs::show_theme(prefs::theme());
    I18n::start(prefs::language());
    let rekam = Rekam::start();
    provide_context(rekam);
    provide_toasts();
    Router::start();
    view! {
        <Shell>
            <Show when=move || rekam.ready() fallback=|| view! { <div class="page"><Loading/></div> }>
                <Show when=move || !rekam.locked() fallback=Locked>
                    {part()}
                </Show>
            </Show>
        </Shell>
    }
}

pub fn resident_part() -> AnyView {
    view! { <Routes routes=RESIDENT_PAGES fallback=|| view! { <Elsewhere/> }.into_any()/> }
        .into_any()
}

pub fn office_part() -> AnyView {
    view! { <Gate><Routes routes=STAFF_PAGES fallback=resident_pages/></Gate> }.into_any()
}

fn resident_pages() -> AnyView {
    view! { <Routes routes=RESIDENT_PAGES fallback=|| view! { <NotFound/> }.into_any()/> }
        .into_any()
}

/// An address that the residents' part does not have: a page of the office, whose part is loaded
/// from now on, or nothing.
#[component]
fn Elsewhere() -> impl IntoView {
    let router = use_router();
    let is_office = move || {
        let path = router.path();
        OFFICE_PAGES.iter().any(|page| path.starts_with(page))
    };
    Effect::new(move || {
        if is_office() && prefs::prefer_office() {
            let _ = window().location().reload();
        }
    });
    view! {
        <Show when=is_office fallback=NotFound>
            <div class="page"><Loading/></div>
        </Show>
    }
}

#[component]
fn NotFound() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="page page--narrow">
            <EmptyState
                icon="search"
                title=move || t_string!(i18n, common.missing.title)
                text=move || t_string!(i18n, common.missing.text)
                whole=true
            >
                <a class="btn btn--primary" href="/">{t!(i18n, common.guard.home)}</a>
            </EmptyState>
        </div>
    }
}
