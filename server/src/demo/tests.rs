use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn share(roll: &[DemoResident], is: impl Fn(&DemoResident) -> bool) -> usize {
    roll.iter().filter(|resident| is(resident)).count() * 100 / roll.len()
}

#[test]
fn the_same_roll_every_time() {
    let roll = residents(DemoOffice::Jelutung, 1_500);
    assert_eq!(roll, residents(DemoOffice::Jelutung, 1_500));
    assert_eq!(roll[..100], residents(DemoOffice::Jelutung, 100));
    assert_ne!(
        roll[0].name,
        residents(DemoOffice::SamarindaIlir, 1)[0].name
    );
}

#[test]
fn numbers_are_unique_and_agree_with_the_person() {
    let mut seen = BTreeSet::new();
    for office in DemoOffice::ALL {
        let roll = residents(office, office.residents());
        assert_eq!(roll.len(), office.residents());
        for resident in &roll {
            assert!(
                seen.insert(resident.nik.clone()),
                "{:?} twice",
                resident.nik
            );
            assert!(
                resident.nik.region().known_kecamatan(),
                "{:?}",
                resident.nik
            );
            assert_eq!(
                resident
                    .nik
                    .warnings(Some(resident.birth), Some(resident.sex), None),
                []
            );
            assert!(resident.nik.as_str()[12..] > *"9000");
            assert_eq!(resident.kk.region(), office.region());
        }
        let elsewhere = share(&roll, |r| !office.region().covers(&r.nik.region()));
        assert!(
            (5..30).contains(&elsewhere),
            "{elsewhere} % first registered elsewhere"
        );
    }
}

#[test]
fn people_as_the_office_meets_them() {
    for office in DemoOffice::ALL {
        let roll = residents(office, office.residents());
        let age = |resident: &DemoResident| resident.birth.age_on(TODAY);
        assert!(roll.iter().all(|r| age(r) >= 16));
        assert!(share(&roll, |r| age(r) <= 24) >= 80);
        assert!(roll.iter().any(|r| age(r) >= 60));
        assert!((40..60).contains(&share(&roll, |r| r.sex == Sex::Female)));
        assert!(share(&roll, |r| r.phone.is_none()) > 5);
        assert!(roll.iter().all(|r| !r.married || age(r) >= 18));
        assert!(roll.iter().any(|r| r.married));
        assert!(roll.iter().any(|r| !r.name.as_str().contains(' ')));
        let names: BTreeSet<_> = roll.iter().map(|r| &r.name).collect();
        assert!(names.len() * 2 > roll.len(), "{} names", names.len());
    }
}

#[test]
fn homes_are_in_every_kelurahan_and_shared_by_a_family() {
    for office in DemoOffice::ALL {
        let roll = residents(office, office.residents());
        let mut rts: BTreeMap<_, BTreeSet<u16>> = BTreeMap::new();
        let mut homes: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for resident in &roll {
            rts.entry(&resident.kelurahan)
                .or_default()
                .insert(resident.rt);
            homes.entry(&resident.kk).or_default().insert((
                &resident.kelurahan,
                resident.rt,
                resident.rw,
            ));
        }
        let served: Vec<_> = office.kelurahan().into_iter().map(|k| k.code).collect();
        assert!(rts.keys().copied().eq(&served));
        assert!(
            rts.values().all(|rts| (8..=14).contains(&rts.len())),
            "{rts:?}"
        );
        assert!(homes.values().all(|homes| homes.len() == 1));
        assert!(homes.len() < roll.len());
    }
}
