//! What comes out of the printer: invitations, four to a page, and for each RT a sheet on which its
//! head notes who took theirs.

use super::{batch::Paper, list::masked_nik, neighbourhood, when::When};
use crate::{
    components::{Qr, bring_words, format, name_of},
    i18n::*,
};
use chrono::NaiveDate;
use leptos::prelude::*;
use shared::{
    bundle::Neighbourhood, duty::Duty, invitation::Invitation, office::Office, resident::Resident,
    world::World,
};

/// Papers on one side of A4.
const SIDE: usize = 4;

/// A paper with what stands on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Filled {
    paper: Paper,
    name: String,
    nik: Option<String>,
    when: When,
}

/// The papers of one neighbourhood.
#[derive(Clone, Debug, PartialEq)]
pub struct Pile {
    of: Neighbourhood,
    kelurahan: String,
    carrier: Option<String>,
    papers: Vec<Filled>,
}

impl Filled {
    /// `None` for whoever needs no paper any more.
    #[must_use]
    pub fn of(
        i18n: I18n,
        world: &World,
        office: &Office,
        paper: &Paper,
    ) -> Option<(Neighbourhood, Self)> {
        super::batch::place_of(world, paper.invitation)?;
        let proposal = world.get::<Invitation>(paper.invitation)?.held()?;
        let resident = world.get::<Resident>(paper.resident)?;
        let filled = Self {
            paper: paper.clone(),
            name: name_of(i18n, resident),
            nik: masked_nik(resident),
            when: When::of(i18n, world, office, &proposal),
        };
        Some((Neighbourhood::of(resident)?, filled))
    }
}

impl Pile {
    /// Papers in their order, neighbourhood by neighbourhood.
    #[must_use]
    pub fn all(
        i18n: I18n,
        world: &World,
        office: &Office,
        today: NaiveDate,
        papers: &[Paper],
    ) -> Vec<Self> {
        let mut piles: Vec<Self> = Vec::new();
        let duty = Duty::read(world, office, today, None);
        let filled = papers
            .iter()
            .filter_map(|paper| Filled::of(i18n, world, office, paper));
        for (of, filled) in filled {
            match piles.last_mut().filter(|pile| pile.of == of) {
                Some(pile) => pile.papers.push(filled),
                None => {
                    let name = office.kelurahan(&of.kelurahan);
                    let stack = duty.stacks.iter().find(|stack| stack.of == of);
                    let carrier = stack.and_then(|stack| stack.carrier.as_ref());
                    piles.push(Self {
                        kelurahan: name.map(|k| k.name.clone()).unwrap_or_default(),
                        carrier: carrier.map(|name| name.as_str().to_owned()),
                        of,
                        papers: vec![filled],
                    });
                }
            }
        }
        piles
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.papers.len()
    }
}

/// The sheet of a neighbourhood and then its invitations.
#[component]
pub fn PilePapers(pile: Pile, office: Office, site: Site) -> impl IntoView {
    let sheet = view! { <HandOverSheet pile=pile.clone() office=office.clone()/> };
    let pages = pile
        .papers
        .chunks(SIDE)
        .map(|side| {
            let cells = side
                .iter()
                .map(|filled| {
                    let (filled, pile) = (filled.clone(), pile.clone());
                    view! { <InvitationPaper filled pile office=office.clone() site=site.clone()/> }
                })
                .collect_view();
            view! { <section class="quad">{cells}</section> }
        })
        .collect_view();
    view! { {sheet} {pages} }
}

/// The app's address, as it is typed and as it is scanned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    pub host: String,
    pub origin: String,
}

impl Site {
    #[must_use]
    pub fn here() -> Self {
        let location = window().location();
        Self {
            host: location.host().unwrap_or_default(),
            origin: location.origin().unwrap_or_default(),
        }
    }

    /// What stands after `#` is never sent to a server, so no log holds the code.
    fn claim(&self, office: &Office, code: &str) -> String {
        format!("{}/claim#office={}&code={code}", self.origin, office.id)
    }
}

#[component]
fn InvitationPaper(filled: Filled, pile: Pile, office: Office, site: Site) -> impl IntoView {
    let i18n = use_i18n();
    let of = office.clone();
    let papers = move || bring_words(i18n, &of).join("; ");
    let Filled {
        paper, name, when, ..
    } = filled;
    let address = format!(
        "{}, {}",
        neighbourhood::words(i18n, &pile.of),
        pile.kelurahan
    );
    let link = format!("{}/claim", site.host);
    let label = {
        let link = link.clone();
        Signal::derive(move || t_string!(i18n, kelurahan.print.qr, link = link.clone()))
    };
    let how = move || t_string!(i18n, kelurahan.print.by_phone, link = link.clone());
    let code = format::code(&paper.code);
    let scanned = site.claim(&office, &paper.code);
    view! {
        <article class="invite">
            <p class="invite__head">
                {office.name.clone()}
                <br/>
                {t!(i18n, kelurahan.print.title)}
            </p>
            <p class="invite__name">
                <strong>{name}</strong>
                <br/>
                {address}
            </p>
            <div class="invite__when">
                <p>{when.day}</p>
                <p class="invite__time">{when.hours}</p>
                <p>{when.place}</p>
            </div>
            <p>
                <strong>{t!(i18n, kelurahan.slip.bring)}": "</strong>
                {papers}
                ". "
                {t!(i18n, kelurahan.slip.bring_self)}
                "."
            </p>
            <div class="invite__proof">
                <div class="invite__qr"><Qr text=scanned label/></div>
                <div class="invite__how">
                    <p>{how}</p>
                    <p class="invite__code">{code}</p>
                </div>
            </div>
            <p>{t!(i18n, kelurahan.print.by_hand)}</p>
            <p class="invite__foot">{t!(i18n, kelurahan.slip.free)}</p>
        </article>
    }
}

/// Who got theirs: no number beyond what staff see, and room to sign.
#[component]
fn HandOverSheet(pile: Pile, office: Office) -> impl IntoView {
    let i18n = use_i18n();
    let place = neighbourhood::words(i18n, &pile.of);
    let rows = pile
        .papers
        .iter()
        .zip(1..)
        .map(|(filled, n): (&Filled, u32)| {
            let Filled {
                name, nik, when, ..
            } = filled.clone();
            view! {
                <tr>
                    <td>{n}</td>
                    <td class="sheet__name">{name}</td>
                    <td>{nik}</td>
                    <td>{when.day}", "{when.hours}</td>
                    <td class="sheet__fill"></td>
                    <td class="sheet__fill"></td>
                </tr>
            }
        })
        .collect_view();
    view! {
        <section class="sheet sheet--handover">
            <div class="sheet__head">
                <h2 class="sheet__title">
                    {t!(i18n, kelurahan.print.sheet, place = move || place.clone())}
                </h2>
                <p>{pile.kelurahan.clone()}", "{office.name.clone()}</p>
            </div>
            <p class="sheet__note">
                {t!(i18n, kelurahan.print.carrier)}" "
                <span class="letter__sign">{pile.carrier.clone()}</span>" "
                {t!(i18n, kelurahan.print.received_on)}" "<span class="letter__sign"></span>
            </p>
            <table class="sheet__table">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, kelurahan.print.number)}</th>
                        <th scope="col">{t!(i18n, kelurahan.print.name)}</th>
                        <th scope="col">{t!(i18n, kelurahan.detail.nik)}</th>
                        <th scope="col">{t!(i18n, kelurahan.detail.when)}</th>
                        <th scope="col">{t!(i18n, kelurahan.print.outcome)}</th>
                        <th scope="col">{t!(i18n, kelurahan.print.sign)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
            <p class="sheet__foot">{t!(i18n, kelurahan.print.sheet_note)}</p>
        </section>
    }
}
