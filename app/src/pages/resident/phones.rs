//! One phone asks that the others be removed: what this phone hears of it, and what it may say.

use super::asks::Say;
use crate::{
    components::{Notice, OpTrack, Tone, format},
    i18n::*,
    state::use_rekam,
};
use chrono::{DateTime, Utc};
use leptos::prelude::*;
use shared::{client::QueuedOp, command::Command, ids::ResidentId, resident::Resident, sync::Role};

/// A request that concerns this phone.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Pending {
    resident: Resident,
    /// This phone asked; else it is to be removed.
    asks: bool,
    /// When the office removes phones; `None` where staff look at it first.
    due: Option<DateTime<Utc>>,
}

/// Nothing, where no request concerns this phone.
#[component]
pub fn Phones() -> impl IntoView {
    let rekam = use_rekam();
    let pending = Memo::new(move |_| {
        // What staff see of residents is not about their own device.
        if rekam.who().role != Role::Resident {
            return Vec::new();
        }
        let of = |resident: &Resident| {
            let removal = resident.removal.as_ref()?;
            Some(Pending {
                resident: resident.clone(),
                asks: removal.by.is_some(),
                due: removal.due,
            })
        };
        rekam.view(|view| view.all::<Resident>().filter_map(of).collect())
    });
    move || {
        let pending = pending.get().into_iter();
        pending
            .map(|pending| view! { <Request pending/> })
            .collect_view()
    }
}

/// The answer that this phone gave and the office has not heard.
fn unheard(op: &QueuedOp, of: ResidentId) -> bool {
    let about = match op.envelope.command() {
        Ok(Command::KeepPhones { resident }) => Some(resident),
        _ => None,
    };
    !op.is_settled() && about == Some(of)
}

#[component]
fn Request(pending: Pending) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let Pending {
        resident,
        asks,
        due,
    } = pending;
    let (id, office) = (resident.id, resident.office);
    let said =
        Memo::new(move |_| rekam.ops(|ops| ops.values().rev().find(|op| unheard(op, id)).cloned()));
    let name = resident.name.to_string();
    let title = move || {
        let name = name.as_str();
        match (asks, due) {
            (true, Some(_)) => t_string!(i18n, resident.phones.asked_title, name = name),
            (false, Some(_)) => t_string!(i18n, resident.phones.goes_title, name = name),
            (_, None) => t_string!(i18n, resident.phones.contested_title, name = name),
        }
    };
    let when = move || {
        let zone = rekam.office_by_id(office)?.zone;
        let locale = i18n.get_locale();
        Some(format::moment(locale, due?, rekam.now(), zone))
    };
    let text = move || {
        let when = when().unwrap_or_default();
        match (asks, due) {
            (true, Some(_)) => t_string!(i18n, resident.phones.asked_text, when = when),
            (false, Some(_)) => t_string!(i18n, resident.phones.goes_text, when = when),
            (_, None) => t_string!(i18n, resident.phones.contested_text).to_owned(),
        }
    };
    let tone = if asks { Tone::Info } else { Tone::Warning };
    let may_say = asks || due.is_some();
    let answer = move || {
        if said.with(Option::is_some) {
            return view! {
                <p class="notice__text">{t!(i18n, resident.phones.unheard)}</p>
                <OpTrack op=said/>
            }
            .into_any();
        }
        let command = Command::KeepPhones { resident: id };
        if asks {
            view! {
                <Say office command icon="close" class="btn btn--secondary">
                    {t!(i18n, resident.phones.take_back)}
                </Say>
            }
            .into_any()
        } else {
            view! {
                <Say office command icon="check" class="btn btn--primary btn--big btn--block">
                    {t!(i18n, resident.phones.keep)}
                </Say>
            }
            .into_any()
        }
    };
    view! {
        <Notice tone title text>
            {may_say.then_some(answer)}
        </Notice>
    }
}
