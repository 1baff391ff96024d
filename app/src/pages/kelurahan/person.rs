//! Who somebody is, as far as staff may see it.

use super::{list::masked_nik, roll::Entry};
use crate::{
    components::{Notice, format},
    i18n::*,
    state::use_rekam,
};
use leptos::prelude::*;
use shared::{
    problem::Code,
    resident::Source,
    sop::eligibility::{self, Eligibility},
};

#[component]
pub fn PersonCard(entry: Entry) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let resident = entry.resident;
    let (birth, married, source) = (resident.birth, resident.married, resident.source);
    let nik = masked_nik(&resident);
    let (rt, rw, code) = (resident.rt, resident.rw, resident.kelurahan.clone());
    let guardian = resident.guardian.clone();
    let recorded = resident.recorded_on;
    let place = move || {
        let mut parts = Vec::new();
        if let (Some(rt), Some(rw)) = (rt, rw) {
            let (rt, rw) = (format!("{rt:02}"), format!("{rw:02}"));
            parts.push(t_string!(i18n, kelurahan.home.rt_rw, rt = rt, rw = rw));
        }
        let office = rekam.office();
        let name = code
            .as_ref()
            .and_then(|code| office.as_ref()?.kelurahan(code).map(|k| k.name.clone()));
        parts.extend(name);
        parts.join(", ")
    };
    let today = move || rekam.office().map(|office| office.today(rekam.now()));
    let born = move || {
        let (birth, today) = (birth?, today()?);
        let age = t_string!(i18n, kelurahan.person.age, n = birth.age_on(today));
        Some(format!(
            "{} ({age})",
            format::date(i18n.get_locale(), birth.date())
        ))
    };
    let age_note = move || match eligibility::check(birth?, married, guardian.as_ref(), today()?) {
        Ok(Eligibility::Full) => None,
        Ok(Eligibility::Early) | Err(Code::GuardianMissing) => {
            Some(t_string!(i18n, kelurahan.person.early))
        }
        Err(_) => Some(t_string!(i18n, kelurahan.person.young)),
    };
    view! {
        <section class="card">
            <h2 class="card__title">{t!(i18n, kelurahan.detail.person)}</h2>
            <dl class="facts">
                <div class="facts__row">
                    <dt>{t!(i18n, kelurahan.detail.nik)}</dt>
                    <dd class="num">
                        {move || nik.clone().unwrap_or_else(|| {
                            t_string!(i18n, kelurahan.person.no_nik).to_owned()
                        })}
                    </dd>
                </div>
                {birth.map(|_| view! {
                    <div class="facts__row">
                        <dt>{t!(i18n, kelurahan.detail.birth)}</dt>
                        <dd>{born}</dd>
                    </div>
                })}
                <div class="facts__row">
                    <dt>{t!(i18n, kelurahan.detail.place)}</dt>
                    <dd>{place}</dd>
                </div>
                <div class="facts__row">
                    <dt>{t!(i18n, kelurahan.detail.known_from)}</dt>
                    <dd>
                        {move || match source {
                            Source::Roll => t_string!(i18n, kelurahan.detail.source_roll),
                            Source::Own => t_string!(i18n, kelurahan.detail.source_own),
                            Source::Staff => t_string!(i18n, kelurahan.detail.source_staff),
                        }}
                    </dd>
                </div>
            </dl>
            {move || {
                let note = age_note().filter(|_| recorded.is_none())?;
                Some(view! { <Notice text=note/> })
            }}
        </section>
    }
}
