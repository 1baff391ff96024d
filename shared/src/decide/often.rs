//! Seats given back again and again: each waits for the round, so that somebody who only asks and cancels
//! would empty the calendar. Cancelling is never refused; what comes after it is looked at.

use super::{Op, Stop};
use crate::{
    booking::{Booking, State},
    resident::{Device, NikClaim, Resident},
    row::Row,
    sync::Role,
    world::World,
};
use chrono::{DateTime, TimeDelta, Utc};

/// From so many seats given back on, staff look at the next request.
pub const OFTEN: usize = 5;
/// Within so long.
const WITHIN: TimeDelta = TimeDelta::days(30);

fn recent(times: &[DateTime<Utc>], now: DateTime<Utc>) -> impl Iterator<Item = DateTime<Utc>> {
    let fresh = move |at: &&DateTime<Utc>| now.signed_duration_since(**at) < WITHIN;
    times.iter().filter(fresh).copied()
}

/// The times with this one; no more than are asked for.
fn noted(times: &[DateTime<Utc>], now: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut times: Vec<_> = recent(times, now).chain([now]).collect();
    times.drain(..times.len().saturating_sub(OFTEN));
    times
}

impl Op<'_> {
    /// A phone that gave seats back often, or a person who did so by phones of whom the office knows
    /// whose they are: what strangers did with a NIK does not count for the person.
    pub(super) fn gives_back_often(
        &self,
        world: &World,
        resident: &Resident,
    ) -> Result<bool, Stop> {
        if self.ctx.who.role != Role::Resident || !self.on_server() {
            return Ok(false);
        }
        let often = |times: &[_]| recent(times, self.ctx.now).count() >= OFTEN;
        let device = world.find::<Device>(self.device)?;
        let claim = self
            .nik_claim(world, resident)?
            .and_then(|(_, claim)| claim);
        Ok(device.is_some_and(|d| often(&d.given_back))
            || claim.is_some_and(|c| often(&c.given_back)))
    }

    /// Notes that the seat of this booking goes back because the resident wishes so, and not because the
    /// office changed a day. `rows` may hold the claim on the NIK already.
    pub(super) fn note_given_back(
        &self,
        world: &World,
        (booking, resident): (&Booking, &Resident),
        rows: &mut Vec<Row>,
    ) -> Result<(), Stop> {
        let own_wish = booking.state == State::Confirmed && !booking.moved_by_office;
        if !own_wish || self.ctx.who.role != Role::Resident || !self.on_server() {
            return Ok(());
        }
        let now = self.ctx.now;
        if let Some(device) = world.find::<Device>(self.device)? {
            let given_back = noted(&device.given_back, now);
            rows.push(
                Device {
                    given_back,
                    ..device.clone()
                }
                .into(),
            );
        }
        let claim = self
            .nik_claim(world, resident)?
            .and_then(|(_, claim)| claim);
        let Some(claim) = claim.filter(|_| booking.verified) else {
            return Ok(());
        };
        let given_back = noted(&claim.given_back, now);
        let changed = rows.iter_mut().find_map(|row| match row {
            Row::NikClaim(claim) => Some(claim),
            _ => None,
        });
        match changed {
            Some(claim) => claim.given_back = given_back,
            None => rows.push(
                NikClaim {
                    given_back,
                    ..claim
                }
                .into(),
            ),
        }
        Ok(())
    }
}
