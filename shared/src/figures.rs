//! What has become of everybody who must have an e-KTP: counted over the rows of a head's device, by
//! kelurahan and RT, and by name where no paper has reached anybody.

pub mod day;
mod names;
#[cfg(test)]
mod tests;
pub mod today;

pub use names::{Missing, Uninvited, Why, is_ahead, missing, uninvited};

use crate::{
    booking::{self, Booking},
    ids::ResidentId,
    invitation::{Invitation, State},
    office::Office,
    region::RegionCode,
    resident::Resident,
    visit::Visit,
    world::World,
};
use chrono::NaiveDate;
use std::collections::{BTreeMap, HashMap};

/// People of one place. Each is counted once, however often they were booked or came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// On the roll or known to staff, and old enough or married. Who was found to have moved or died
    /// is among them until the roll says so: a word in the field does not raise the coverage.
    pub due: u32,
    /// Have a place in a plan, a paper, or both.
    pub invited: u32,
    /// Have the paper in their hands.
    pub delivered: u32,
    /// Had a seat at some time.
    pub booked: u32,
    pub came: u32,
    pub recorded: u32,
    /// Could still miss it, by where their paper is: see [`uninvited`].
    pub missing: Missing,
    /// Papers on their way to people who must have an e-KTP later only; in none of the numbers above.
    pub ahead: u32,
    /// Of those recorded who had a paper: days from the one to the other.
    days: Vec<u32>,
}

/// A kelurahan and its neighbourhoods by RW and RT.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    pub all: Counts,
    pub by_rt: BTreeMap<(Option<u16>, Option<u16>), Counts>,
}

/// An office's figures.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub all: Counts,
    pub by_kelurahan: BTreeMap<Option<RegionCode>, Place>,
}

impl Figures {
    /// Those of one kelurahan, or of the whole office.
    #[must_use]
    pub fn of(&self, kelurahan: Option<&RegionCode>) -> Counts {
        match kelurahan {
            None => self.all.clone(),
            Some(code) => {
                let place = self.by_kelurahan.get(&Some(code.clone()));
                place.map(|place| place.all.clone()).unwrap_or_default()
            }
        }
    }

    /// The same for the office, the kelurahan and the neighbourhood of somebody.
    fn count(&mut self, resident: &Resident, add: impl Fn(&mut Counts)) {
        add(&mut self.all);
        let place = self.by_kelurahan.entry(resident.kelurahan.clone());
        let place = place.or_default();
        add(&mut place.all);
        add(place.by_rt.entry((resident.rw, resident.rt)).or_default());
    }
}

impl Counts {
    /// Could still miss it.
    #[must_use]
    pub fn uninvited(&self) -> u32 {
        self.missing.all()
    }

    /// Of 1000 who must have an e-KTP, how many have recorded; none where nobody must.
    #[must_use]
    pub fn coverage_permille(&self) -> Option<u32> {
        let due = u64::from(self.due);
        let share = (u64::from(self.recorded) * 1_000 + due / 2).checked_div(due)?;
        u32::try_from(share).ok()
    }

    /// Tenths of days from the paper to the recording, in the middle of all who have both.
    #[must_use]
    pub fn median_days_tenths(&self) -> Option<u32> {
        let mut days = self.days.clone();
        days.sort_unstable();
        let upper = *days.get(days.len() / 2)?;
        let lower = *days.get(days.len().checked_sub(1)? / 2)?;
        Some((lower + upper) * 5)
    }

    fn add(&mut self, one: &Standing) {
        self.due += 1;
        self.invited += u32::from(one.invited);
        self.delivered += u32::from(one.delivered);
        self.booked += u32::from(one.booked);
        self.came += u32::from(one.came);
        self.recorded += u32::from(one.recorded);
        self.missing.add(one.missing);
        self.days.extend(one.days);
    }
}

/// How far one person has come.
#[derive(Default)]
struct Standing {
    invited: bool,
    delivered: bool,
    booked: bool,
    came: bool,
    recorded: bool,
    missing: Option<Why>,
    days: Option<u32>,
}

/// Counts everybody due on a day: one pass over each kind of rows.
#[must_use]
pub fn tally(world: &World, office: &Office, today: NaiveDate) -> Figures {
    let attended = attendance(world, office);
    let mut figures = Figures::default();
    for resident in known(world, office) {
        let invitation = invitation_of(world, resident);
        if is_ahead(resident, invitation, today) {
            figures.count(resident, |counts| counts.ahead += 1);
        }
        if !resident.is_due(today) {
            continue;
        }
        let (booked, came) = attended.get(&resident.id).copied().unwrap_or_default();
        let one = Standing {
            invited: invitation.is_some_and(is_invited),
            delivered: invitation.is_some_and(is_delivered),
            booked,
            came,
            recorded: resident.recorded_on.is_some(),
            missing: missing(resident, invitation, today),
            days: invitation.and_then(|i| days(office, i, resident)),
        };
        figures.count(resident, |counts| counts.add(&one));
    }
    figures
}

/// People whom the office knows.
fn known<'w>(world: &'w World, office: &Office) -> impl Iterator<Item = &'w Resident> {
    let office = office.id;
    world
        .all::<Resident>()
        .filter(move |r| r.office == office && r.verified)
}

/// Who had a seat, and who came.
fn attendance(world: &World, office: &Office) -> HashMap<ResidentId, (bool, bool)> {
    let mut found: HashMap<ResidentId, (bool, bool)> = HashMap::new();
    for booking in world.all::<Booking>().filter(|b| b.office == office.id) {
        let had_seat = matches!(
            booking.state,
            booking::State::Confirmed
                | booking::State::Offered
                | booking::State::Unplaced
                | booking::State::Arrived
                | booking::State::NoShow
                | booking::State::Ended { .. }
        );
        if had_seat {
            found.entry(booking.resident).or_default().0 = true;
        }
    }
    for visit in world.all::<Visit>().filter(|v| v.office == office.id) {
        if !visit.state.is_taken_back() {
            found.entry(visit.resident).or_default().1 = true;
        }
    }
    found
}

fn invitation_of<'w>(world: &'w World, resident: &Resident) -> Option<&'w Invitation> {
    world.get::<Invitation>(resident.invitation?)
}

fn is_invited(invitation: &Invitation) -> bool {
    let has_place = invitation.proposal.is_some() || invitation.reply.is_some();
    has_place || invitation.state != State::Planned
}

fn is_delivered(invitation: &Invitation) -> bool {
    matches!(invitation.state, State::Delivered { .. })
}

fn days(office: &Office, invitation: &Invitation, resident: &Resident) -> Option<u32> {
    let given = office.zone.local(invitation.delivered_at?).date();
    let days = resident
        .recorded_on?
        .signed_duration_since(given)
        .num_days();
    // A paper that came after the recording brought nobody.
    u32::try_from(days).ok()
}
