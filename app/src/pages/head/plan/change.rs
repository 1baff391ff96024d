//! Moves a kelurahan's day, or an hour of it, to another date or to another kelurahan.

use super::{super::words, desk::Desk, trouble::words_of};
use crate::{
    components::{Choice, Dialog, Icon, SelectField, format},
    i18n::*,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    plan::{self, Ask, Part, Seat, Trouble},
    region::RegionCode,
    slot::SlotStart,
};

/// What is to be moved: a kelurahan's seats of a day at the office.
#[derive(Clone, PartialEq)]
pub struct Edit {
    pub date: NaiveDate,
    pub kelurahan: RegionCode,
}

/// Where it goes.
struct Target {
    date: NaiveDate,
    kelurahan: RegionCode,
    /// One hour; none is the whole day.
    hour: Option<SlotStart>,
}

/// The parts after the move, or what is in the way.
fn moved(ask: &Ask<'_>, parts: Vec<Part>, edit: &Edit, to: &Target) -> Result<Vec<Part>, Trouble> {
    let (from, code) = (&edit.kelurahan, &to.kelurahan);
    match to.hour {
        None => {
            let parts = plan::move_day(ask, parts, Some(from), edit.date, to.date)?;
            let is_other = code != from;
            Ok(if is_other {
                plan::reassign_day(parts, to.date, Some(from), code)
            } else {
                parts
            })
        }
        Some(hour) => {
            let seat: Seat = (hour, None);
            let parts = plan::reassign(parts, seat, from, code);
            let there = SlotStart::new(to.date.and_time(hour.local().time()));
            Ok(plan::move_part(parts, seat, code, (there, None)))
        }
    }
}

#[component]
pub fn Change(desk: Desk, edit: RwSignal<Option<Edit>>) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let (hour, date, kelurahan) = (
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
        RwSignal::new(String::new()),
    );
    let trouble = RwSignal::new(None::<Trouble>);
    let tried = RwSignal::new(false);
    Effect::new(move |_| {
        if let Some(of) = edit.get() {
            hour.set(String::new());
            date.set(of.date.to_string());
            kelurahan.set(of.kelurahan.to_string());
            trouble.set(None);
            tried.set(false);
            open.set(true);
        }
    });
    Effect::new(move |_| {
        if !open.get() && edit.with_untracked(Option::is_some) {
            edit.set(None);
        }
    });
    let locale = move || i18n.get_locale();
    let hours = Signal::derive(move || {
        let Some(of) = edit.get() else {
            return Vec::new();
        };
        desk.parts.with(|parts| {
            let own = parts.iter().filter(|part| {
                let theirs = part.kelurahan == of.kelurahan && part.session.is_none();
                theirs && part.slot.date() == of.date && part.left() > 0
            });
            own.map(|part| {
                let time = format::time(locale(), part.slot.local().time());
                let title = t_string!(i18n, head.plan.hour, time = time, n = part.left());
                Choice::new(part.slot.to_string(), title)
            })
            .collect()
        })
    });
    let dates = Signal::derive(move || {
        let days = desk.ask(|ask| desk.parts.with(|parts| plan::days(ask, parts)));
        let own = edit.with(|of| of.as_ref().map(|of| of.date));
        let days = days.unwrap_or_default().into_iter();
        days.filter(|day| day.closed.is_none() || Some(day.date) == own)
            .map(|day| {
                let words = format::day(locale(), day.date);
                let title = t_string!(i18n, head.plan.date_room, day = words, n = day.room);
                Choice::new(day.date.to_string(), title)
            })
            .collect::<Vec<_>>()
    });
    let places = Signal::derive(move || {
        let office = desk.office.get();
        let all = office.into_iter().flat_map(|office| office.kelurahan);
        all.map(|k| Choice::new(k.code.to_string(), k.name))
            .collect::<Vec<_>>()
    });
    let target = move || {
        let hour = hour.with_untracked(|typed| typed.parse().ok());
        let (date, kelurahan) = (
            date.with_untracked(|typed| typed.parse().ok())?,
            kelurahan.with_untracked(|typed| RegionCode::parse(typed).ok())?,
        );
        Some(Target {
            date,
            kelurahan,
            hour,
        })
    };
    let missing = move |of: RwSignal<String>| {
        Signal::derive(move || {
            let is_missing = tried.get() && of.with(String::is_empty);
            is_missing.then(|| i18n.code_text("required").to_owned())
        })
    };
    let apply = move |_| {
        tried.set(true);
        let found = edit.get_untracked().zip(target());
        let Some((of, to)) = found else { return };
        let parts = desk.parts.get_untracked();
        match untrack(|| desk.ask(|ask| moved(ask, parts, &of, &to))) {
            Some(Ok(parts)) => {
                desk.put(parts);
                open.set(false);
            }
            Some(Err(why)) => trouble.set(Some(why)),
            None => {}
        }
    };
    let title = move || {
        edit.get().map_or_else(String::new, |of| {
            let name = words::kelurahan(i18n, desk.office.get().as_ref(), Some(&of.kelurahan));
            let day = format::day(locale(), of.date);
            t_string!(i18n, head.plan.move_of, name = name, day = day)
        })
    };
    view! {
        <Dialog
            id="move"
            open
            title=title
            actions=move || view! {
                <button class="btn btn--primary" on:click=apply>
                    <Icon name="check"/>{t!(i18n, head.plan.apply)}
                </button>
                <button class="btn btn--secondary" on:click=move |_| open.set(false)>
                    {t!(i18n, head.plan.leave)}
                </button>
            }
        >
            <p class="soft">{t!(i18n, head.plan.move_text)}</p>
            <SelectField
                id="move-hour"
                label=move || t_string!(i18n, head.plan.which_hour)
                hint=move || t_string!(i18n, head.plan.which_hour_hint)
                optional=true
                value=hour
                choices=hours
            />
            <SelectField
                id="move-date"
                label=move || t_string!(i18n, head.plan.to_date)
                value=date
                choices=dates
                error=missing(date)
            />
            <SelectField
                id="move-kelurahan"
                label=move || t_string!(i18n, head.plan.to_kelurahan)
                value=kelurahan
                choices=places
                error=missing(kelurahan)
            />
            <div role="alert">
                {move || trouble.get().map(|why| view! {
                    <p class="field__error">
                        <Icon name="warning"/>
                        {words_of(i18n, desk.office.get().as_ref(), &why)}
                    </p>
                })}
            </div>
        </Dialog>
    }
}
