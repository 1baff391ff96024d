//! Residents for demos, tests and load: invented from a fixed seed, the same on every machine. Serials
//! from 9001 are beyond what a kecamatan issues for one day, and no operator has the numbers 084…, so
//! nobody invented here has a real person's NIK, KK or phone.

pub mod accounts;
mod draw;
mod life;
pub mod load;
mod names;
pub mod offices;
mod plan;

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use shared::calendar::{days_after, days_before};
use shared::person::{BirthDate, Kk, Nik, PersonName, Phone, Sex};
use shared::region::{self, RegionCode};

use draw::Draw;
pub use offices::DemoOffice;

/// One person on the invented roll of those who have not recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoResident {
    pub nik: Nik,
    pub kk: Kk,
    pub name: PersonName,
    pub sex: Sex,
    pub birth: BirthDate,
    pub phone: Option<Phone>,
    pub kelurahan: RegionCode,
    pub rt: u16,
    pub rw: u16,
    /// Is or was married.
    pub married: bool,
}

/// The day on which the ages were drawn.
const TODAY: NaiveDate = match NaiveDate::from_ymd_opt(2026, 11, 1) {
    Some(day) => day,
    None => NaiveDate::MIN,
};

const SEED: u64 = 157_108_647_204;

/// First registered far away: Tanjung Lago, Palaran, Menteng, Medan Kota, Depok in
/// Sleman, Makassar.
const ELSEWHERE: [&str; 6] = ["160712", "647201", "317106", "127101", "340407", "737103"];

/// The first `n` residents of the office's roll. A longer roll begins with the shorter one.
pub fn residents(office: DemoOffice, n: usize) -> Vec<DemoResident> {
    let mut roll = Roll::new(office);
    while roll.residents.len() < n {
        roll.add_household();
    }
    roll.residents.truncate(n);
    roll.residents
}

struct Roll {
    office: DemoOffice,
    region: RegionCode,
    /// Each kelurahan with the number of its RT.
    kelurahan: Vec<(RegionCode, u32)>,
    draw: Draw,
    numbers: BTreeSet<String>,
    residents: Vec<DemoResident>,
}

/// What the members of one family card share.
struct Household {
    kk: Kk,
    kelurahan: RegionCode,
    rt: u16,
    rw: u16,
    style: &'static names::Style,
    clan: &'static str,
}

impl Roll {
    fn new(office: DemoOffice) -> Self {
        let seed = SEED.wrapping_add(office.id().0.unsigned_abs());
        let mut draw = Draw::new(seed);
        let kelurahan = office.kelurahan();
        let kelurahan = kelurahan
            .into_iter()
            .map(|k| (k.code, draw.between(8, 14)))
            .collect();
        let region = office.region();
        Self {
            office,
            region,
            kelurahan,
            draw,
            numbers: BTreeSet::new(),
            residents: Vec::new(),
        }
    }

    /// Most family cards have one young person who has not recorded; some have siblings, a young
    /// couple, or old people who never did.
    fn add_household(&mut self) {
        let house = self.household();
        match self.draw.below(100) {
            0..60 => {
                let age = self.young_age();
                self.add_any(&house, age, false);
            }
            60..82 => {
                let age = self.young_age();
                self.add_any(&house, age, false);
                let gap = self.draw.between(1, 4);
                self.add_any(&house, (age + gap).min(24), false);
            }
            82..91 => {
                let age = self.draw.between(18, 25);
                let older = self.draw.below(4);
                self.add(&house, Sex::Male, age + older, true);
                // Nobody marries within the own marga, and a wife keeps hers.
                let wife = Household { clan: "", ..house };
                self.add(&wife, Sex::Female, age, true);
            }
            _ => {
                let age = self.draw.between(26, 86);
                let married = self.draw.chance(88);
                self.add_any(&house, age, married);
            }
        }
    }

    fn household(&mut self) -> Household {
        let style = names::Style::draw(self.office, &mut self.draw);
        let index = self
            .draw
            .below(u32::try_from(self.kelurahan.len()).unwrap_or(1));
        let place = self.kelurahan.get(index as usize).cloned();
        let (kelurahan, rts) = place.unwrap_or_else(|| (self.region.clone(), 1));
        let rt = self.draw.between(1, rts);
        let issued = NaiveDate::from_yo_opt(2008, 1).unwrap_or(TODAY);
        let issued = days_after(issued, self.draw.below(6_500).into());
        let kk = self.number(&format!("{}{}", self.region, issued.format("%d%m%y")));
        Household {
            kk: sound(Kk::parse(&kk)),
            kelurahan,
            rt: u16::try_from(rt).unwrap_or(1),
            rw: u16::try_from(rt.div_ceil(4)).unwrap_or(1),
            style,
            clan: style.clan(&mut self.draw),
        }
    }

    /// 16 to 24, most of them around the age at which the duty begins.
    fn young_age(&mut self) -> u32 {
        let (low, high) = match self.draw.below(100) {
            0..18 => (16, 16),
            18..46 => (17, 17),
            46..64 => (18, 18),
            64..84 => (19, 21),
            _ => (22, 24),
        };
        self.draw.between(low, high)
    }

    fn add_any(&mut self, house: &Household, age: u32, married: bool) {
        let sex = if self.draw.chance(50) {
            Sex::Female
        } else {
            Sex::Male
        };
        self.add(house, sex, age, married);
    }

    fn add(&mut self, house: &Household, sex: Sex, age: u32, married: bool) {
        let birthday = TODAY
            .with_year(TODAY.year() - age.cast_signed())
            .unwrap_or(TODAY);
        let birth = days_before(birthday, self.draw.below(365).into());
        let woman = if sex == Sex::Female { 40 } else { 0 };
        let region = self.first_region();
        let nik = self.number(&format!(
            "{region}{:02}{}",
            birth.day() + woman,
            birth.format("%m%y")
        ));
        let resident = DemoResident {
            nik: sound(Nik::parse(&nik)),
            kk: house.kk.clone(),
            name: house.style.name(sex, house.clan, &mut self.draw),
            sex,
            birth: sound(BirthDate::from_date(birth)),
            phone: self.phone(age),
            kelurahan: house.kelurahan.clone(),
            rt: house.rt,
            rw: house.rw,
            married,
        };
        self.residents.push(resident);
    }

    /// Mostly this kecamatan; else another of the same city, or far away.
    fn first_region(&mut self) -> String {
        match self.draw.below(100) {
            0..82 => self.region.to_string(),
            82..93 => {
                let city = self.region.parent().unwrap_or_else(|| self.region.clone());
                let inside: Vec<_> = region::names()
                    .children(&city)
                    .map(|(code, _)| code.as_str())
                    .collect();
                self.draw.pick(&inside).to_owned()
            }
            _ => self.draw.pick(&ELSEWHERE).to_owned(),
        }
    }

    /// A number nobody else on the roll has: `head` and a serial from 9001.
    fn number(&mut self, head: &str) -> String {
        loop {
            let number = format!("{head}{}", self.draw.between(9_001, 9_999));
            if self.numbers.insert(number.clone()) {
                return number;
            }
        }
    }

    /// The young have a phone more often than the old.
    fn phone(&mut self, age: u32) -> Option<Phone> {
        let percent = if age < 45 { 88 } else { 40 };
        let number = format!(
            "084{}{:07}",
            self.draw.below(10),
            self.draw.below(10_000_000)
        );
        self.draw
            .chance(percent)
            .then(|| sound(Phone::parse(&number)))
    }
}

/// Unwraps what is built from this module's own parts.
#[expect(
    clippy::expect_used,
    reason = "the parts are constants of this module and tests build them all"
)]
fn sound<T, E: std::fmt::Debug>(built: Result<T, E>) -> T {
    built.expect("a demo value is well-formed")
}

#[cfg(test)]
mod tests;
