//! The invented people, office and accounts of a history.

use super::Chance;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use shared::{
    decide::Who,
    ids::{OfficeId, UserId},
    office::{Hours, Kelurahan, Office, Settings, WorkingWeek},
    person::{BirthDate, Kk, Nik, PersonName, Sex},
    region::RegionCode,
    resident::Draft,
    slot::SlotStart,
    sync::Role,
    zone::Zone,
};
use uuid::Uuid;

pub const OFFICE: OfficeId = OfficeId(1);

/// Monday, 06:00 in the office's zone.
pub fn morning() -> DateTime<Utc> {
    "2026-11-22T23:00:00Z".parse().unwrap_or_default()
}

pub fn kelurahan() -> [RegionCode; 2] {
    ["1571081001", "1571081002"].map(|code| RegionCode::parse(code).expect("a village code"))
}

/// Six seats an hour in the morning only, so that seats run out.
pub fn office() -> Office {
    let at = |h, m| NaiveTime::from_hms_opt(h, m, 0).unwrap_or_default();
    let day = Hours {
        open: at(8, 0),
        close: at(10, 0),
        break_from: at(10, 0),
        break_to: at(10, 0),
    };
    let week = WorkingWeek([
        Some(day),
        Some(day),
        Some(day),
        Some(day),
        Some(day),
        None,
        None,
    ]);
    let settings = Settings {
        week,
        stations: 2,
        minutes_per_recording: 20,
        ..Settings::default()
    };
    Office {
        id: OFFICE,
        name: "Kecamatan Jelutung".to_owned(),
        region: RegionCode::parse("157108").expect("a kecamatan code"),
        zone: Zone::Wib,
        kelurahan: kelurahan()
            .into_iter()
            .zip(["Satu", "Dua"])
            .map(|(code, name)| Kelurahan {
                code,
                name: name.to_owned(),
            })
            .collect(),
        settings,
    }
}

/// The `n`th person, always the same. Every fifth is 16 and has a guardian.
pub fn person(n: usize) -> Draft {
    let year = if n % 5 == 4 {
        2010
    } else {
        2000 + n as i32 % 8
    };
    let date = NaiveDate::from_ymd_opt(year, 1 + n as u32 % 9, 1 + n as u32 % 28).expect("a date");
    let sex = if n.is_multiple_of(2) {
        Sex::Female
    } else {
        Sex::Male
    };
    let day = date.format("%d").to_string().parse::<u32>().expect("a day")
        + if sex == Sex::Female { 40 } else { 0 };
    let nik = format!("157108{day:02}{}{:04}", date.format("%m%y"), 9001 + n);
    let kk = format!("157108010120{:04}", 9001 + n / 3);
    Draft {
        name: PersonName::parse(["Budi", "Siti Aminah", "Ujang", "Dewi"][n % 4]).expect("a name"),
        nik: Some(Nik::parse(&nik).expect("a NIK")),
        kk: Some(Kk::parse(&kk).expect("a KK")),
        birth: Some(BirthDate::from_date(date).expect("a birth date")),
        sex: Some(sex),
        phone: None,
        kelurahan: kelurahan().get(n % 2).cloned(),
        rt: Some(1 + n as u16 % 3),
        rw: None,
        married: false,
        guardian: (n % 5 == 4).then(|| PersonName::parse("Ibu Wati").expect("a name")),
        recorded_on: None,
    }
}

/// How many people there are; the first half is on the roll.
pub const PEOPLE: usize = 16;

/// Days and slots people wish for, including weekends, holidays and slots that are over.
pub fn any_slot(chance: &mut Chance) -> SlotStart {
    let date = morning().date_naive() + TimeDelta::days(1 + chance.below(4) as i64);
    let hour = 7 + chance.below(4) as u32;
    SlotStart::new(date.and_hms_opt(hour, 0, 0).unwrap_or_default())
}

/// A member of staff.
pub fn staff(role: Role, kelurahan: Option<RegionCode>) -> Who {
    let name = format!("{role:?}/{kelurahan:?}");
    let user = UserId(Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()));
    Who {
        role,
        user: Some(user),
        office: Some(OFFICE),
        kelurahan,
    }
}
