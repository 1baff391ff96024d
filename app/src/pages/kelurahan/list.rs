//! One person as a line of the list: who, how things stand, and the two buttons of the round from
//! door to door.

use super::{delivery, roll::Entry, when::When};
use crate::{
    components::{Icon, Status, StatusBadge, name_of, use_toasts},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    invitation::{self, Invitation, Reason},
    resident::Resident,
};

/// The reason in words.
pub fn reason_text(i18n: I18n, reason: Reason) -> &'static str {
    match reason {
        Reason::Moved => t_string!(i18n, kelurahan.delivery.moved),
        Reason::Away => t_string!(i18n, kelurahan.delivery.away),
        Reason::Deceased => t_string!(i18n, kelurahan.delivery.deceased),
        Reason::Refused => t_string!(i18n, kelurahan.delivery.refused),
        Reason::Unknown => t_string!(i18n, kelurahan.delivery.unknown),
    }
}

/// The NIK as far as kelurahan staff may see it.
pub fn masked_nik(resident: &Resident) -> Option<String> {
    let masked = resident.nik.as_ref().map(|nik| nik.masked());
    masked.or_else(|| resident.nik_masked.clone())
}

#[component]
pub fn InvitationBadge(invitation: Invitation) -> impl IntoView {
    let i18n = use_i18n();
    match invitation.state {
        invitation::State::Planned => view! {
            <span class="badge badge--planned">
                <Icon name="calendar"/>
                {t!(i18n, kelurahan.delivery.planned)}
            </span>
        }
        .into_any(),
        invitation::State::Printed | invitation::State::HandedOver { .. } => {
            view! { <StatusBadge status=Status::from(&invitation.state)/> }.into_any()
        }
        invitation::State::Delivered { .. } => view! {
            <span class="badge badge--delivered">
                <Icon name="check"/>
                {t!(i18n, kelurahan.delivery.delivered)}
            </span>
        }
        .into_any(),
        invitation::State::Undeliverable { reason, .. } => view! {
            <span class="badge badge--undeliverable">
                <Icon name="warning"/>
                {move || reason_text(i18n, reason)}
            </span>
        }
        .into_any(),
    }
}

#[component]
pub fn PersonRow(
    entry: Entry,
    on_not_given: Callback<Entry>,
    /// Of what was delivered it can be said that it was not: an RT is noted as a whole first.
    #[prop(optional)]
    exceptions: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let toasts = use_toasts();
    let resident = entry.resident.clone();
    let name = name_of(i18n, &resident);
    let today = move || rekam.office().map(|office| office.today(rekam.now()));
    let birth = resident.birth;
    let age = move || Some(birth?.age_on(today()?));
    let nik = masked_nik(&resident);
    let attention = entry.waits_for_review();
    let recorded = entry.is_recorded();
    let undelivered = entry.undelivered();
    let given = entry.on_paper().map(|_| entry.clone());
    let untold = entry.invitation.as_ref().filter(|_| entry.untold);
    let untold = untold.map(|invitation| (invitation.id, invitation.proposal));
    let delivered = |i: &Invitation| matches!(i.state, invitation::State::Delivered { .. });
    let excepted = exceptions && entry.invitation.as_ref().is_some_and(delivered);
    let not_given = undelivered.is_some() || excepted;
    let booking = entry.booking.clone();
    let invitation = entry.invitation.clone();
    let (given_name, not_name, open_name) = (name.clone(), name.clone(), name.clone());
    let told_name = name.clone();

    view! {
        <li class="row" class:row--attention=attention class:row--done=recorded>
            <span class="row__body">
                <a class="row__title" href=format!("/kelurahan/residents/{}", resident.id)>
                    {name}
                </a>
                <span class="row__note">
                    {move || {
                        let mut parts = Vec::new();
                        if let Some(age) = age() {
                            parts.push(t_string!(i18n, kelurahan.person.age, n = age));
                        }
                        if let Some(nik) = nik.clone() {
                            parts.push(t_string!(i18n, kelurahan.person.nik, nik = nik));
                        }
                        parts.join(" · ")
                    }}
                </span>
                {untold.map(|(_, place)| {
                    let when = move || {
                        let (place, office) = (place?, rekam.office()?);
                        Some(rekam.view(|world| When::of(i18n, world, &office, &place).line()))
                    };
                    let words = move || {
                        when().map(|when| t_string!(i18n, kelurahan.duty.new_time, when = when))
                    };
                    view! { <span class="row__note"><strong>{words}</strong></span> }
                })}
                <span class="cluster">
                    {invitation.map(|invitation| view! { <InvitationBadge invitation/> })}
                    {booking.map(|booking| view! { <StatusBadge status=Status::from(booking.state)/> })}
                </span>
            </span>
            <span class="row__end">
                {untold.map(|(invitation, _)| view! {
                    <button
                        class="btn btn--good"
                        aria-label=move || t_string!(i18n, kelurahan.duty.told_for, name = told_name.clone())
                        on:click=move |_| delivery::tell(rekam, invitation)
                    >
                        <Icon name="check"/>
                        {t!(i18n, kelurahan.duty.told)}
                    </button>
                })}
                {given.map(|given| view! {
                    <button
                        class="btn btn--good"
                        aria-label=move || t_string!(i18n, kelurahan.home.given_for, name = given_name.clone())
                        on:click=move |_| delivery::note_delivered(i18n, rekam, toasts, &given)
                    >
                        <Icon name="check"/>
                        {t!(i18n, kelurahan.home.given)}
                    </button>
                })}
                {not_given.then(|| view! {
                    <button
                        class="btn btn--secondary"
                        aria-label=move || t_string!(i18n, kelurahan.home.not_given_for, name = not_name.clone())
                        on:click=move |_| on_not_given.run(entry.clone())
                    >
                        {t!(i18n, kelurahan.home.not_given)}
                    </button>
                })}
                <a
                    class="btn btn--icon btn--quiet"
                    href=format!("/kelurahan/residents/{}", resident.id)
                    aria-label=move || t_string!(i18n, kelurahan.home.open_for, name = open_name.clone())
                >
                    <Icon name="chevron-right"/>
                </a>
            </span>
        </li>
    }
}
