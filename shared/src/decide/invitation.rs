//! Invitations on their way: printed, handed over, answered, planned anew.

use super::{
    Decision, Op, Stop, Verdict,
    access::{STAFF, claim_reads},
    booking::{check_eligible, nik_booked_elsewhere, set_active},
    proposal,
    slip::claim_key,
};
use crate::{
    bundle::{Bundle, Neighbourhood},
    command::{Place, Printed, Receipt},
    flag,
    ids::{BookingId, InvitationId},
    invitation::{Invitation, Proposal, Reason, Reply, State, Word},
    office::Office,
    person::PersonName,
    problem::Code,
    resident::{Claim, Resident},
    row::{Change, Key},
    session::Session,
    sync::Role,
    world::World,
};

/// Invitations in one printing or hand-over, at most.
const PAPERS: usize = 200;

/// They are on paper. A code that stands for somebody else already is not taken over. A tablet that was
/// locked since may be in anybody's hands: it brings no code, and what it printed is printed again.
pub(super) fn print(world: &World, op: &Op<'_>, printed: &[Printed]) -> Decision {
    let papers = printed.iter().map(|paper| (paper.invitation, paper.place));
    let mut rows = on_the_way(world, op, papers, &State::Printed)?;
    if !op.on_server() || !op.vouches() {
        return Verdict::applied(rows, Receipt::Done);
    }
    for Printed {
        invitation, claim, ..
    } in printed
    {
        let Some(known) = own(world, op, *invitation)? else {
            continue;
        };
        if world.find::<Claim>(claim_key(claim.kept()))?.is_none() {
            let paper = Some(*invitation);
            rows.push(Claim::new(*claim, op.office, known.resident, paper).into());
        }
    }
    Verdict::applied(rows, Receipt::Done)
}

pub(super) fn print_reads(_world: &World, printed: &[Printed], keys: &mut Vec<Key>) {
    keys.extend(printed.iter().map(|paper| Key::from(paper.invitation)));
    keys.extend(printed.iter().map(|paper| claim_key(paper.claim.kept())));
}

/// Whoever carries them has them.
pub(super) fn hand_over(
    world: &World,
    op: &Op<'_>,
    ids: &[InvitationId],
    to: Option<&PersonName>,
) -> Decision {
    let state = State::HandedOver { to: to.cloned() };
    let rows = on_the_way(world, op, ids.iter().map(|id| (*id, None)), &state)?;
    Verdict::applied(rows, Receipt::Done)
}

/// A step of the paper, for each that the person may speak for; of the others the head is told.
fn on_the_way(
    world: &World,
    op: &Op<'_>,
    papers: impl ExactSizeIterator<Item = (InvitationId, Option<Place>)>,
    state: &State,
) -> Result<Vec<Change>, Stop> {
    op.require(STAFF)?;
    if papers.len() > PAPERS {
        return Err(Code::TooLarge.into());
    }
    let mut rows = Vec::with_capacity(papers.len());
    for (n, (id, place)) in (0_u32..).zip(papers) {
        let Some(invitation) = own(world, op, id)? else {
            rows.push(op.flag(n, flag::Kind::UnknownSubject, id.0));
            continue;
        };
        let told = invitation.clone().record(Word {
            state: state.clone(),
            at: op.at,
            by: op.ctx.who.user,
        });
        let told = match place {
            Some(place) => told.names(place),
            None => told,
        };
        if told != *invitation {
            rows.push(told.into());
        }
    }
    Ok(rows)
}

/// The invitation, if it is this office's and, for kelurahan staff, of their own people.
fn own<'w>(
    world: &'w World,
    op: &Op<'_>,
    id: InvitationId,
) -> Result<Option<&'w Invitation>, Stop> {
    let who = &op.ctx.who;
    let here = |i: &&Invitation| {
        i.office == op.office && (who.role != Role::Kelurahan || i.kelurahan == who.kelurahan)
    };
    Ok(world.find::<Invitation>(id)?.filter(here))
}

/// The resident was told of the new time or place.
pub(super) fn tell(world: &World, op: &Op<'_>, id: InvitationId) -> Decision {
    op.require(STAFF)?;
    let Some(invitation) = own(world, op, id)? else {
        let flag = op.flag(0, flag::Kind::UnknownSubject, id.0);
        return Verdict::applied(vec![flag], Receipt::Done);
    };
    let told = Invitation {
        changed: false,
        ..invitation.clone()
    };
    let news = (told != *invitation).then(|| told.into());
    Verdict::applied(news.into_iter().collect(), Receipt::Done)
}

/// Somebody else carries a neighbourhood's invitations. What was said later stands.
pub(super) fn assign(
    world: &World,
    op: &Op<'_>,
    of: &Neighbourhood,
    carrier: &PersonName,
) -> Decision {
    op.require(STAFF)?;
    let who = &op.ctx.who;
    if who.role == Role::Kelurahan && who.kelurahan.as_ref() != Some(&of.kelurahan) {
        return Err(Code::NotAllowed.into());
    }
    if op.office(world)?.kelurahan(&of.kelurahan).is_none() {
        return Err(Code::UnknownKelurahan.into());
    }
    let id = of.id(op.office);
    let before = op.known::<Bundle>(world, id)?;
    let bundle = Bundle {
        id,
        office: op.office,
        of: of.clone(),
        carrier: carrier.clone(),
        at: op.at,
        by: who.user,
    };
    let stale = before.is_some_and(|before| before.at > bundle.at);
    let rows = (!stale).then(|| bundle.into());
    Verdict::applied(rows.into_iter().collect(), Receipt::Done)
}

/// The resident, or staff for them, takes the proposed place or declines it.
pub(super) fn answer(world: &World, op: &Op<'_>, id: InvitationId, accept: bool) -> Decision {
    let (invitation, resident) = find(world, op, id)?;
    op.require_for(world, resident.id, invitation.kelurahan.as_ref())?;
    if !invitation.is_open() {
        return Err(Code::InvitationState.into());
    }
    if !accept {
        let rows = proposal::let_go(world, op, invitation, Reply::Declined)?;
        return Verdict::applied(rows, Receipt::Done);
    }
    let place = invitation.held().ok_or(Code::InvitationState)?;
    let office = op.office(world)?;
    check_place(world, op, office, place)?;
    if resident.active.is_some() || nik_booked_elsewhere(world, op, resident)? {
        return Err(Code::AlreadyBooked.into());
    }
    check_eligible(resident, op, &[place.slot])?;
    op.check_rebooking(resident)?;
    let booking = proposal::wish(op, BookingId(op.id.derive(1)), resident, place);
    let mut rows: Vec<Change> = Vec::new();
    let booking = if !op.on_server() {
        booking
    } else {
        // Without its row nothing was held.
        let seat = proposal::seat(world, op, invitation)?.ok_or(Code::InvitationState)?;
        rows.push(seat.take_held().into());
        proposal::confirmed(op, office, booking, place)?
    };
    let resident = Resident {
        verified: true,
        ..resident.clone()
    };
    let active = set_active(world, op, &resident, &booking)?;
    rows.extend(active.into_iter().map(Change::Put));
    rows.push(proposal::answered(invitation, Reply::Confirmed).into());
    rows.push(booking.clone().into());
    Verdict::applied(
        rows,
        Receipt::Booking {
            booking: Box::new(booking),
        },
    )
}

/// The place must be ahead and in the calendar: the office gives another where it is not.
fn check_place(world: &World, op: &Op<'_>, office: &Office, place: Proposal) -> Result<(), Stop> {
    if office.starts(place.slot) <= op.ctx.now {
        return Err(Code::ChoicesPast.into());
    }
    let known = match place.session {
        None => office.slot(place.slot).is_some(),
        Some(id) => world
            .find::<Session>(id)?
            .is_some_and(|session| session.slot(office, place.slot).is_some()),
    };
    if known {
        Ok(())
    } else {
        Err(Code::SlotClosed.into())
    }
}

/// Another date for somebody who is back, or whom staff found willing after all. The system also asks
/// for one where the date passed before the paper was in anybody's hands.
pub(super) fn replan(world: &World, op: &Op<'_>, id: InvitationId) -> Decision {
    let (invitation, resident) = find(world, op, id)?;
    let office = op.office(world)?;
    let today = office.today(op.ctx.now);
    let missed = invitation
        .proposal
        .is_some_and(|place| place.slot.date() < today);
    let may = if op.ctx.who.role == Role::System {
        op.require(&[Role::System])?;
        match &invitation.state {
            State::Undeliverable { .. } => {
                invitation.away_until().is_some_and(|until| until < today)
            }
            state => invitation.is_open() && missed && !state.is_settled(),
        }
    } else {
        op.require(STAFF)?;
        op.require_for(world, resident.id, invitation.kelurahan.as_ref())?;
        match &invitation.state {
            // Nobody lives there to be asked; if that was wrong, the outcome is corrected.
            State::Undeliverable { reason, .. } => {
                !matches!(reason, Reason::Deceased | Reason::Moved)
            }
            _ => invitation.reply.is_some() || missed,
        }
    };
    if !may || resident.active.is_some() || resident.recorded_on.is_some() {
        return Err(Code::InvitationState.into());
    }
    let seat = proposal::seat(world, op, invitation)?;
    let mut rows: Vec<Change> = seat
        .map(|slot| Change::from(slot.let_go()))
        .into_iter()
        .collect();
    let anew = invitation.clone().replan(op.ctx.now, op.ctx.who.user);
    rows.push(anew.into());
    Verdict::applied(rows, Receipt::Done)
}

/// An invitation of this office, and its resident.
fn find<'w>(
    world: &'w World,
    op: &Op<'_>,
    id: InvitationId,
) -> Result<(&'w Invitation, &'w Resident), Stop> {
    let invitation = world.find::<Invitation>(id)?.ok_or(Code::NotFound)?;
    if invitation.office != op.office {
        return Err(Code::OtherOffice.into());
    }
    let resident = world
        .find::<Resident>(invitation.resident)?
        .ok_or(Code::NotFound)?;
    Ok((invitation, resident))
}

/// The invitation, its resident with the claim on their NIK, and the place held for them.
pub(super) fn reads(world: &World, id: InvitationId, keys: &mut Vec<Key>) {
    keys.push(id.into());
    let Some(invitation) = world.get::<Invitation>(id) else {
        return;
    };
    keys.push(invitation.resident.into());
    if let Some(place) = invitation.proposal {
        keys.push(place.seat(invitation.office).into());
        keys.extend(place.session.map(Key::from));
    }
    let resident = world.get::<Resident>(invitation.resident);
    if let Some(key) = resident.and_then(|resident| resident.nik_key) {
        claim_reads(world, invitation.office, key, keys);
    }
}
