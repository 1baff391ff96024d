//! A request that waits for a look: what it means, and what each answer leads to.

use crate::{
    components::{Icon, OpTrack, ProblemNotice},
    i18n::*,
    state::use_rekam,
};
use leptos::{prelude::*, task::spawn_local};
use shared::{command::Command, ids::BookingId, ids::OfficeId, ids::OpId};

#[component]
pub fn ReviewCard(office: OfficeId, booking: BookingId) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let sent = RwSignal::new(None::<OpId>);
    let failed = RwSignal::new(false);
    let answer = move |accept: bool| {
        if sent.with_untracked(Option::is_some) {
            return;
        }
        spawn_local(async move {
            match rekam
                .append(office, Command::ReviewRequest { booking, accept })
                .await
            {
                Ok(op) => sent.set(Some(op)),
                Err(_) => failed.set(true),
            }
        });
    };
    let op = Signal::derive(move || rekam.op(sent.get()?));
    view! {
        <div class="notice notice--warning" role="status">
            <Icon name="warning"/>
            <div class="notice__body">
                <p class="notice__title">{t!(i18n, kelurahan.review.title)}</p>
                <p class="notice__text">{t!(i18n, kelurahan.review.text)}</p>
                <Show
                    when=move || sent.with(Option::is_none)
                    fallback=move || view! {
                        <p class="notice__text">{t!(i18n, kelurahan.review.sent)}</p>
                        <OpTrack op/>
                    }
                >
                    <p class="notice__text small">{t!(i18n, kelurahan.review.accept_note)}</p>
                    <p class="notice__text small">{t!(i18n, kelurahan.review.reject_note)}</p>
                    <div class="notice__actions">
                        <button class="btn btn--good" on:click=move |_| answer(true)>
                            <Icon name="check"/>
                            {t!(i18n, kelurahan.review.accept)}
                        </button>
                        <button class="btn btn--danger" on:click=move |_| answer(false)>
                            <Icon name="close"/>
                            {t!(i18n, kelurahan.review.reject)}
                        </button>
                    </div>
                </Show>
            </div>
        </div>
        <Show when=move || failed.get()>
            <ProblemNotice code="internal"/>
        </Show>
    }
}
