//! The roll as a list that can be entered again.

use shared::{
    office::Office,
    resident::Resident,
    roll::{Column, no_formula},
};

/// The columns of an export, in their order.
const COLUMNS: [Column; 11] = [
    Column::Nik,
    Column::Kk,
    Column::Name,
    Column::Birth,
    Column::Sex,
    Column::Married,
    Column::Rt,
    Column::Rw,
    Column::Kelurahan,
    Column::Phone,
    Column::Recorded,
];

/// CSV with semicolons and a mark for UTF-8, as spreadsheets in Indonesia open it. Numbers stand
/// behind an apostrophe, so that no spreadsheet rounds them.
///
/// # Errors
/// When it cannot be written, which memory alone could refuse.
pub fn export(office: &Office, residents: &[Resident]) -> Result<Vec<u8>, csv::Error> {
    let mut out = csv::WriterBuilder::new()
        .delimiter(b';')
        .from_writer("\u{feff}".as_bytes().to_vec());
    out.write_record(COLUMNS.map(Column::head))?;
    for resident in residents.iter().filter(|resident| !resident.forgotten) {
        out.write_record(COLUMNS.map(|column| said(column, office, resident)))?;
    }
    out.into_inner()
        .map_err(|error| csv::Error::from(error.into_error()))
}

fn said(column: Column, office: &Office, r: &Resident) -> String {
    let number = |n: Option<u16>| n.map(|n| format!("{n:03}")).unwrap_or_default();
    let kelurahan = || {
        let code = r.kelurahan.as_ref()?;
        Some(office.kelurahan(code)?.name.clone())
    };
    match column {
        Column::Nik => r.nik.as_ref().map(|nik| format!("'{}", nik.as_str())),
        Column::Kk => r.kk.as_ref().map(|kk| format!("'{}", kk.as_str())),
        Column::Name => Some(no_formula(r.name.as_str())),
        Column::Birth => r.birth.map(|day| day.date().format("%d-%m-%Y").to_string()),
        Column::Sex => r.sex.map(|sex| {
            let letter = match sex {
                shared::person::Sex::Male => "L",
                shared::person::Sex::Female => "P",
            };
            letter.to_owned()
        }),
        Column::Married => Some(if r.married { "S" } else { "B" }.to_owned()),
        Column::Rt => Some(number(r.rt)),
        Column::Rw => Some(number(r.rw)),
        Column::Kelurahan => kelurahan(),
        Column::Phone => r.phone.as_ref().map(|phone| format!("'{}", phone.as_str())),
        Column::Recorded => r.recorded_on.map(|day| day.format("%d-%m-%Y").to_string()),
        Column::RtRw => None,
    }
    .unwrap_or_default()
}
