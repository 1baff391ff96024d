//! The paper that a resident takes along: when and where, what to bring, the codes. Its address
//! names a booking, never a person.

use super::claim_code;
use crate::router::use_router;
use crate::{
    components::{
        EmptyState, Icon, Loading, Notice, PageHeader, Place, Qr, Tone, bring_words, format,
        name_of, time_of,
    },
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    booking::{Booking, State},
    ids::BookingId,
    office::Office,
    resident::Resident,
    slot::SlotStart,
    sop::eligibility::{self, Eligibility},
};

#[component]
pub fn Slip() -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let named = use_router().rest("/kelurahan/slip/");
    let id = Memo::new(move |_| named.read().parse::<BookingId>().ok());
    let found = Memo::new(move |_| {
        let id = id.get()?;
        let office = rekam.office()?;
        rekam.view(|world| {
            let booking = world.get::<Booking>(id)?.clone();
            let resident = world.get::<Resident>(booking.resident)?.clone();
            Some((booking, resident, office))
        })
    });
    // `None` while it is being looked up.
    let code = RwSignal::new(None::<Option<String>>);
    Effect::new(move |_| {
        if let Some(id) = id.get() {
            spawn_local(async move { code.set(Some(claim_code::load(id).await)) });
        }
    });
    let has_code = move || code.with(|c| matches!(c, Some(Some(_))));
    let printed = move |_| {
        if let Some(id) = id.get_untracked() {
            spawn_local(async move {
                claim_code::forget(id).await;
                code.set(Some(None));
            });
        }
    };
    let renew = move |_| {
        let booking = found.with_untracked(|f| f.as_ref().map(|(b, _, _)| b.clone()));
        if let Some(booking) = booking {
            spawn_local(async move {
                if let Some(new) = claim_code::renew(rekam, &booking).await {
                    code.set(Some(Some(new)));
                }
            });
        }
    };
    let back = move || {
        found.with(|f| {
            f.as_ref()
                .map(|(b, _, _)| format!("/kelurahan/residents/{}", b.resident))
        })
    };
    let page = move || {
        let Some((booking, resident, office)) = found.get() else {
            return view! {
                <EmptyState
                    icon="search"
                    title=move || t_string!(i18n, kelurahan.slip.missing_title)
                    text=move || t_string!(i18n, kelurahan.slip.missing_text)
                />
            }
            .into_any();
        };
        let born = resident.birth.is_some();
        let renewable = booking.state.is_active() && booking.state != State::Arrived;
        view! {
            <Show
                when=move || code.with(Option::is_some)
                fallback=|| view! { <Loading/> }
            >
                <Paper booking=booking.clone() resident=resident.clone() office=office.clone() code/>
            </Show>
            <div class="actions no-print">
                <button class="btn btn--primary btn--big" on:click=|_| drop(window().print())>
                    <Icon name="printer"/>
                    {t!(i18n, kelurahan.slip.print)}
                </button>
                <Show when=has_code>
                    <button class="btn btn--secondary btn--big" on:click=printed>
                        <Icon name="check"/>
                        {t!(i18n, kelurahan.slip.printed)}
                    </button>
                </Show>
                <a class="btn btn--quiet" href=back>{t!(i18n, kelurahan.slip.back)}</a>
            </div>
            <div class="no-print">
                <Show when=has_code>
                    <p class="soft small">{t!(i18n, kelurahan.slip.printed_note)}</p>
                </Show>
                <Show when=move || has_code() && !born>
                    <Notice tone=Tone::Warning text=move || t_string!(i18n, kelurahan.slip.claim_no_birth)/>
                </Show>
                <Show when=move || code.with(|c| matches!(c, Some(None)))>
                    <Notice
                        title=move || t_string!(i18n, kelurahan.slip.claim_gone_title)
                        text=move || t_string!(i18n, kelurahan.slip.claim_gone_text)
                    >
                        {renewable.then(|| view! {
                            <button class="btn btn--secondary" on:click=renew>
                                <Icon name="document"/>
                                {t!(i18n, kelurahan.detail.new_slip)}
                            </button>
                        })}
                    </Notice>
                </Show>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="page page--narrow">
            <PageHeader
                title=move || t_string!(i18n, kelurahan.slip.title)
                lead=move || t_string!(i18n, kelurahan.slip.lead)
            />
            {page}
        </div>
    }
}

/// "07.30–08.30".
fn hours(i18n: I18n, place: &Place, start: SlotStart) -> String {
    format::span(i18n.get_locale(), start, place.minutes(start))
}

/// What is printed.
#[component]
fn Paper(
    booking: Booking,
    resident: Resident,
    office: Office,
    code: RwSignal<Option<Option<String>>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let of = office.clone();
    let papers = move || {
        let all = bring_words(i18n, &of).into_iter();
        all.map(|text| view! { <li>{text}</li> }).collect_view()
    };
    let seat = time_of(&booking);
    let first = seat.or_else(|| booking.choices.first().copied());
    let early = resident.birth.zip(first).is_some_and(|(birth, first)| {
        let guardian = resident.guardian.as_ref();
        !matches!(
            eligibility::check(birth, resident.married, guardian, first.date()),
            Ok(Eligibility::Full)
        )
    });
    let times: Vec<SlotStart> = match seat {
        Some(slot) => vec![slot],
        None => booking.choices.clone(),
    };
    let state = booking.state;
    let sure = seat.is_some();
    let place = use_rekam().view(|view| Place::find(view, &office, booking.session));
    let kelurahan = resident
        .kelurahan
        .as_ref()
        .and_then(|code| office.kelurahan(code))
        .map(|k| k.name.clone());
    let when = {
        let office = office.clone();
        move || {
            if !sure {
                let wish = |start: SlotStart| {
                    let day = format::day(i18n.get_locale(), start.date());
                    view! { <li>{day}", "{hours(i18n, &place, start)}" "{office.zone.label()}</li> }
                };
                let wishes = times.iter().copied().map(wish).collect_view();
                return view! {
                    <p class="slip__label">{t!(i18n, kelurahan.slip.asked_for)}</p>
                    <ul class="slip__list">{wishes}</ul>
                }
                .into_any();
            }
            let line = |start: SlotStart| {
                view! {
                    <p class="slip__day">{format::day(i18n.get_locale(), start.date())}</p>
                    <p class="slip__time">
                        {hours(i18n, &place, start)}
                        <span class="slip__zone">" "{office.zone.label()}</span>
                    </p>
                    {place.elsewhere(i18n).map(|name| view! { <p class="slip__day">{name}</p> })}
                }
            };
            times.iter().copied().map(line).collect_view().into_any()
        }
    };
    // The office is no secret; the code and the name stay off the address.
    let location = window().location();
    let link_on = |site: String| format!("{site}/claim?office={}", office.id);
    let link = link_on(location.host().unwrap_or_default());
    let address = link_on(location.origin().unwrap_or_default());
    view! {
        <section class="slip">
            <p class="slip__office">
                {office.name.clone()}
                {kelurahan.map(|name| view! { <br/>{name} })}
            </p>
            <p><strong>{move || name_of(i18n, &resident)}</strong></p>
            {match state {
                State::Requested { .. } => view! {
                    <p><strong>{t!(i18n, kelurahan.slip.requested)}</strong></p>
                    <p>{t!(i18n, kelurahan.slip.requested_note)}</p>
                }
                .into_any(),
                State::Waitlisted | State::Offered | State::Unplaced => view! {
                    <p><strong>{t!(i18n, kelurahan.slip.waitlisted)}</strong></p>
                    <p>{t!(i18n, kelurahan.slip.requested_note)}</p>
                }
                .into_any(),
                State::Confirmed | State::Arrived | State::Ended { .. } => ().into_any(),
                State::Rejected | State::Cancelled | State::NoShow | State::Expired => view! {
                    <p><strong>{t!(i18n, kelurahan.slip.void)}</strong></p>
                }
                .into_any(),
            }}
            <div>{when}</div>
            <p>{t!(i18n, kelurahan.slip.early)}</p>
            <div>
                <p class="slip__label">{t!(i18n, kelurahan.slip.code)}</p>
                <p class="slip__code">{format::code(booking.code.as_str())}</p>
                <p>{t!(i18n, kelurahan.slip.code_note)}</p>
            </div>
            {move || code.get().flatten().map(|code| {
                let link = StoredValue::new(link.clone());
                let label = Signal::derive(move || {
                    t_string!(i18n, kelurahan.slip.claim_qr, link = link.get_value())
                });
                let how = move || {
                    let button = t_string!(i18n, resident.ticket.to_claim);
                    t_string!(i18n, kelurahan.slip.claim_how, link = link.get_value(), button = button)
                };
                view! {
                    <div>
                        <p class="slip__label">{t!(i18n, kelurahan.slip.claim)}</p>
                        <p class="slip__code">{format::code(&code)}</p>
                        <div class="slip__qr"><Qr text=address.clone() label/></div>
                        <p>
                            {how}
                            " "
                            {t!(i18n, kelurahan.slip.claim_secret)}
                        </p>
                    </div>
                }
            })}
            <div>
                <p class="slip__label">{t!(i18n, kelurahan.slip.bring)}</p>
                <ul class="slip__list">
                    <li>{t!(i18n, kelurahan.slip.bring_self)}</li>
                    {papers}
                    {early.then(|| view! { <li>{t!(i18n, kelurahan.slip.bring_guardian)}</li> })}
                </ul>
            </div>
            <p>{t!(i18n, kelurahan.slip.change)}</p>
            <p class="slip__foot">{t!(i18n, kelurahan.slip.free)}</p>
        </section>
    }
}
