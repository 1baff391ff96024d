//! The first page of a resident: what recording is, what to bring, and one big button. Whoever has a
//! booking sees it first.

use super::{
    draft,
    invitation::InvitationCard,
    office::{OfficeChoice, OfficeGate},
    phones::Phones,
    summary::NextBooking,
    wish,
};
use crate::{
    components::{Icon, bring_words, use_title},
    i18n::*,
    state::{Asked, use_rekam},
};
use leptos::{prelude::*, text_prop::TextProp};
use shared::{ids::OfficeId, office::Office, sync::Role};

#[component]
pub fn ResidentHome() -> impl IntoView {
    view! {
        <div class="page">
            <OfficeGate let:office>
                <Phones/>
                <Welcome office/>
            </OfficeGate>
            <OtherOffice/>
        </div>
    }
}

#[component]
fn Welcome(office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let next = Memo::new(move |_| {
        // Staff have their own pages; what they see of residents is not theirs.
        if rekam.who().role != Role::Resident {
            return Vec::new();
        }
        rekam.view(|view| rekam.ops(|ops| wish::bookings(view, ops).0))
    });
    let invited = Memo::new(move |_| match rekam.who().role {
        Role::Resident => rekam.view(wish::invitations),
        _ => Vec::new(),
    });
    let minutes = office.settings.minutes_per_recording;
    let of = office.clone();
    let has_next = move || !next.with(Vec::is_empty) || !invited.with(Vec::is_empty);
    use_title(move || {
        if has_next() {
            t_string!(i18n, resident.home.next_title)
        } else {
            t_string!(i18n, resident.home.title)
        }
    });
    view! {
        <Show when=has_next>
            <section class="stack">
                <h1>{t!(i18n, resident.home.next_title)}</h1>
                <For each=move || invited.get() key=|invitation| invitation.id let:invitation>
                    <InvitationCard id=invitation.id/>
                </For>
                {move || {
                    next.get()
                        .into_iter()
                        .map(|booking| view! { <NextBooking booking/> })
                        .collect_view()
                }}
                <div class="actions">
                    <a href="/book" class="btn btn--secondary btn--block">
                        <Icon name="plus"/>{t!(i18n, resident.home.book_other)}
                    </a>
                </div>
            </section>
        </Show>
        <Show when=move || !has_next()>
            <section class="hero">
                <h1 class="hero__title">{t!(i18n, resident.home.title)}</h1>
                <p class="hero__text">{t!(i18n, resident.home.lead)}</p>
                <div class="actions">
                    <a href="/book" class="btn btn--primary btn--big">
                        <Icon name="calendar"/>{t!(i18n, resident.home.book)}
                    </a>
                </div>
                <p class="hero__text"><strong>{t!(i18n, resident.home.free)}</strong></p>
            </section>
        </Show>
        <Unfinished/>
        <BringList office=of.clone()/>
        <section class="stack stack--tight">
            <h2>{t!(i18n, resident.home.how_title)}</h2>
            <ul class="list list--card">
                <Line icon="user" text=move || t_string!(i18n, resident.home.how_self)/>
                <Line icon="clock" text=move || t_string!(i18n, resident.home.how_early)/>
                <Line
                    icon="camera"
                    text=move || t_string!(i18n, resident.home.how_long, minutes = minutes)
                />
            </ul>
        </section>
        <section class="card">
            <h2 class="card__title">{t!(i18n, resident.home.who_title)}</h2>
            <p>{t!(i18n, resident.home.who_text)}</p>
        </section>
        <section class="card">
            <h2 class="card__title">{t!(i18n, resident.home.claim_title)}</h2>
            <p>{t!(i18n, resident.home.claim_text)}</p>
            <div class="card__foot">
                <a href="/claim" class="btn btn--secondary">
                    <Icon name="ticket"/>{t!(i18n, resident.ticket.to_claim)}
                </a>
            </div>
        </section>
    }
}

/// Another office, where there are several.
#[component]
fn OtherOffice() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let opens = RwSignal::new(false);
    let is_choice = move || {
        let is_resident = rekam.who().role == Role::Resident;
        is_resident && rekam.office().is_some() && rekam.known_offices().len() > 1
    };
    Effect::new(move |before: Option<Option<OfficeId>>| {
        let now = rekam.office().map(|office| office.id);
        if before.is_some_and(|before| before != now) {
            opens.set(false);
        }
        now
    });
    view! {
        <Show when=is_choice>
            <button
                type="button"
                class="btn btn--quiet"
                aria-expanded=move || opens.get().to_string()
                on:click=move |_| opens.update(|opens| *opens = !*opens)
            >
                <Icon name="pin"/>{t!(i18n, resident.office.change)}
            </button>
            <Show when=move || opens.get()>
                <OfficeChoice/>
            </Show>
        </Show>
    }
}

/// A form begun on this phone and not sent.
#[component]
fn Unfinished() -> impl IntoView {
    let i18n = use_i18n();
    let left = Asked::new(|| async { draft::unfinished().await.is_some() });
    let there = move || left.get().unwrap_or_default();
    view! {
        <Show when=there>
            <div class="notice notice--info">
                <Icon name="edit"/>
                <div class="notice__body">
                    <p class="notice__title">{t!(i18n, resident.home.continue_title)}</p>
                    <p class="notice__text">{t!(i18n, resident.home.continue_text)}</p>
                    <div class="notice__actions">
                        <a href="/book" class="btn btn--secondary">
                            {t!(i18n, resident.home.resume)}<Icon name="arrow-right"/>
                        </a>
                    </div>
                </div>
            </div>
        </Show>
    }
}

/// What to bring, as the office's setting says.
#[component]
pub fn BringList(office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let papers = move || {
        let all = bring_words(i18n, &office).into_iter();
        all.map(|text| view! { <Line icon="document" text/> })
            .collect_view()
    };
    view! {
        <section class="stack stack--tight">
            <h2>{t!(i18n, resident.home.bring_title)}</h2>
            <ul class="list list--card">
                {papers}
            </ul>
        </section>
    }
}

#[component]
fn Line(icon: &'static str, #[prop(into)] text: TextProp) -> impl IntoView {
    view! {
        <li class="row">
            <span class="row__lead"><Icon name=icon/></span>
            <span class="row__body"><span class="row__title">{move || text.get()}</span></span>
        </li>
    }
}
