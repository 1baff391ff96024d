//! People who are to get a place in the plan: those whose place is gone, then who waits for one, in
//! turn. Looks at people only where the plan has room ahead.

use super::may_have_shrunk;
use crate::store::{StoreError, Tx, plans, rows, slots};
use chrono::{DateTime, NaiveDate, TimeDelta, Timelike, Utc};
use shared::{
    command::Command,
    ids::{DeviceId, OpId, ResidentId, SlotId},
    invitation::Invitation,
    office::Office,
    plan::{self, Plan},
    resident::Resident,
    row::{Entity, Key, Of},
    session::Session,
    slot::Slot,
};
use std::{collections::BTreeMap, fmt::Write};
use uuid::Uuid;

/// People in one command, and in one look.
const AT_ONCE: usize = 50;
const PEOPLE: usize = 1_000;
/// So long after a plan was confirmed those are looked for who were never invited; later once an hour.
const FRESH: TimeDelta = TimeDelta::hours(1);

pub(super) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let Some(plan) = rows::get::<Plan>(tx, office.id, Key::plan(office.id)).await? else {
        return Ok(Vec::new());
    };
    let mut people = lost(tx, now, office).await?;
    people.extend(next(tx, now, office, &plan, PEOPLE.saturating_sub(people.len())).await?);
    people.truncate(PEOPLE);
    Ok(people
        .chunks(AT_ONCE)
        .map(|some| (op_id(office, &plan, some), command(some)))
        .collect())
}

/// Somebody, with the place they had.
type Person = (ResidentId, Option<Invitation>);

fn command(people: &[Person]) -> Command {
    Command::AllotInvitations {
        people: people.iter().map(|(id, _)| *id).collect(),
    }
}

/// The same from every instance; another one once a place was given or the plan changed.
fn op_id(office: &Office, plan: &Plan, people: &[Person]) -> OpId {
    let sum = |of: fn(&plan::Part) -> u16| -> u32 {
        plan.parts.iter().map(|part| u32::from(of(part))).sum()
    };
    let (given, seats) = (sum(|part| part.given), sum(|part| part.seats));
    let mut name = format!("allot/{}/{given}/{seats}", plan.version);
    for (id, invitation) in people {
        let had = invitation.as_ref().and_then(|i| i.proposal);
        let had = had.map(|p| p.seat(office.id).0).unwrap_or_default();
        // Writing to a text does not fail.
        let _ = write!(name, "/{id}@{had}");
    }
    OpId(Uuid::new_v5(
        &DeviceId::system(office.id).0,
        name.as_bytes(),
    ))
}

/// Who waits for a place, kelurahan by kelurahan, as far as the plan has room for them ahead.
async fn next(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
    plan: &Plan,
    most: usize,
) -> Result<Vec<Person>, StoreError> {
    let keys: Vec<Key> = plan.sessions.iter().map(|id| Key::from(*id)).collect();
    let sessions = rows::some::<Session>(tx, office.id, &keys).await?;
    let first = plan::first_day(office, office.today(now));
    let also_uninvited = now.signed_duration_since(plan.at) < FRESH || now.minute() == 0;
    let mut people = Vec::new();
    for kelurahan in &office.kelurahan {
        let places = plan.open_places(office, &sessions, &kelurahan.code, first);
        let Some(date) = places.iter().map(|(place, _)| place.start.date()).min() else {
            continue;
        };
        let room: usize = places.iter().map(|(_, left)| usize::from(*left)).sum();
        let mut found: Vec<(Resident, Option<Invitation>)> = Vec::new();
        let waiting = plans::waiting(tx, office.id, &kelurahan.code).await?;
        found.extend(waiting.into_iter().map(|(r, i)| (r, Some(i))));
        if also_uninvited {
            let never = plans::uninvited(tx, office.id, &kelurahan.code).await?;
            found.extend(never.into_iter().map(|r| (r, None)));
        }
        found.retain(|(r, i)| plan::may_be_invited(r, i.as_ref(), date));
        found.sort_by_cached_key(|(r, _)| plan::turn(r));
        let left = most.saturating_sub(people.len()).min(room);
        people.extend(found.into_iter().take(left).map(|(r, i)| (r.id, i)));
        if people.len() >= most {
            break;
        }
    }
    Ok(people)
}

/// Who has a place that the calendar does not have any more, or one of more than it has seats.
async fn lost(tx: &mut Tx, now: DateTime<Utc>, office: &Office) -> Result<Vec<Person>, StoreError> {
    if !may_have_shrunk(tx, now, office).await? {
        return Ok(Vec::new());
    }
    let mut held = slots::from_day(tx, office.id, office.today(now)).await?;
    held.retain(|slot| slot.held > 0);
    let keys: Vec<Key> = held
        .iter()
        .filter_map(|s| s.session)
        .map(Key::from)
        .collect();
    let sessions = rows::some::<Session>(tx, office.id, &keys).await?;
    let mut beyond: BTreeMap<NaiveDate, Vec<(SlotId, usize)>> = BTreeMap::new();
    for slot in held {
        let many = too_many(office, &sessions, &slot);
        if many > 0 {
            let day = beyond.entry(slot.start.date()).or_default();
            day.push((slot.id, many));
        }
    }
    let mut people = Vec::new();
    for (date, slots) in beyond {
        let open = rows::open_between(tx, office.id, Entity::Invitation, date, date).await?;
        for (id, many) in slots {
            let here = open.iter().filter_map(Invitation::of).filter(|i| {
                i.held()
                    .is_some_and(|proposal| proposal.seat(office.id) == id)
            });
            let here: Vec<Invitation> = here.cloned().collect();
            people.extend(last_in_turn(tx, office, here, many).await?);
        }
    }
    Ok(people)
}

/// How many of those who hold a seat of a slot must go elsewhere.
fn too_many(office: &Office, sessions: &[Session], slot: &Slot) -> usize {
    let plan = match slot.session {
        None => office.slot(slot.start),
        Some(id) => sessions
            .iter()
            .find(|session| session.id == id)
            .and_then(|session| session.slot(office, slot.start)),
    };
    let surplus = plan.map_or(slot.held, |plan| slot.clone().planned(plan).surplus());
    surplus.min(slot.held).into()
}

/// So many of these people, in turn; where not all must go, those who come last.
async fn last_in_turn(
    tx: &mut Tx,
    office: &Office,
    invitations: Vec<Invitation>,
    many: usize,
) -> Result<Vec<Person>, StoreError> {
    let keys: Vec<Key> = invitations.iter().map(|i| i.resident.into()).collect();
    let mut residents = rows::some::<Resident>(tx, office.id, &keys).await?;
    residents.sort_by_cached_key(plan::turn);
    let staying = residents.len().saturating_sub(many);
    let leaving = residents.split_off(staying);
    let person = |resident: Resident| {
        let of = invitations.iter().find(|i| i.resident == resident.id);
        (resident.id, of.cloned())
    };
    Ok(leaving.into_iter().map(person).collect())
}
