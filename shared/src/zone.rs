//! Indonesia's three time zones. None has daylight saving, so local and UTC convert without gaps.

use chrono::{DateTime, FixedOffset, NaiveDateTime, Offset, Utc};
use serde::{Deserialize, Serialize};

use crate::person::text::parsed_text;

/// West (+7), centre (+8), east (+9). Text form: `WIB`, `WITA`, `WIT`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Zone {
    Wib,
    Wita,
    Wit,
}

/// Code `zone_unknown`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a zone is WIB, WITA or WIT")]
pub struct ZoneError;

impl ZoneError {
    pub fn code(&self) -> &'static str {
        "zone_unknown"
    }
}

impl Zone {
    pub const ALL: [Self; 3] = [Self::Wib, Self::Wita, Self::Wit];

    pub fn parse(input: &str) -> Result<Self, ZoneError> {
        let wanted = input.trim_matches(' ');
        Self::ALL
            .into_iter()
            .find(|zone| zone.label().eq_ignore_ascii_case(wanted))
            .ok_or(ZoneError)
    }

    pub fn label(&self) -> &'static str {
        match self {
            Self::Wib => "WIB",
            Self::Wita => "WITA",
            Self::Wit => "WIT",
        }
    }

    pub fn as_str(&self) -> &'static str {
        self.label()
    }

    pub fn offset(&self) -> FixedOffset {
        let hours = match self {
            Self::Wib => 7,
            Self::Wita => 8,
            Self::Wit => 9,
        };
        FixedOffset::east_opt(hours * 3_600).unwrap_or(Utc.fix())
    }

    /// What a clock in this zone shows; at the end of chrono's range, the range's end.
    pub fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        at.naive_utc()
            .checked_add_offset(self.offset())
            .unwrap_or(NaiveDateTime::MAX)
    }

    /// The instant at which a clock in this zone shows `local`.
    pub fn utc(&self, local: NaiveDateTime) -> DateTime<Utc> {
        local
            .checked_sub_offset(self.offset())
            .unwrap_or(NaiveDateTime::MIN)
            .and_utc()
    }
}

parsed_text!(Zone, ZoneError);

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_instant_on_three_clocks() {
        let at: DateTime<Utc> = "2026-08-17T17:30:00Z".parse().unwrap();
        for (zone, shows) in [
            ("WIB", "2026-08-18T00:30:00"),
            ("wita", "2026-08-18T01:30:00"),
            ("WIT", "2026-08-18T02:30:00"),
        ] {
            let zone = Zone::parse(zone).unwrap();
            assert_eq!(zone.local(at), shows.parse().unwrap());
            assert_eq!(
                at.with_timezone(&zone.offset()).naive_local(),
                zone.local(at)
            );
        }
        assert_eq!(Zone::parse("UTC"), Err(ZoneError));
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        assert_eq!(
            Zone::Wit.local(DateTime::<Utc>::MAX_UTC),
            NaiveDateTime::MAX
        );
        assert_eq!(
            Zone::Wit.utc(NaiveDateTime::MIN),
            NaiveDateTime::MIN.and_utc()
        );
    }

    proptest! {
        #[test]
        fn there_and_back(seconds in -2_000_000_000i64..4_000_000_000, index in 0usize..3) {
            let zone = Zone::ALL[index];
            let at = DateTime::from_timestamp(seconds, 0).unwrap();
            prop_assert_eq!(zone.utc(zone.local(at)), at);
            prop_assert_eq!(Zone::parse(&zone.to_string()), Ok(zone));
        }
    }
}
