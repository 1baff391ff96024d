use super::*;
use crate::{
    fixtures::{device, slot},
    visit::QueueNumber,
};
use std::collections::BTreeSet;

/// Two tablets with the same letters could give the same number to two people.
#[test]
fn tablets_have_letters_of_their_own() {
    let printed = [0, 1, 25, 26, 27, 51, 52, 701].map(tablet_letters);
    assert_eq!(printed, ["A", "B", "Z", "AA", "AB", "AZ", "BA", "ZZ"]);
    let all: BTreeSet<_> = (0..702).map(tablet_letters).collect();
    assert_eq!(all.len(), 702);
    assert!(
        all.iter()
            .all(|letters| QueueNumber::new(letters, 1).is_ok())
    );
}

#[test]
fn one_lease_for_each_tablet_and_slot() {
    let (early, late) = (slot("2026-11-23T07:30"), slot("2026-11-23T08:30"));
    let ids: BTreeSet<_> = [
        LeaseId::of(device(1), early),
        LeaseId::of(device(1), late),
        LeaseId::of(device(2), early),
        LeaseId::of(device(1), early),
    ]
    .into();
    assert_eq!(ids.len(), 3);
}
