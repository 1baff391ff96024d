//! Sign-ins as the server sealed them. A device keeps the seals with its queue and sends them along, so
//! that a server that was restored from an older backup knows again who had signed in there.

use super::{SignIns, Trust};
use crate::ids::{DeviceId, UserId};
use chrono::{DateTime, SubsecRound, Utc};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// Seals in one push, at most.
pub const SEALS: usize = 128;

/// A sign-in on a device, sealed by the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedSignIn {
    pub device: DeviceId,
    pub account: UserId,
    /// From which place in the device's queue on.
    pub from: u64,
    pub at: DateTime<Utc>,
    /// When its session ends at the latest.
    pub until: DateTime<Utc>,
    /// Who stayed signed in on the device beside the account.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub beside: Vec<UserId>,
    /// The server's epoch. Within the same one the server knows the sign-in without its seal.
    pub epoch: String,
    /// HMAC-SHA-256 over all of the above, in base64url.
    pub seal: String,
}

impl SealedSignIn {
    /// When it was, as databases keep times.
    #[must_use]
    pub fn moment(&self) -> DateTime<Utc> {
        self.at.trunc_subsecs(6)
    }

    /// What the seal is over.
    #[must_use]
    pub fn sealed(&self) -> String {
        let (device, account, from) = (self.device, self.account, self.from);
        let (at, until) = (self.at.timestamp_micros(), self.until.timestamp_micros());
        let beside = self.beside.iter().map(|id| format!("/{id}"));
        let beside: String = beside.collect();
        format!(
            "rekam sign-in 1/{device}/{account}/{from}/{at}/{until}/{}{beside}",
            self.epoch
        )
    }
}

/// The seals by which a server can judge ops of these places: of each account the last one before,
/// and every one in between.
#[must_use]
pub fn for_places(
    all: &[SealedSignIn],
    places: std::ops::RangeInclusive<u64>,
) -> Vec<SealedSignIn> {
    let (first, last) = places.into_inner();
    let mut before: BTreeMap<UserId, &SealedSignIn> = BTreeMap::new();
    let mut chosen = Vec::new();
    for seal in all.iter().filter(|seal| seal.from <= last) {
        if seal.from > first {
            chosen.push(seal);
        } else if before
            .get(&seal.account)
            .is_none_or(|known| (known.from, known.at) < (seal.from, seal.at))
        {
            before.insert(seal.account, seal);
        }
    }
    chosen.extend(before.into_values());
    chosen.sort_by_key(|seal| std::cmp::Reverse((seal.from, seal.at)));
    chosen.truncate(SEALS);
    chosen.into_iter().rev().cloned().collect()
}

/// The account signs in from a place on, as a restored server learns late. All that it knows stays:
/// marks and sign-ins at later places, the sign-ins of `later`, accounts that have signed in on the
/// device after this sign-in, and who stayed beside it.
pub fn restore(
    all: &mut BTreeMap<UserId, SignIns>,
    (account, beside): (UserId, &[UserId]),
    from: u64,
    trust: Trust,
    later: &BTreeSet<UserId>,
) {
    let is_known = |who: &UserId, of: &SignIns| later.contains(who) && of.0.contains_key(&from);
    if all.iter().any(|(who, of)| is_known(who, of)) {
        return;
    }
    let mut end: Option<u64> = None;
    for (who, of) in all.iter_mut().filter(|(who, _)| **who != account) {
        if later.contains(who) {
            let mut after = of.0.range(from..).filter(|(_, t)| **t != Trust::Nothing);
            let next = after.next().map(|(seq, _)| *seq);
            end = end.into_iter().chain(next).min();
        } else if of.at(from).is_some() && !beside.contains(who) {
            of.0.insert(from, Trust::Nothing);
        }
    }
    let own = all.entry(account).or_default();
    let known = own.0.entry(from).or_insert(trust);
    *known = (*known).max(trust);
    if let Some(end) = end
        && own.0.range(from.saturating_add(1)..=end).next().is_none()
    {
        own.0.insert(end, Trust::Nothing);
    }
}

#[cfg(test)]
mod tests {
    use super::{SealedSignIn, for_places, restore};
    use crate::{
        ids::{DeviceId, UserId},
        trust::{
            SignIns,
            Trust::{self, All, Facts, Nothing},
        },
    };
    use chrono::{DateTime, Utc};
    use std::collections::{BTreeMap, BTreeSet};
    use uuid::Uuid;

    fn account(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    fn of(entries: &[(u64, Trust)]) -> SignIns {
        SignIns(entries.iter().copied().collect())
    }

    fn restored(known: &[(u128, SignIns)], from: u64, trust: Trust, later: &[u128]) -> Vec<String> {
        let mut all: BTreeMap<UserId, SignIns> = known
            .iter()
            .map(|(n, of)| (account(*n), of.clone()))
            .collect();
        let later: BTreeSet<UserId> = later.iter().map(|n| account(*n)).collect();
        restore(&mut all, (account(1), &[account(3)]), from, trust, &later);
        let text = |(_, of): (&UserId, &SignIns)| {
            let parts = of.0.iter();
            let parts = parts.map(|(seq, trust)| format!("{seq} {}", trust.as_str()));
            parts.collect::<Vec<_>>().join(", ")
        };
        all.iter().map(text).collect()
    }

    #[test]
    fn a_sign_in_after_the_backup_counts_again() {
        let monday = of(&[(101, All), (151, Nothing)]);
        let known = [(1, monday.clone())];
        assert_eq!(restored(&known, 151, All, &[]), ["101 all, 151 all"]);
        assert_eq!(restored(&[], 151, All, &[]), ["151 all"]);
        assert_eq!(
            restored(&known, 160, Facts, &[])[0],
            "101 all, 151 nothing, 160 facts"
        );
        // The one who was there before no longer is.
        let known = [(2, of(&[(90, All)]))];
        assert_eq!(
            restored(&known, 151, All, &[]),
            ["151 all", "90 all, 151 nothing"]
        );
    }

    #[test]
    fn who_stayed_beside_it_stays() {
        let known = [(2, of(&[(90, All)])), (3, of(&[(100, All)]))];
        assert_eq!(
            restored(&known, 151, All, &[]),
            ["151 all", "90 all, 151 nothing", "100 all"]
        );
    }

    #[test]
    fn a_seal_is_over_who_stayed_beside_it() {
        let at: DateTime<Utc> = "2026-12-01T01:00:00Z".parse().unwrap();
        let alone = SealedSignIn {
            device: DeviceId(Uuid::nil()),
            account: account(1),
            from: 7,
            at,
            until: at,
            beside: Vec::new(),
            epoch: "e".to_owned(),
            seal: String::new(),
        };
        // As it was sealed before anybody could stay.
        assert!(alone.sealed().ends_with("/e"), "{}", alone.sealed());
        let beside = vec![account(3)];
        let other = SealedSignIn {
            beside,
            ..alone.clone()
        };
        assert_ne!(other.sealed(), alone.sealed());
    }

    #[test]
    fn nothing_that_the_server_knows_is_undone() {
        // Somebody else has signed in since the backup was put back.
        let known = [(2, of(&[(301, All)]))];
        let told = restored(&known, 151, All, &[2]);
        assert_eq!(told, ["151 all, 301 nothing", "301 all"]);
        let told = restored(&known, 301, All, &[2]);
        assert_eq!(told, ["301 all"]);
        // The account itself has, and has signed out.
        let known = [(1, of(&[(151, Nothing)]))];
        assert_eq!(restored(&known, 151, All, &[1]), ["151 nothing"]);
        let known = [(1, of(&[(301, All), (310, Nothing)]))];
        let told = restored(&known, 151, Facts, &[1]);
        assert_eq!(told, ["151 facts, 301 all, 310 nothing"]);
    }

    #[test]
    fn seals_go_along_with_the_ops_that_they_are_for() {
        let at: DateTime<Utc> = "2026-12-01T01:00:00Z".parse().unwrap();
        let seal = |(account, from): (u128, u64)| SealedSignIn {
            device: DeviceId(Uuid::nil()),
            account: self::account(account),
            from,
            at,
            until: at,
            beside: Vec::new(),
            epoch: String::new(),
            seal: String::new(),
        };
        let all: Vec<_> = [(1, 1), (2, 20), (1, 30), (1, 60), (2, 90)]
            .map(seal)
            .into();
        let chosen = |places| {
            let chosen = for_places(&all, places);
            let places = chosen.iter().map(|seal| seal.from);
            places.collect::<Vec<_>>()
        };
        assert_eq!(chosen(40..=80), [20, 30, 60]);
        assert_eq!(chosen(1..=10), [1]);
        assert_eq!(chosen(90..=95), [60, 90]);
    }
}
