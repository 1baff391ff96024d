//! Pages of residents on their phones: learn what it is, book, see the ticket, change, cancel.

mod asks;
mod book;
mod booking;
mod bookings;
mod claim;
mod draft;
mod home;
mod invitation;
mod offer;
mod office;
mod phones;
mod refusal;
mod standing;
mod summary;
mod ticket;
mod times;
mod wish;

pub use asks::Say;
pub use book::Book;
pub use booking::BookingDetail;
pub use bookings::Bookings;
pub use claim::ClaimPage;
pub use home::{BringList, ResidentHome};
pub use invitation::InvitationPage;

use crate::{
    components::{Notice, Tone},
    i18n::*,
};
use leptos::prelude::*;

/// A write that did not reach the phone's storage: nothing was sent, nothing typed is lost.
#[component]
fn NotSaved() -> impl IntoView {
    let i18n = use_i18n();
    let title = move || t_string!(i18n, resident.save.failed_title);
    let text = move || t_string!(i18n, resident.save.failed_text);
    view! { <Notice tone=Tone::Danger title text/> }
}

/// Nothing here is known by that address; the code on the paper brings it.
#[component]
fn ToClaim(title: Text, text: Text) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Notice tone=Tone::Warning title=i18n.view(title) text=i18n.view(text)>
            <a href="/claim" class="btn btn--secondary">
                {t!(i18n, resident.ticket.to_claim)}
            </a>
        </Notice>
    }
}
