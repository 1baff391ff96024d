//! Whether a line without a NIK, or a record without one, means somebody already known. A wrong yes
//! loses a person, a wrong no doubles one: only what speaks for it is a yes.

use crate::{
    person::SearchKey,
    resident::{Draft, Resident},
};

/// For a record that the office has verified, and a line, of which one at least has no NIK: what a list
/// says of a person never goes to a record that a stranger may have made. Names are equal as a search sees them, and
/// nothing that both know differs; the same family card outweighs a move. Birth date, card or RT must
/// speak for it, or all that is known be equal: two of one name in two RT are two people.
#[must_use]
pub fn is_same_person(known: &Resident, line: &Draft) -> bool {
    if known.forgotten
        || !known.verified
        || known.is_self_made()
        || known.nik.is_some() && line.nik.is_some()
    {
        return false;
    }
    if SearchKey::of(known.name.as_str()) != SearchKey::of(line.name.as_str()) {
        return false;
    }
    let birth = said(&known.birth, &line.birth);
    let card = said(&known.kk, &line.kk);
    let place = [
        said(&known.kelurahan, &line.kelurahan),
        said(&known.rt, &line.rt),
        said(&known.rw, &line.rw),
    ];
    if birth == Said::Differs || card == Said::Differs {
        return false;
    }
    if card == Said::Equal {
        return true;
    }
    let [kelurahan, rt, _] = place;
    let speaks_for_it = birth == Said::Equal || kelurahan == Said::Equal && rt == Said::Equal;
    let all_equal =
        (known.birth, &known.kk, known.rt, known.rw) == (line.birth, &line.kk, line.rt, line.rw);
    !place.contains(&Said::Differs) && (speaks_for_it || all_equal)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Equal,
    Differs,
    /// By one of them at most.
    Unknown,
}

fn said<T: PartialEq>(known: &Option<T>, line: &Option<T>) -> Said {
    match (known, line) {
        (Some(known), Some(line)) if known == line => Said::Equal,
        (Some(_), Some(_)) => Said::Differs,
        _ => Said::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        fixtures,
        ids::{OfficeId, ResidentId},
        person::{BirthDate, Kk, Nik},
        resident::Source,
    };

    #[test]
    fn who_is_the_same_person_without_a_nik() {
        let id = ResidentId(uuid::Uuid::nil());
        let kk = Kk::parse("1571081203150042").ok();
        let other_kk = Kk::parse("1571081203150043").ok();
        let nik = Nik::parse("1571085708900001").ok();
        let born = BirthDate::parse("1990-08-17").ok();
        let bare = Draft {
            rt: Some(1),
            rw: None,
            birth: None,
            kk: None,
            nik: None,
            phone: None,
            ..fixtures::person(1)
        };
        let with = |rt: Option<u16>, birth, kk: &Option<Kk>| Draft {
            rt,
            birth,
            kk: kk.clone(),
            ..bare.clone()
        };
        let only = with(None, None, &None);
        for (known, line, is_same, what) in [
            (bare.clone(), bare.clone(), true, "nothing differs"),
            (only.clone(), only, true, "all that is known is equal"),
            (
                bare.clone(),
                with(Some(2), None, &None),
                false,
                "another RT",
            ),
            (
                with(Some(1), born, &None),
                with(Some(2), born, &None),
                false,
                "another RT, born the same day",
            ),
            (
                with(Some(1), None, &kk),
                with(Some(2), None, &kk),
                true,
                "moved with the family card",
            ),
            (
                with(Some(1), born, &None),
                with(Some(1), None, &None),
                true,
                "a line that knows less",
            ),
            (
                with(None, born, &None),
                with(Some(1), born, &kk),
                true,
                "a line that knows more",
            ),
            (
                with(None, None, &None),
                with(Some(1), born, &kk),
                false,
                "the name alone",
            ),
            (
                with(Some(1), born, &kk),
                with(Some(1), born, &other_kk),
                false,
                "another card",
            ),
            (
                with(Some(1), None, &None),
                Draft {
                    nik: nik.clone(),
                    ..bare.clone()
                },
                true,
                "a line with the NIK",
            ),
            (
                Draft {
                    nik: nik.clone(),
                    ..bare.clone()
                },
                bare.clone(),
                true,
                "a line without it",
            ),
            (
                Draft {
                    nik: nik.clone(),
                    ..bare.clone()
                },
                Draft {
                    nik,
                    ..bare.clone()
                },
                false,
                "for two NIKs to say",
            ),
        ] {
            let known = known.into_resident(id, OfficeId(1), Source::Roll);
            assert_eq!(is_same_person(&known, &line), is_same, "{what}");
        }
    }
}
