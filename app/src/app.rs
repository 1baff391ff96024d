//! The route tables of the two parts, the handle, the language.

use crate::{
    components::{EmptyState, Guard, Loading, Locked, Shell, provide_toasts},
    i18n::*,
    pages::{
        attention::Attention,
        desk::{DeskHome, Paper, Queue, Scan, WalkInPage},
        head::HeadToday,
        kelurahan::{KelurahanHome, KelurahanToday, ResidentDetail, Slip},
        resident::{Book, BookingDetail, Bookings, ClaimPage, ResidentHome},
        settings::Settings,
        sign_in::SignIn,
    },
    state::{Rekam, prefs},
};
use leptos::prelude::*;
use leptos_router::{
    components::{Route, Router, Routes},
    hooks::use_location,
    path,
};
use shared::sync::Role;

const DESK: &[Role] = &[Role::Operator, Role::Head];
const KELURAHAN: &[Role] = &[Role::Kelurahan];
/// Helping a resident to book and printing the slip.
const STAFF: &[Role] = &[Role::Kelurahan, Role::Operator, Role::Head];
const HEAD: &[Role] = &[Role::Head];

/// Where the pages of the office are: the residents' part has none of them.
const OFFICE_PAGES: [&str; 4] = ["/sign-in", "/desk", "/kelurahan", "/head"];

/// The routes of a part of the app.
pub type RouteTable = fn() -> AnyView;

pub fn app(routes: RouteTable) -> impl IntoView {
    prefs::show_theme(prefs::theme());
    I18n::start(prefs::language());
    let rekam = Rekam::start();
    provide_context(rekam);
    provide_toasts();
    view! {
        <Router>
            <Shell>
                <Show when=move || rekam.ready() fallback=|| view! { <div class="page"><Loading/></div> }>
                    <Show when=move || !rekam.locked() fallback=Locked>
                        {routes()}
                    </Show>
                </Show>
            </Shell>
        </Router>
    }
}

pub fn resident_routes() -> AnyView {
    view! {
        <Routes fallback=Elsewhere>
            <Route path=path!("/") view=ResidentHome/>
            <Route path=path!("/book") view=Book/>
            <Route path=path!("/bookings") view=Bookings/>
            <Route path=path!("/bookings/:id") view=BookingDetail/>
            <Route path=path!("/claim") view=ClaimPage/>
            <Route path=path!("/attention") view=Attention/>
            <Route path=path!("/settings") view=Settings/>
        </Routes>
    }
    .into_any()
}

pub fn office_routes() -> AnyView {
    view! {
        <Routes fallback=NotFound>
            <Route path=path!("/") view=ResidentHome/>
            <Route path=path!("/book") view=Book/>
            <Route path=path!("/bookings") view=Bookings/>
            <Route path=path!("/bookings/:id") view=BookingDetail/>
            <Route path=path!("/claim") view=ClaimPage/>
            <Route path=path!("/attention") view=Attention/>
            <Route path=path!("/settings") view=Settings/>
            <Route path=path!("/sign-in") view=SignIn/>
            <Route path=path!("/desk") view=|| view! { <Guard roles=DESK><DeskHome/></Guard> }/>
            <Route path=path!("/desk/scan") view=|| view! { <Guard roles=DESK><Scan/></Guard> }/>
            <Route path=path!("/desk/walk-in") view=|| view! { <Guard roles=DESK><WalkInPage/></Guard> }/>
            <Route path=path!("/desk/queue") view=|| view! { <Guard roles=DESK><Queue/></Guard> }/>
            <Route path=path!("/desk/paper") view=|| view! { <Guard roles=DESK><Paper/></Guard> }/>
            <Route path=path!("/kelurahan") view=|| view! { <Guard roles=KELURAHAN><KelurahanHome/></Guard> }/>
            <Route path=path!("/kelurahan/today") view=|| view! { <Guard roles=KELURAHAN><KelurahanToday/></Guard> }/>
            <Route path=path!("/kelurahan/residents/:id") view=|| view! { <Guard roles=STAFF><ResidentDetail/></Guard> }/>
            <Route path=path!("/kelurahan/slip/:booking") view=|| view! { <Guard roles=STAFF><Slip/></Guard> }/>
            <Route path=path!("/head") view=|| view! { <Guard roles=HEAD><HeadToday/></Guard> }/>
        </Routes>
    }
    .into_any()
}

/// An address that the residents' part does not have: a page of the office, whose part is loaded
/// from now on, or nothing.
#[component]
fn Elsewhere() -> impl IntoView {
    let path = use_location().pathname;
    let is_office = move || OFFICE_PAGES.iter().any(|page| path.get().starts_with(page));
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
