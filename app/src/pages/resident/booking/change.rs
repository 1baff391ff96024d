//! Another time for the same booking. The old one holds until the office has confirmed the new one.

use super::super::{NotSaved, ticket::slot_text, times::TimePicker};
use crate::{components::Icon, i18n::*, state::use_rekam};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    booking::{Booking, State},
    command::{Command, RescheduleBooking},
    office::Office,
    slot::SlotStart,
};

#[component]
pub fn ChangeTime(booking: Booking, office: Office, changing: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let choices = RwSignal::new(Vec::<SlotStart>::new());
    let sending = RwSignal::new(false);
    let failed = RwSignal::new(false);
    let (id, office_id) = (booking.id, office.id);
    // A time that the office took away holds no longer.
    let old = booking.slot.filter(|_| booking.state == State::Confirmed);
    let now = move || {
        old.map(|slot| {
            let when = slot_text(i18n.get_locale(), slot);
            view! {
                <p><strong>{t_string!(i18n, resident.ticket.change_now, when = when).to_string()}</strong></p>
            }
        })
    };
    let send = move |_| {
        let choices = choices.get_untracked();
        if choices.is_empty() || sending.get_untracked() {
            return;
        }
        sending.set(true);
        spawn_local(async move {
            let wish = RescheduleBooking {
                booking: id,
                choices,
                any_that_week: false,
            };
            match rekam
                .append(office_id, Command::RescheduleBooking(wish))
                .await
            {
                Ok(_) => changing.set(false),
                Err(_) => {
                    sending.set(false);
                    failed.set(true);
                }
            }
        });
    };
    view! {
        <section class="stack">
            <h2>{t!(i18n, resident.ticket.change_title)}</h2>
            {now}
            {old.map(|_| view! { <p class="soft">{t!(i18n, resident.ticket.change_lead)}</p> })}
            <TimePicker office choices/>
            <Show when=move || failed.get()>
                <NotSaved/>
            </Show>
            <div class="sticky-actions">
                <button
                    class="btn btn--primary btn--big btn--block"
                    disabled=move || choices.with(Vec::is_empty)
                    aria-busy=move || sending.get().to_string()
                    on:click=send
                >
                    <Icon name="send"/>{t!(i18n, resident.ticket.change_send)}
                </button>
                <button class="btn btn--quiet btn--block" on:click=move |_| changing.set(false)>
                    {t!(i18n, resident.ticket.cancel_no)}
                </button>
            </div>
        </section>
    }
}
