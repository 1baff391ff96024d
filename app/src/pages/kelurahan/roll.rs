//! The people of a kelurahan as its staff see them: one entry a person, with the invitation, the
//! booking and the recording put side by side. Pure: read from the snapshot, filtered and counted.

use chrono::NaiveDate;
use shared::{
    booking::{self, Booking},
    duty::Duty,
    figures::{self, Why},
    ids::{InvitationId, ResidentId},
    invitation::{self, Invitation},
    person::{Nik, Search, SearchKey},
    region::RegionCode,
    resident::Resident,
    world::World,
};
use std::{collections::BTreeSet, fmt, str::FromStr};

/// One person of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub resident: Resident,
    pub invitation: Option<Invitation>,
    /// The active booking, else the latest one that still says something.
    pub booking: Option<Booking>,
    /// Where the paper is that has not reached them: counted as on the head's page.
    pub missing: Option<Why>,
    /// A paper is on its way, and they must have an e-KTP later only.
    pub ahead: bool,
    /// Has a paper with an old time or place, and must be told.
    pub untold: bool,
    /// Has the invitation for long and has not answered.
    pub remind: bool,
}

/// What the list is narrowed to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Filter {
    #[default]
    All,
    Missing,
    Undeliverable,
    Ahead,
    Unbooked,
    Review,
    Untold,
    Remind,
}

/// As it stands in the page's address.
const FILTERS: [(Filter, &str); 8] = [
    (Filter::All, "all"),
    (Filter::Missing, "missing"),
    (Filter::Undeliverable, "undeliverable"),
    (Filter::Ahead, "ahead"),
    (Filter::Unbooked, "unbooked"),
    (Filter::Review, "review"),
    (Filter::Untold, "untold"),
    (Filter::Remind, "remind"),
];

impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FILTERS.iter().find(|(filter, _)| filter == self);
        f.write_str(name.map_or("all", |(_, name)| name))
    }
}

impl FromStr for Filter {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        let found = FILTERS.iter().find(|(_, name)| *name == s);
        found.map(|(filter, _)| *filter).ok_or(())
    }
}

/// What the filters would leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub people: usize,
    pub missing: usize,
    pub undeliverable: usize,
    pub ahead: usize,
    pub unbooked: usize,
    pub review: usize,
    pub untold: usize,
    pub remind: usize,
}

impl Entry {
    #[must_use]
    pub fn id(&self) -> ResidentId {
        self.resident.id
    }

    #[must_use]
    pub fn is_recorded(&self) -> bool {
        self.resident.recorded_on.is_some()
            || self
                .booking
                .as_ref()
                .is_some_and(|b| b.state == booking::State::Ended { recorded: true })
    }

    #[must_use]
    pub fn has_active_booking(&self) -> bool {
        self.booking.as_ref().is_some_and(|b| b.state.is_active())
    }

    /// A request that staff must look at.
    #[must_use]
    pub fn waits_for_review(&self) -> bool {
        self.booking
            .as_ref()
            .is_some_and(|b| b.state == booking::State::Requested { review: true })
    }

    /// The invitation that is printed or on its way, and that nobody has delivered yet.
    #[must_use]
    pub fn on_paper(&self) -> Option<InvitationId> {
        let is_out = |i: &&Invitation| {
            matches!(
                i.state,
                invitation::State::Printed | invitation::State::HandedOver { .. }
            )
        };
        self.invitation.as_ref().filter(is_out).map(|i| i.id)
    }

    /// The invitation that nobody has delivered yet.
    #[must_use]
    pub fn undelivered(&self) -> Option<InvitationId> {
        self.invitation
            .as_ref()
            .filter(|i| !i.state.is_settled())
            .map(|i| i.id)
    }

    /// Changes with everything the list shows of the person.
    #[must_use]
    pub fn stamp(&self) -> String {
        let invitation = self.invitation.as_ref().map(|i| {
            let place = i.proposal.map(|p| (p.slot, p.session));
            (&i.state, i.at, i.changed, i.reply, place)
        });
        let booking = self.booking.as_ref().map(|b| (b.state, b.slot));
        let (untold, remind) = (self.untold, self.remind);
        format!("{} {invitation:?} {booking:?} {untold} {remind}", self.id())
    }

    fn passes(&self, filter: Filter) -> bool {
        match filter {
            Filter::All => true,
            Filter::Missing => self.missing.is_some(),
            Filter::Undeliverable => matches!(self.missing, Some(Why::Undeliverable { .. })),
            Filter::Ahead => self.ahead,
            Filter::Unbooked => !self.has_active_booking() && !self.is_recorded(),
            Filter::Review => self.waits_for_review(),
            Filter::Untold => self.untold,
            Filter::Remind => self.remind,
        }
    }

    fn answers(&self, search: &Search) -> bool {
        let r = &self.resident;
        let nik = r.nik.as_ref().map(Nik::as_str);
        let nik = nik.or(r.nik_masked.as_deref());
        let code = self.booking.as_ref().map(|b| b.code.as_str());
        search.finds(r.name.as_str(), nik, code)
    }
}

/// Everybody of the kelurahan (of the whole office where none is given), by RT and name.
#[must_use]
pub fn read(
    world: &World,
    kelurahan: Option<&RegionCode>,
    today: NaiveDate,
    duty: Option<&Duty>,
) -> Vec<Entry> {
    let untold: BTreeSet<ResidentId> = duty
        .map(|duty| duty.untold.iter().map(|u| u.resident).collect())
        .unwrap_or_default();
    let remind: BTreeSet<ResidentId> = duty
        .map(|duty| duty.reminders.iter().map(|r| r.resident).collect())
        .unwrap_or_default();
    let mut bookings: Vec<&Booking> = world.all::<Booking>().collect();
    bookings.sort_by_key(|b| (b.resident, b.state.is_active(), b.requested_at));
    let latest = |id: ResidentId| {
        let after = bookings.partition_point(|b| b.resident <= id);
        after
            .checked_sub(1)
            .and_then(|i| bookings.get(i))
            .filter(|b| b.resident == id)
            .map(|b| (*b).clone())
    };
    let mut entries: Vec<Entry> = world
        .all::<Resident>()
        .filter(|r| kelurahan.is_none() || r.kelurahan.as_ref() == kelurahan)
        .map(|r| {
            let invitation = r.invitation.and_then(|id| world.get::<Invitation>(id));
            Entry {
                missing: figures::missing(r, invitation, today),
                ahead: figures::is_ahead(r, invitation, today),
                invitation: invitation.cloned(),
                booking: r
                    .active
                    .and_then(|a| world.get(a.booking).cloned())
                    .or_else(|| latest(r.id)),
                untold: untold.contains(&r.id),
                remind: remind.contains(&r.id),
                resident: r.clone(),
            }
        })
        .collect();
    entries.sort_by_cached_key(place);
    entries
}

/// One person, wherever they live.
#[must_use]
pub fn find(world: &World, id: ResidentId) -> Option<Entry> {
    let resident: Resident = world.get::<Resident>(id)?.clone();
    let booking = resident
        .active
        .and_then(|active| world.get::<Booking>(active.booking))
        .or_else(|| {
            let own = world.all::<Booking>().filter(|b| b.resident == id);
            own.max_by_key(|b| (b.state.is_active(), b.requested_at))
        });
    Some(Entry {
        invitation: resident.invitation.and_then(|id| world.get(id).cloned()),
        booking: booking.cloned(),
        missing: None,
        ahead: false,
        untold: false,
        remind: false,
        resident,
    })
}

fn place(entry: &Entry) -> (u16, u16, SearchKey, ResidentId) {
    let r = &entry.resident;
    let last = u16::MAX;
    (
        r.rt.unwrap_or(last),
        r.rw.unwrap_or(last),
        SearchKey::of(r.name.as_str()),
        r.id,
    )
}

#[must_use]
pub fn count(entries: &[Entry]) -> Counts {
    let with = |filter| entries.iter().filter(|e| e.passes(filter)).count();
    Counts {
        people: entries.len(),
        missing: with(Filter::Missing),
        undeliverable: with(Filter::Undeliverable),
        ahead: with(Filter::Ahead),
        unbooked: with(Filter::Unbooked),
        review: with(Filter::Review),
        untold: with(Filter::Untold),
        remind: with(Filter::Remind),
    }
}

/// The RT there are, for the filter.
#[must_use]
pub fn neighbourhoods(entries: &[Entry]) -> BTreeSet<u16> {
    entries.iter().filter_map(|e| e.resident.rt).collect()
}

/// The entries that a search, an RT and a filter leave.
#[must_use]
pub fn narrow(entries: &[Entry], words: &str, rt: Option<u16>, filter: Filter) -> Vec<Entry> {
    let search = Search::of(words);
    entries
        .iter()
        .filter(|e| rt.is_none() || e.resident.rt == rt)
        .filter(|e| e.passes(filter) && e.answers(&search))
        .cloned()
        .collect()
}
