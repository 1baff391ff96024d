//! An office and the settings its SOP leaves to it. Every limit of `sop` that an office may choose
//! is read from here; the defaults are the design's.

use crate::{
    calendar::{Window, read_minute},
    ids::OfficeId,
    region::RegionCode,
    zone::Zone,
};
use chrono::{NaiveDate, NaiveTime};
use serde::{Deserialize, Serialize};

mod bounds;
mod requirements;
mod weeks;

pub use bounds::OutOfBounds;
pub(crate) use bounds::TEXT;
pub use requirements::{PAPER_LETTERS, PAPERS, Requirement};
pub use weeks::DatedWeek;

/// One office as everybody may see it; it holds nothing personal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Office {
    pub id: OfficeId,
    /// As printed on a slip: "Kecamatan Jelutung".
    pub name: String,
    /// The kecamatan's code.
    pub region: RegionCode,
    pub zone: Zone,
    pub kelurahan: Vec<Kelurahan>,
    pub settings: Settings,
}

/// A kelurahan or desa that the office serves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kelurahan {
    pub code: RegionCode,
    pub name: String,
}

/// What an office may set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    pub week: WorkingWeek,
    /// Other hours from one day to another; no two of them share a day.
    pub weeks: Vec<DatedWeek>,
    /// Recording stations that work in parallel.
    pub stations: u16,
    /// Operators who record, at the office or in the villages.
    pub operators: u16,
    pub minutes_per_recording: u16,
    pub slot_minutes: u16,
    /// Share of a slot's seats kept for people who come without a booking.
    pub walk_in_percent: u16,
    /// Share of a slot's seats that a plan leaves to people who book by themselves.
    pub self_booking_percent: u16,
    /// Share of a slot's seats that bookings nobody has verified may take together.
    pub unverified_percent: u16,
    /// People whom nobody has verified that one device may book for.
    pub unverified_people_per_device: u16,
    /// How far ahead residents may book, in days, today included.
    pub window_days: u16,
    /// Until how many hours before the slot residents move a booking by themselves.
    pub change_until_hours: u16,
    /// Minutes after the slot's end at which somebody who did not come counts as absent.
    pub no_show_after_minutes: u16,
    /// Whether the office asks for a letter from the RT. Perpres 96/2018 asks for none; offices that
    /// were set up before the setting do.
    pub needs_rt_letter: bool,
    /// Whether the office asks for the paid land-tax slip (PBB).
    pub needs_land_tax_slip: bool,
    /// What else is brought along, in the office's own words.
    pub also_bring: Vec<String>,
    /// Working days until the card is due.
    pub card_due_working_days: u16,
    /// Days the office closes besides weekends and holidays.
    pub closed: Vec<ClosedDay>,
    /// Holidays on which the office works all the same.
    pub opened: Vec<NaiveDate>,
    /// Days with fewer stations, or more, than usual.
    pub staffed: Vec<StaffedDay>,
    /// How long a seat is kept for whoever it was offered to.
    pub offer_hours: u16,
    /// When seats given back are released, local time.
    #[serde(deserialize_with = "read_minute")]
    pub release_at: NaiveTime,
    /// Days after which invitations that nobody handed on are shown in red.
    pub bundle_idle_days: u16,
    /// Days after the delivery at which somebody who has not answered is reminded.
    pub remind_after_days: u16,
    /// Days between an invitation's allotment and its date, at least: to print it and carry it there.
    pub invite_ahead_days: u16,
    /// Idle minutes after which an operator's screen asks for a PIN; `None` asks for none, as in offices
    /// that were set up before the setting.
    pub pin_after_minutes: Option<u8>,
}

/// A day on which not all stations work, with the reason residents read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffedDay {
    pub date: NaiveDate,
    pub stations: u16,
    pub reason: String,
}

/// A day that the office itself closes, with the reason residents read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClosedDay {
    pub date: NaiveDate,
    pub reason: String,
}

/// Hours per weekday, Monday first; `None` is a day off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct WorkingWeek(pub [Option<Hours>; 7]);

/// Opening hours of one day, in the office's local time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours {
    #[serde(deserialize_with = "read_minute")]
    pub open: NaiveTime,
    #[serde(deserialize_with = "read_minute")]
    pub close: NaiveTime,
    #[serde(deserialize_with = "read_minute")]
    pub break_from: NaiveTime,
    #[serde(deserialize_with = "read_minute")]
    pub break_to: NaiveTime,
}

impl Hours {
    /// The stretches of work before and after the break.
    pub fn windows(self) -> impl Iterator<Item = Window> {
        let before = Window {
            from: self.open,
            to: self.break_from.min(self.close),
        };
        let after = Window {
            from: self.break_to.max(self.open),
            to: self.close,
        };
        [before, after].into_iter().filter(|w| w.from < w.to)
    }
}

const fn at(hour: u32, minute: u32) -> NaiveTime {
    match NaiveTime::from_hms_opt(hour, minute, 0) {
        Some(time) => time,
        None => NaiveTime::MIN,
    }
}

impl Default for WorkingWeek {
    /// Monday to Friday 07:30-15:00, break 12:00-13:00, on Friday 11:30-13:00 (field notes: the
    /// hours of Samarinda Ilir; the Friday break of Perpres 21/2023).
    fn default() -> Self {
        let day = Hours {
            open: at(7, 30),
            close: at(15, 0),
            break_from: at(12, 0),
            break_to: at(13, 0),
        };
        let friday = Hours {
            break_from: at(11, 30),
            ..day
        };
        Self([
            Some(day),
            Some(day),
            Some(day),
            Some(day),
            Some(friday),
            None,
            None,
        ])
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            week: WorkingWeek::default(),
            weeks: Vec::new(),
            stations: 2,
            operators: 2,
            minutes_per_recording: 15,
            slot_minutes: 60,
            walk_in_percent: 25,
            self_booking_percent: 25,
            unverified_percent: 30,
            unverified_people_per_device: 5,
            window_days: 30,
            change_until_hours: 24,
            no_show_after_minutes: 60,
            needs_rt_letter: true,
            needs_land_tax_slip: false,
            also_bring: Vec::new(),
            card_due_working_days: 5,
            closed: Vec::new(),
            opened: Vec::new(),
            staffed: Vec::new(),
            offer_hours: 24,
            release_at: at(12, 0),
            bundle_idle_days: 2,
            remind_after_days: 3,
            invite_ahead_days: 4,
            pin_after_minutes: None,
        }
    }
}

impl Settings {
    /// How many stations work on a date.
    #[must_use]
    pub fn stations_on(&self, date: NaiveDate) -> u16 {
        let day = self.staffed.iter().find(|day| day.date == date);
        day.map_or(self.stations, |day| day.stations)
    }
}

impl Office {
    /// The kelurahan with this code, if the office serves it.
    #[must_use]
    pub fn kelurahan(&self, code: &RegionCode) -> Option<&Kelurahan> {
        self.kelurahan.iter().find(|k| &k.code == code)
    }
}
