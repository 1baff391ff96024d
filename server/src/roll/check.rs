//! A list read into people, and what entering it would change.

use chrono::NaiveDate;
use shared::{
    office::Office,
    person::Nik,
    resident::{Draft, Resident},
    roll::{self, Column, Columns, LeftOut, LineError, Reader},
};
use std::collections::BTreeMap;

use super::Table;

/// A list as it was read.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub people: Vec<Draft>,
    pub errors: Vec<LineError>,
    /// Lines that repeat another word for word.
    pub twice: u32,
    /// Lines below the list.
    pub left_out: Vec<LeftOut>,
}

/// Reads every line of the list, and none of what stands below it. A NIK that stands on two lines with different people is an error of both.
#[must_use]
pub fn check(table: &Table, office: &Office, columns: &Columns, today: NaiveDate) -> Checked {
    let reader = Reader {
        office,
        columns,
        today,
    };
    let foot = roll::below_list(columns, &table.lines);
    let (lines, foot) = table.lines.split_at(table.lines.len().saturating_sub(foot));
    let mut checked = Checked {
        left_out: foot.iter().map(roll::left_out).collect(),
        ..Checked::default()
    };
    let mut read: Vec<(u32, Draft)> = Vec::with_capacity(lines.len());
    for (line, cells) in lines {
        match reader.line(*line, cells) {
            Ok(draft) => read.push((*line, draft)),
            Err(errors) => checked.errors.extend(errors),
        }
    }
    let mut by_nik: BTreeMap<Nik, Vec<usize>> = BTreeMap::new();
    for (n, (_, draft)) in read.iter().enumerate() {
        if let Some(nik) = &draft.nik {
            by_nik.entry(nik.clone()).or_default().push(n);
        }
    }
    let mut left: Vec<Option<(u32, Draft)>> = read.into_iter().map(Some).collect();
    for places in by_nik.into_values().filter(|places| places.len() > 1) {
        let drafts = places.iter().filter_map(|n| left.get(*n)?.as_ref());
        let mut drafts = drafts.map(|(_, draft)| draft);
        let first = drafts.next();
        let same = drafts.all(|draft| Some(draft) == first);
        for (nth, n) in places.iter().enumerate() {
            let Some(place) = left.get_mut(*n).filter(|_| !same || nth > 0) else {
                continue;
            };
            let Some((line, _)) = place.take() else {
                continue;
            };
            if same {
                checked.twice += 1;
            } else {
                checked.errors.push(LineError {
                    line,
                    column: Column::Nik,
                    code: "nik_twice".to_owned(),
                });
            }
        }
    }
    checked.people = left.into_iter().flatten().map(|(_, draft)| draft).collect();
    checked
        .errors
        .sort_by_key(|error| (error.line, error.column));
    checked
}

/// People of a list, sorted by what entering them would do.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Not in the office's books.
    pub new: Vec<Draft>,
    /// In the books, and the list says something else of them.
    pub changed: Vec<Draft>,
    /// Nothing to do.
    pub same: u32,
}

/// Compares with the office's residents: by NIK, and without one by name, birth date and family card.
#[must_use]
pub fn compare(people: Vec<Draft>, residents: &[Resident]) -> Known {
    let mut by_nik: BTreeMap<&Nik, &Resident> = BTreeMap::new();
    let mut nameless: BTreeMap<_, &Resident> = BTreeMap::new();
    for resident in residents.iter().filter(|resident| !resident.forgotten) {
        match &resident.nik {
            // Of several records with a NIK the one that a phone made is not who the office knows.
            Some(nik) => {
                let known = by_nik.entry(nik).or_insert(resident);
                if known.is_self_made() {
                    *known = resident;
                }
            }
            None => {
                let said = (resident.name.as_str().to_lowercase(), resident.birth);
                nameless.insert((said, resident.kk.clone()), resident);
            }
        }
    }
    let mut known = Known::default();
    for draft in people {
        let said = || {
            let name = draft.name.as_str().to_lowercase();
            ((name, draft.birth), draft.kk.clone())
        };
        let found = match &draft.nik {
            Some(nik) => by_nik.get(nik).copied(),
            None => nameless.get(&said()).copied(),
        };
        match found {
            None => known.new.push(draft),
            Some(resident) if draft.nik.is_some() && !resident.is_open_to(&draft) => {
                known.new.push(draft);
            }
            // Whoever has no number is changed by hand: a list cannot say who of two it means.
            Some(resident) if draft.nik.is_some() && roll::update(resident, &draft).is_some() => {
                known.changed.push(draft);
            }
            Some(_) => known.same += 1,
        }
    }
    known
}
