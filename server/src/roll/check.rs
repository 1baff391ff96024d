//! A list read into people, and what entering it would change.

use chrono::NaiveDate;
use shared::{
    ids::ResidentId,
    office::Office,
    person::{Nik, SearchKey},
    resident::{Draft, Resident},
    roll::{self, Column, Columns, Hint, LeftOut, LineError, Reader, SHOWN},
};
use std::collections::{BTreeMap, BTreeSet};

use super::Table;

/// A list as it was read.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    pub people: Vec<Draft>,
    pub errors: Vec<LineError>,
    /// Lines that repeat another word for word.
    pub twice: u32,
    /// Lines that are no people.
    pub left_out: Vec<LeftOut>,
    /// What was not taken of people who were.
    pub hints: Vec<Hint>,
}

/// Reads every line of the list, and none of what stands below it or between its parts. A NIK that stands on two lines with different people is an error of both.
#[must_use]
pub fn check(table: &Table, office: &Office, columns: &Columns, today: NaiveDate) -> Checked {
    let reader = Reader {
        office,
        columns,
        today,
    };
    let no_people = roll::no_people(columns, &table.lines);
    let mut checked = Checked::default();
    let mut hints = Vec::new();
    let mut read: Vec<(u32, Draft)> = Vec::with_capacity(table.lines.len());
    for (at, line) in table.lines.iter().enumerate() {
        if no_people.contains(&at) {
            checked.left_out.push(roll::left_out(line));
            continue;
        }
        let (line, cells) = line;
        match reader.line(*line, cells) {
            Ok(person) => {
                hints.extend(person.hints);
                read.push((*line, person.draft));
            }
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
            let Some((line, draft)) = place.take() else {
                continue;
            };
            if same {
                checked.twice += 1;
            } else {
                checked.errors.push(LineError {
                    line,
                    column: Column::Nik,
                    code: "nik_twice".to_owned(),
                    name: draft.name.as_str().chars().take(SHOWN).collect(),
                    text: draft
                        .nik
                        .map_or_else(String::new, |nik| nik.as_str().to_owned()),
                });
            }
        }
    }
    checked.hints = roll::together(hints);
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
    /// In the books without a NIK, which the list brings; with their record.
    pub named: Vec<(Draft, ResidentId)>,
    /// Nothing to do.
    pub same: u32,
}

impl Known {
    /// People of whom the list says something else than the books.
    #[must_use]
    pub fn changes(&self) -> usize {
        self.changed.len() + self.named.len()
    }
}

/// Compares with the office's residents: by NIK, and where either side has none by what else is said
/// ([`roll::is_same_person`]).
#[must_use]
pub fn compare(people: Vec<Draft>, residents: &[Resident]) -> Known {
    let mut by_nik: BTreeMap<&Nik, &Resident> = BTreeMap::new();
    let mut by_name: BTreeMap<SearchKey, Vec<&Resident>> = BTreeMap::new();
    for resident in residents.iter().filter(|resident| !resident.forgotten) {
        if let Some(nik) = &resident.nik {
            // Of several records with a NIK the one that a phone made is not who the office knows.
            let known = by_nik.entry(nik).or_insert(resident);
            if known.is_self_made() {
                *known = resident;
            }
        }
        let alike = by_name
            .entry(SearchKey::of(resident.name.as_str()))
            .or_default();
        alike.push(resident);
    }
    let mut known = Known::default();
    let mut taken = BTreeSet::new();
    for draft in people {
        let found = draft.nik.as_ref().and_then(|nik| by_nik.get(nik));
        if let Some(resident) = found.filter(|resident| resident.is_open_to(&draft)) {
            match roll::update(resident, &draft) {
                Some(_) => known.changed.push(draft),
                None => known.same += 1,
            }
            continue;
        }
        let alike = by_name
            .get(&SearchKey::of(draft.name.as_str()))
            .into_iter()
            .flatten();
        let mut alike = alike.filter(|resident| roll::is_same_person(resident, &draft));
        match (alike.next(), alike.next()) {
            // A NIK belongs to one of two who are alike; a list cannot say to which.
            (Some(resident), None) if draft.nik.is_some() && taken.insert(resident.id) => {
                known.named.push((draft, resident.id));
            }
            // Whoever has no number is changed by hand.
            (Some(_), _) if draft.nik.is_none() => known.same += 1,
            _ => known.new.push(draft),
        }
    }
    known
}
