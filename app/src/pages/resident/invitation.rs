//! An invitation: where and when the office asks somebody to come, and their answer. It works without
//! a network; what was answered goes when there is one.

use super::{
    NotSaved, ToClaim,
    asks::{AskOnce, Question, Say},
    draft,
    home::BringList,
    standing::ChangeNotice,
    ticket::{Person, TicketHead, When, slot_text},
    wish::{self, Step},
};
use crate::router::use_router;
use crate::{
    components::{Icon, MapLink, Notice, OpBadge, PageHeader, Place, Tone, format},
    i18n::*,
    state::use_rekam,
};
use chrono::{DateTime, TimeDelta, Utc};
use leptos::{prelude::*, task::spawn_local};
use shared::{
    command::Command,
    ids::{BookingId, InvitationId, ResidentId},
    invitation::{Invitation, Proposal, Reply},
    resident::Resident,
};

/// An invitation with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
struct Known {
    invitation: Invitation,
    resident: Resident,
    place: Place,
    /// What was answered here and is not dealt with.
    step: Option<Step>,
}

fn follow(id: InvitationId) -> Memo<Option<Known>> {
    let rekam = use_rekam();
    Memo::new(move |_| {
        let mut steps = rekam.ops(|ops| wish::steps(ops, id.0));
        steps.retain(|step| !step.seen && step.stage != wish::Stage::Answered);
        rekam.view(|view| {
            let invitation = view.get::<Invitation>(id)?.clone();
            let office = rekam.office_by_id(invitation.office)?;
            let session = invitation.proposal.and_then(|proposal| proposal.session);
            Some(Known {
                resident: view.get::<Resident>(invitation.resident)?.clone(),
                place: Place::find(view, &office, session),
                invitation,
                step: steps.pop(),
            })
        })
    })
}

#[component]
pub fn InvitationPage() -> impl IntoView {
    let i18n = use_i18n();
    let named = use_router().rest("/invitations/");
    let id = Memo::new(move |_| named.read().parse::<InvitationId>().ok());
    view! {
        <div class="page">
            <PageHeader title=move || t_string!(i18n, resident.invite.title) back="/"/>
            {move || match id.get() {
                Some(id) => view! { <Detail id/> }.into_any(),
                None => view! { <Unknown/> }.into_any(),
            }}
        </div>
    }
}

#[component]
fn Unknown() -> impl IntoView {
    use keys::resident::invite::{unknown_text as text, unknown_title as title};
    view! { <ToClaim title text/> }
}

/// Where an invitation stands.
enum Standing {
    /// A time is kept, and nothing was answered.
    Open(Proposal),
    Booked(BookingId),
    /// Nothing to answer: why, and that another time may be chosen.
    Over(Text, Text),
}

impl Known {
    /// The time that is kept has gone by.
    fn is_past(&self, now: DateTime<Utc>) -> bool {
        self.invitation.proposal.is_some_and(|proposal| {
            let minutes = TimeDelta::minutes(self.place.minutes(proposal.slot).into());
            self.place.office.starts(proposal.slot) + minutes <= now
        })
    }

    fn standing(&self, is_past: bool) -> Standing {
        use keys::resident::{invite, ticket};
        let Self {
            invitation,
            resident,
            ..
        } = self;
        if let Some(active) = resident.active {
            return Standing::Booked(active.booking);
        }
        match (invitation.reply, invitation.held()) {
            (Some(Reply::Declined), _) => {
                Standing::Over(invite::declined_title, invite::declined_text)
            }
            (Some(_), _) => Standing::Over(ticket::not_recorded_title, ticket::not_recorded_text),
            (None, Some(proposal)) if invitation.is_open() => {
                if is_past {
                    Standing::Over(invite::past_title, invite::past_text)
                } else {
                    Standing::Open(proposal)
                }
            }
            _ => Standing::Over(invite::none_title, invite::none_text),
        }
    }
}

#[component]
fn Detail(id: InvitationId) -> impl IntoView {
    let i18n = use_i18n();
    let rekam = use_rekam();
    let known = follow(id);
    let is_past = Memo::new(move |_| {
        let now = rekam.now();
        known.with(|known| known.as_ref().is_some_and(|known| known.is_past(now)))
    });
    move || {
        let Some(known) = known.get() else {
            return view! { <Unknown/> }.into_any();
        };
        if known.resident.recorded_on.is_some() {
            let title = move || t_string!(i18n, resident.ticket.recorded_title);
            return view! { <Notice tone=Tone::Success title/> }.into_any();
        }
        let office = known.place.office.clone();
        let waits = known.step.as_ref().is_some_and(Step::waits);
        let said = known
            .step
            .clone()
            .map(|step| view! { <ChangeNotice step office/> });
        let rest = match known.standing(is_past.get()) {
            Standing::Open(proposal) => view! { <Open known proposal waits/> }.into_any(),
            Standing::Booked(booking) => {
                // Before the office has answered, the answer itself is all there is to say.
                let title = move || t_string!(i18n, resident.invite.booked_title);
                view! {
                    {(!waits).then(|| view! { <Notice tone=Tone::Success title/> })}
                    <div class="actions">
                        <a href=format!("/bookings/{booking}") class="btn btn--primary btn--big">
                            <Icon name="ticket"/>{t!(i18n, resident.home.open_booking)}
                        </a>
                    </div>
                }
                .into_any()
            }
            Standing::Over(..) if waits => ().into_any(),
            Standing::Over(title, text) => {
                let resident = known.resident.id;
                view! {
                    <Notice title=i18n.view(title) text=i18n.view(text)/>
                    <div class="actions"><OtherTime resident/></div>
                }
                .into_any()
            }
        };
        view! { <div class="stack">{said}{rest}</div> }.into_any()
    }
}

/// The time that is kept, and the three answers.
#[component]
fn Open(known: Known, proposal: Proposal, waits: bool) -> impl IntoView {
    let i18n = use_i18n();
    let Known {
        invitation,
        resident,
        place,
        ..
    } = known;
    let (id, office_id) = (invitation.id, invitation.office);
    let asks = place.office.clone();
    let changed = invitation.changed.then(|| {
        let title = move || t_string!(i18n, resident.invite.changed_title);
        let text = move || t_string!(i18n, resident.invite.changed_text);
        view! { <Notice tone=Tone::Warning title text/> }
    });
    let hours = place.session().map(|session| session.what.hours);
    let hours = hours.map(|hours| {
        let text = move || {
            let locale = i18n.get_locale();
            let (from, to) = (
                format::time(locale, hours.open),
                format::time(locale, hours.close),
            );
            t_string!(i18n, resident.invite.hours, from = from, to = to)
        };
        view! { <p class="ticket__note">{text}</p> }
    });
    let accept = Command::AnswerInvitation {
        invitation: id,
        accept: true,
    };
    let question = Question {
        button: keys::resident::invite::no,
        title: keys::resident::invite::no_title,
        text: keys::resident::invite::no_text,
        yes: keys::resident::offer::none_yes,
    };
    let who = resident.id;
    view! {
        {changed}
        <article class="ticket">
            <header class="ticket__head"><TicketHead place=place.clone()/></header>
            <div class="ticket__when">
                <When place=place.clone() start=proposal.slot/>
                <p class="ticket__note">{t!(i18n, resident.ticket.early)}</p>
                {hours}
                <MapLink place=place.clone()/>
            </div>
            <div class="ticket__person">
                <dl class="facts"><Person resident office=place.office/></dl>
            </div>
        </article>
        {(!waits).then(|| view! {
            <div class="actions">
                <Say office=office_id command=accept icon="check" class="btn btn--primary btn--big btn--block">
                    {t!(i18n, resident.invite.yes)}
                </Say>
                <OtherTime resident=who/>
                <AskOnce
                    id=format!("no-{id}")
                    question
                    office=office_id
                    command=Command::AnswerInvitation { invitation: id, accept: false }
                />
            </div>
        })}
        <BringList office=asks/>
        <p>
            {t!(i18n, resident.home.how_self)} " " <strong>{t!(i18n, resident.home.free)}</strong>
        </p>
    }
}

/// To the choice of times, for that person; what was typed for somebody else stays.
#[component]
fn OtherTime(resident: ResidentId) -> impl IntoView {
    let i18n = use_i18n();
    let router = use_router();
    let failed = RwSignal::new(false);
    let choose = move |_| {
        spawn_local(async move {
            let mut draft = draft::unfinished().await.unwrap_or_default();
            draft.known = Some(resident);
            draft.choices.clear();
            if draft::put(&draft).await {
                router.go("/book?step=slot");
            } else {
                failed.try_set(true);
            }
        });
    };
    view! {
        <button class="btn btn--secondary btn--big btn--block" on:click=choose>
            <Icon name="calendar"/>{t!(i18n, resident.done.choose_other)}
        </button>
        <Show when=move || failed.get()>
            <NotSaved/>
        </Show>
    }
}

/// An invitation in short, on the first page.
#[component]
pub fn InvitationCard(id: InvitationId) -> impl IntoView {
    let i18n = use_i18n();
    let known = follow(id);
    let name = move || known.get().map(|known| known.resident.name.to_string());
    let place = move || known.get().and_then(|known| known.place.elsewhere(i18n));
    let rekam = use_rekam();
    let op = Signal::derive(move || rekam.op(known.get()?.step?.op));
    let when = move || {
        let slot = known.get()?.invitation.held()?.slot;
        Some(slot_text(i18n.get_locale(), slot))
    };
    view! {
        <article class="card">
            <div class="card__head">
                <h2 class="card__title">{name}</h2>
                <span class="badge badge--info">
                    <Icon name="document"/>{t!(i18n, resident.invite.badge)}
                </span>
            </div>
            <p><strong>{when}</strong> <br/> {place}</p>
            <OpBadge op/>
            <div class="card__foot">
                <a href=format!("/invitations/{id}") class="btn btn--primary btn--big btn--block">
                    <Icon name="document"/>{t!(i18n, resident.invite.open)}
                </a>
            </div>
        </article>
    }
}
