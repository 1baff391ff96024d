use super::*;
use crate::fixtures::{OFFICE, person};
use proptest::prelude::*;

#[test]
fn a_code_as_people_type_it() {
    let printed = ClaimHash::of_code("0123AB1XYZ").unwrap();
    for typed in ["0123-AB1-XYZ", " 0123 ab1 xyz ", "o123abixyz", "O123ABLXYZ"] {
        assert_eq!(ClaimHash::of_code(typed), Ok(printed), "{typed}");
    }
    for typed in [
        "0123AB1XY",
        "0123AB1XYZZ",
        "0123AB1XYU",
        "0123AB1XY!",
        "",
        "０123AB1XYZ",
    ] {
        assert_eq!(ClaimHash::of_code(typed), Err(ClaimCodeError), "{typed:?}");
    }
    assert_ne!(
        ClaimHash::of_code("0123AB1XYY").unwrap().key(),
        printed.key()
    );
}

/// sha256sum is the second source.
#[test]
fn the_hash_is_plain_sha256() {
    let hash = ClaimHash::of_code("0123456789").unwrap();
    let hex = "84d89877f0d4041efb6bf91a16f0248f2fd573e6af05c19f96bedb9f882f7882";
    assert_eq!(String::from(hash), hex);
    assert_eq!(hash.key().simple().to_string(), hex[..32]);
    assert_eq!(format!("{hash:?}"), "ClaimHash(…)");
}

#[test]
fn only_a_hash_reads_as_a_hash() {
    let good = "ab".repeat(32);
    assert_eq!(
        String::from(ClaimHash::try_from(good.clone()).unwrap()),
        good
    );
    for bad in [
        "ab".repeat(31),
        "zz".repeat(32),
        "+1".repeat(32),
        "é".repeat(32),
        String::new(),
    ] {
        assert_eq!(
            ClaimHash::try_from(bad.clone()),
            Err(ClaimCodeError),
            "{bad}"
        );
    }
}

/// All three must be known and equal: two people without papers are not the same person.
#[test]
fn who_matches_the_roll() {
    let id = ResidentId(Uuid::from_u128(1));
    let roll = |draft: Draft| draft.into_resident(id, OFFICE, Source::Roll);
    assert!(roll(person(1)).matches(&person(1)));
    assert!(!roll(person(1)).matches(&person(2)));
    let lacking: [fn(&mut Draft); 3] = [|d| d.nik = None, |d| d.kk = None, |d| d.birth = None];
    for lose in lacking {
        let mut draft = person(1);
        lose(&mut draft);
        assert!(!roll(person(1)).matches(&draft) && !roll(draft.clone()).matches(&draft));
    }
}

#[test]
fn a_masked_resident_shows_no_number() {
    let mut resident = person(7).into_resident(ResidentId(Uuid::nil()), OFFICE, Source::Roll);
    resident.claim = ClaimHash::of_code("0123456789").ok();
    let text = serde_json::to_string(&resident.clone().masked()).unwrap();
    for secret in [
        "1571081501000007",
        "1571080101200007",
        "2000-01-15",
        "84d89877",
    ] {
        assert!(
            serde_json::to_string(&resident).unwrap().contains(secret),
            "{secret}"
        );
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

proptest! {
    #[test]
    fn drawn_codes_are_good_and_spread(random: [u8; 10]) {
        let code = ClaimHash::code_from(random);
        prop_assert!(ClaimHash::of_code(&code).is_ok());
        prop_assert_eq!(normalise_code(&code), code.clone());
        let mut other = random;
        other[3] ^= 1;
        prop_assert_ne!(ClaimHash::code_from(other), code);
    }

    #[test]
    fn a_hash_reads_back(random: [u8; 10]) {
        let hash = ClaimHash::of_code(&ClaimHash::code_from(random)).unwrap();
        prop_assert_eq!(ClaimHash::try_from(String::from(hash)), Ok(hash));
    }
}
