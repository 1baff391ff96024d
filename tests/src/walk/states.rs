//! One booking of the phone in every state that it can be in.

use crate::{browser::Browser, harness::OFFICE, invited, site::Site};
use shared::{
    booking::{Booking, Offer, State, Why},
    ids::BookingId,
    resident::Resident,
};

use chrono::TimeDelta;

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
    let people: Vec<Resident> = site.rows(OFFICE).await;
    let person = people
        .into_iter()
        .find(|r| r.id == confirmed.resident)
        .expect("the server has the person");
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
    let village = invited::village(site).await;
    let offered = |why, hours| Booking {
        offer: Some(Offer {
            slots: (9..12)
                .filter_map(|hour| format!("2026-12-02T{hour:02}:00").parse().ok())
                .collect(),
            until: site.now() + TimeDelta::hours(hours),
            why,
        }),
        seated: false,
        ..in_state(State::Offered)
    };
    let rows = [
        (
            "state-offer-day",
            offered(Why::DayChanged, 24),
            "Tidak ada yang cocok",
        ),
        (
            "state-offer-seat",
            offered(Why::SeatFreed, 24),
            "Ada kursi kosong",
        ),
        (
            "state-offer-over",
            offered(Why::DayChanged, -1),
            "Batas waktu memilih",
        ),
        (
            "state-unplaced",
            Booking {
                seated: false,
                ..in_state(State::Unplaced)
            },
            "belum punya waktu",
        ),
        (
            "state-expired",
            unseated(State::Expired),
            "tidak lagi di daftar tunggu",
        ),
        (
            "state-moved-by-office",
            Booking {
                slot: Some(invited::day()),
                session: Some(village.id),
                moved_by_office: true,
                ..confirmed.clone()
            },
            "Balai Warga Sukadamai",
        ),
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
        // The person's record says how often they stayed away.
        let person = Resident {
            no_shows: booking.no_shows,
            ..person.clone()
        };
        site.put_all(OFFICE, vec![person.into(), booking.into()])
            .await;
        page(look, phone, name, &path, word).await?;
    }
    Ok(id)
}
