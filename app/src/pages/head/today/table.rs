//! Today's numbers line by line: each place where the office works, and each kelurahan.

use super::super::{
    sheet::{Column, sheet},
    words,
};
use super::longest_words;
use crate::{
    i18n::*,
    state::{Rekam, use_rekam},
};
use leptos::prelude::*;
use shared::{
    figures::today::{Numbers, Today},
    ids::SessionId,
    office::Office,
    session::Session,
};

/// The columns after a kelurahan.
const OF_KELURAHAN: [Column<Numbers>; 6] = [
    (keys::head::booked, |_, n| n.booked.to_string()),
    (keys::head::came, |_, n| n.came.to_string()),
    (keys::head::waiting, |_, n| n.waiting.to_string()),
    (keys::head::recorded, |_, n| n.recorded.to_string()),
    (keys::head::not_recorded, |_, n| {
        n.not_recorded().to_string()
    }),
    (keys::head::no_show, |_, n| n.no_show.to_string()),
];

/// The columns after a place.
const OF_PLACE: [Column<(Numbers, Option<i64>)>; 8] = [
    (keys::head::seats_column, |_, (n, _)| n.seats.to_string()),
    (keys::head::booked, |_, (n, _)| n.booked.to_string()),
    (keys::head::came, |_, (n, _)| n.came.to_string()),
    (keys::head::waiting, |_, (n, _)| n.waiting.to_string()),
    (keys::head::longest, |i, (_, longest)| {
        longest_words(i, *longest)
    }),
    (keys::head::recorded, |_, (n, _)| n.recorded.to_string()),
    (keys::head::not_recorded, |_, (n, _)| {
        n.not_recorded().to_string()
    }),
    (keys::head::no_show, |_, (n, _)| n.no_show.to_string()),
];

/// "Kantor", or the place of a village team.
fn place(i18n: I18n, rekam: Rekam, at: Option<SessionId>) -> String {
    let Some(session) = at else {
        return t_string!(i18n, head.at_office).to_owned();
    };
    let name = rekam.view(|world| Some(world.get::<Session>(session)?.what.place.clone()));
    name.unwrap_or_else(|| t_string!(i18n, head.elsewhere).to_owned())
}

#[component]
pub fn ByPlace(today: Memo<Option<Today>>) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    move || {
        let today = today.get()?;
        let with_wait = |numbers: Numbers| (numbers, super::longest(&numbers, rekam.now()));
        let places = today.by_place.iter().map(|(at, numbers)| {
            let name = place(i18n, rekam, *at);
            (name.into_any(), with_wait(*numbers))
        });
        let total = t_string!(i18n, head.all_places, n = today.by_place.len());
        let rows = places.chain([(total.into_any(), with_wait(today.all))]);
        let title = t_string!(i18n, head.by_place).to_owned();
        Some(sheet(
            i18n,
            title,
            keys::head::place,
            &OF_PLACE,
            rows.collect(),
        ))
    }
}

#[component]
pub fn ByKelurahan(today: Memo<Option<Today>>, office: Memo<Option<Office>>) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let today = today.get().unwrap_or_default();
        let office = office.get();
        let all = today.by_kelurahan.iter().map(|(code, numbers)| {
            let name = words::kelurahan(i18n, office.as_ref(), code.as_ref());
            (name.into_any(), *numbers)
        });
        let total = t_string!(i18n, head.total).into_any();
        let rows = all.chain([(total, today.all)]).collect();
        let title = t_string!(i18n, head.by_kelurahan).to_owned();
        sheet(i18n, title, keys::head::kelurahan, &OF_KELURAHAN, rows)
    }
}
