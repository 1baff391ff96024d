//! One booking of the phone in every state that it can be in.

use crate::{browser::Browser, harness::OFFICE, site::Site};
use shared::{
    booking::{Booking, State},
    ids::BookingId,
    row::Row,
};

use super::{Look, page};

/// Shows them all and leaves the booking confirmed.
pub async fn show(look: &impl Look, site: &Site, phone: &Browser) -> anyhow::Result<BookingId> {
    phone.go("/bookings").await;
    phone.see("Dipastikan").await;
    let link =
        "return document.querySelector(\"main a[href^='/bookings/']\").href.split('/').pop()";
    let id: BookingId = phone.run::<String>(link).await.parse()?;
    let all: Vec<Booking> = site.rows(OFFICE).await;
    let confirmed = all
        .into_iter()
        .find(|b| b.id == id)
        .expect("the server has the phone's booking");
    let path = format!("/bookings/{id}");
    let in_state = |state| Booking {
        state,
        ..confirmed.clone()
    };
    let unseated = |state| Booking {
        slot: None,
        ticket: None,
        seated: false,
        ..in_state(state)
    };
    let soon = site
        .now()
        .date_naive()
        .and_hms_opt(13, 0, 0)
        .expect("a time");
    let rows = [
        (
            "state-review",
            unseated(State::Requested { review: true }),
            "memeriksa",
        ),
        (
            "state-waitlisted",
            unseated(State::Waitlisted),
            "daftar tunggu",
        ),
        (
            "state-rejected",
            unseated(State::Rejected),
            "tidak diterima",
        ),
        ("state-cancelled", in_state(State::Cancelled), "dibatalkan"),
        ("state-arrived", in_state(State::Arrived), "tercatat datang"),
        (
            "state-no-show",
            Booking {
                no_shows: 1,
                ..in_state(State::NoShow)
            },
            "tidak datang",
        ),
        (
            "state-no-show-last",
            Booking {
                no_shows: 2,
                ..in_state(State::NoShow)
            },
            "sudah dipakai",
        ),
        (
            "state-recorded",
            in_state(State::Ended { recorded: true }),
            "Perekaman selesai",
        ),
        (
            "state-not-recorded",
            in_state(State::Ended { recorded: false }),
            "Belum terekam",
        ),
        (
            "state-too-late",
            Booking {
                slot: format!("{}", soon.format("%Y-%m-%dT%H:%M")).parse().ok(),
                ..confirmed.clone()
            },
            "tidak bisa diganti sendiri",
        ),
        ("state-confirmed", confirmed.clone(), "Kode tiket"),
    ];
    for (name, booking, word) in rows {
        site.put(OFFICE, Row::Booking(booking)).await;
        page(look, phone, name, &path, word).await?;
    }
    Ok(id)
}
