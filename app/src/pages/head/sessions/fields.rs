//! The fields of a mobile session as signals, and the boxes for whom it is.

use crate::{components::Icon, i18n::*};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{form::session::SessionForm, office::Office, region::RegionCode, session::Details};
use std::collections::BTreeSet;

/// Each field as it was typed.
#[derive(Clone, Copy)]
pub struct Typed {
    pub kelurahan: RwSignal<BTreeSet<RegionCode>>,
    pub place: RwSignal<String>,
    pub coordinates: RwSignal<String>,
    pub date: RwSignal<String>,
    pub open: RwSignal<String>,
    pub close: RwSignal<String>,
    pub break_from: RwSignal<String>,
    pub break_to: RwSignal<String>,
    pub stations: RwSignal<String>,
    pub staff: RwSignal<String>,
    pub from_office: RwSignal<String>,
}

/// A day of work that the law allows for one operator a station: seven hours, with a break after four.
fn usual() -> SessionForm {
    SessionForm {
        open: "07.30".to_owned(),
        close: "15.30".to_owned(),
        break_from: "11.30".to_owned(),
        break_to: "12.30".to_owned(),
        stations: "1".to_owned(),
        staff: "1".to_owned(),
        from_office: "1".to_owned(),
        ..SessionForm::default()
    }
}

impl Typed {
    /// The fields of a session there is, or of a usual one within the next weeks.
    #[must_use]
    pub fn new(of: Option<&Details>, office: &Office, today: NaiveDate) -> Self {
        let form = of.map_or_else(
            || {
                let mut days = today.iter_days().skip(14).take(14);
                let date = days.find(|day| office.windows(*day).is_ok());
                SessionForm {
                    date: date.map(|d| d.to_string()).unwrap_or_default(),
                    ..usual()
                }
            },
            SessionForm::of,
        );
        Self {
            kelurahan: RwSignal::new(form.kelurahan),
            place: RwSignal::new(form.place),
            coordinates: RwSignal::new(form.coordinates),
            date: RwSignal::new(form.date),
            open: RwSignal::new(form.open),
            close: RwSignal::new(form.close),
            break_from: RwSignal::new(form.break_from),
            break_to: RwSignal::new(form.break_to),
            stations: RwSignal::new(form.stations),
            staff: RwSignal::new(form.staff),
            from_office: RwSignal::new(form.from_office),
        }
    }

    /// What stands in the fields now.
    #[must_use]
    pub fn form(self) -> SessionForm {
        SessionForm {
            kelurahan: self.kelurahan.get(),
            place: self.place.get(),
            coordinates: self.coordinates.get(),
            date: self.date.get(),
            open: self.open.get(),
            close: self.close.get(),
            break_from: self.break_from.get(),
            break_to: self.break_to.get(),
            stations: self.stations.get(),
            staff: self.staff.get(),
            from_office: self.from_office.get(),
        }
    }
}

/// For whom it is: one kelurahan or several.
#[component]
pub fn Kelurahan(office: Office, typed: Typed, error: Signal<Option<String>>) -> impl IntoView {
    let i18n = use_i18n();
    let boxes = office.kelurahan.into_iter().map(|kelurahan| {
        let (own, given) = (kelurahan.code.clone(), kelurahan.code);
        view! {
            <label class="choice">
                <input
                    class="choice__input"
                    type="checkbox"
                    prop:checked=move || typed.kelurahan.with(|all| all.contains(&own))
                    on:change=move |event| {
                        let is_for = event_target_checked(&event);
                        typed.kelurahan.update(|all| {
                            if is_for {
                                all.insert(given.clone());
                            } else {
                                all.remove(&given);
                            }
                        });
                    }
                />
                <span class="choice__title">{kelurahan.name}</span>
            </label>
        }
    });
    view! {
        <fieldset
            class=move || if error.with(Option::is_some) { "field field--error" } else { "field" }
            aria-describedby="kelurahan-error"
        >
            <legend class="field__label">{t!(i18n, head.sessions.kelurahan)}</legend>
            <div class="choices">{boxes.collect_view()}</div>
            <div id="kelurahan-error">
                {move || error.get().map(|text| view! {
                    <p class="field__error"><Icon name="warning"/>{text}</p>
                })}
            </div>
        </fieldset>
    }
}
