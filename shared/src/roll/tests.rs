use super::*;
use crate::{fixtures, ids::OfficeId};
use proptest::prelude::*;

fn day(s: &str) -> NaiveDate {
    s.parse().unwrap()
}

fn text(s: &str) -> Cell {
    Cell::Text(s.to_owned())
}

fn heads(heads: &[&str]) -> Columns {
    Columns::guess(&heads.iter().map(|h| text(h)).collect::<Vec<_>>())
}

/// One person under these heads.
fn person(columns: &Columns, cells: &[Cell]) -> Result<Draft, Vec<String>> {
    let office = fixtures::office();
    let reader = Reader {
        office: &office,
        columns,
        today: day("2026-11-23"),
    };
    let codes = |errors: Vec<LineError>| {
        let code = |e: LineError| format!("{:?} {}", e.column, e.code);
        errors.into_iter().map(code).collect()
    };
    reader.line(7, cells).map_err(codes)
}

#[test]
fn heads_are_known_in_the_spellings_of_offices() {
    use Column::{Birth, Kelurahan, Kk, Married, Name, Nik, Recorded, RtRw, Sex};
    for (head, column) in [
        ("NIK", Nik),
        ("No. KTP", Nik),
        ("NO_KK", Kk),
        ("Nama Lengkap", Name),
        ("TGL LAHIR", Birth),
        ("Tempat, Tanggal Lahir", Birth),
        ("L/P", Sex),
        ("Jenis Kelamin", Sex),
        ("Status Perkawinan", Married),
        ("RT/RW", RtRw),
        ("Desa/Kelurahan", Kelurahan),
        ("Status Rekam", Recorded),
    ] {
        assert_eq!(heads(&[head]).meanings, [Some(column)], "{head}");
    }
    let columns = heads(&["No", "NIK", "Nama", "Nama"]);
    assert_eq!(columns.meanings, [None, Some(Nik), Some(Name), None]);
    assert_eq!(columns.missing(), [Kelurahan]);
}

#[test]
fn days_are_read_as_people_write_them() {
    let columns = heads(&["Nama", "TTL", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    let born = |cell: Cell| {
        let cells = [text("Siti Aminah"), cell, text(&kelurahan)];
        person(&columns, &cells).map(|draft| draft.birth.unwrap().date())
    };
    for written in [
        "17-08-1990",
        "17/8/1990",
        "17.08.1990",
        "1990-08-17",
        "17 Agustus 1990",
        "17 agt 1990",
        "Jambi, 17-08-1990",
        "17-08-1990 00:00:00",
    ] {
        let expected = match written {
            // Not a month in any language.
            "17 agt 1990" => Err(vec!["Birth birth_date_format".to_owned()]),
            _ => Ok(day("1990-08-17")),
        };
        assert_eq!(born(text(written)), expected, "{written}");
    }
    assert_eq!(born(Cell::Date(day("1990-08-17"))), Ok(day("1990-08-17")));
    assert_eq!(
        born(text("31-02-1990")),
        Err(vec!["Birth birth_date_no_such_day".to_owned()])
    );
    assert_eq!(
        born(text("01-01-2030")),
        Err(vec!["Birth birth_future".to_owned()])
    );
}

#[test]
fn a_number_that_a_spreadsheet_has_rounded_is_not_taken_for_a_nik() {
    let columns = heads(&["NIK", "Nama", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    let nik = |cell: Cell| {
        let cells = [cell, text("Siti Aminah"), text(&kelurahan)];
        person(&columns, &cells).map(|draft| draft.nik.unwrap().as_str().to_owned())
    };
    let whole = Ok("1571085708900001".to_owned());
    assert_eq!(nik(text("1571085708900001")), whole);
    assert_eq!(nik(text("'1571085708900001")), whole);
    assert_eq!(nik(text("1571 0857 0890 0001")), whole);
    assert_eq!(nik(Cell::Number(1_571_085_708_900_001.0)), whole);
    let lost = Err(vec!["Nik nik_lost_digits".to_owned()]);
    assert_eq!(nik(Cell::Number(1_571_085_708_900_000.0)), lost);
    assert_eq!(nik(text("1,57109E+15")), lost);
    assert_eq!(nik(text("123")), Err(vec!["Nik nik_length".to_owned()]));
    assert_eq!(nik(Cell::Broken), Err(vec!["Nik cell_broken".to_owned()]));
}

#[test]
fn everything_that_is_wrong_with_a_line_is_said_at_once() {
    let columns = heads(&[
        "NIK",
        "Nama",
        "JK",
        "Status Kawin",
        "RT/RW",
        "Rekam",
        "Desa",
    ]);
    let cells = ["1", "", "X", "entah", "3", "mungkin", "Negeri Antah"].map(text);
    assert_eq!(
        person(&columns, &cells),
        Err([
            "Nik nik_length",
            "Name required",
            "Sex sex_unknown",
            "Married married_unknown",
            "RtRw rt_number",
            "Kelurahan kelurahan_unknown",
            "Recorded recorded_unknown",
        ]
        .map(str::to_owned)
        .to_vec())
    );
}

#[test]
fn a_list_of_one_kelurahan_needs_no_column_for_it() {
    let office = fixtures::office();
    let mut columns = heads(&["Nama", "RT/RW"]);
    assert_eq!(columns.missing(), [Column::Kelurahan]);
    columns.all_of = Some(office.kelurahan[1].code.clone());
    assert_eq!(columns.missing(), []);
    let draft = person(&columns, &["Budi", "003/012"].map(text)).unwrap();
    assert_eq!((draft.rt, draft.rw), (Some(3), Some(12)));
    assert_eq!(draft.kelurahan, columns.all_of);
}

#[test]
fn a_new_list_adds_what_it_knows_and_takes_nothing_away() {
    let columns = heads(&["Nama", "No HP", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    let cells = [
        text("Siti Aminah"),
        Cell::Number(8_127_455_667.0),
        text(&kelurahan),
    ];
    let draft = person(&columns, &cells).unwrap();
    assert_eq!(draft.phone.as_ref().unwrap().as_str(), "+628127455667");
    let id = crate::ids::ResidentId(uuid::Uuid::nil());
    let known = draft
        .clone()
        .into_resident(id, OfficeId(1), crate::resident::Source::Roll);
    assert_eq!(update(&known, &draft), None);

    let other = Draft {
        phone: Some(Phone::parse("081299998888").unwrap()),
        recorded_on: Some(day("2026-10-01")),
        birth: Some(BirthDate::parse("1990-08-17").unwrap()),
        ..draft.clone()
    };
    let new = update(&known, &other).unwrap();
    assert_eq!(new.phone, draft.phone, "what the person gave stays");
    assert_eq!(new.recorded_on, other.recorded_on);
    assert_eq!(new.birth, other.birth);
    assert_eq!(update(&new, &draft), None, "what is left out stays");
}

proptest! {
    /// Whatever stands in a file, a line is read or refused with known codes.
    #[test]
    fn no_cell_stops_the_reader(cells in proptest::collection::vec(any_cell(), 0..14)) {
        let columns = heads(&[
            "NIK", "No KK", "Nama", "TTL", "JK", "Status Kawin", "RT", "RW", "RT/RW", "Desa",
            "No HP", "Rekam",
        ]);
        if let Err(errors) = person(&columns, &cells) {
            prop_assert!(!errors.is_empty());
        }
    }
}

fn any_cell() -> impl Strategy<Value = Cell> {
    prop_oneof![
        any::<String>().prop_map(Cell::Text),
        "[0-9 ./,'-]{0,18}".prop_map(Cell::Text),
        any::<f64>().prop_map(Cell::Number),
        (0_i32..4_000_000).prop_map(|n| {
            NaiveDate::from_num_days_from_ce_opt(n).map_or(Cell::Broken, Cell::Date)
        }),
        Just(Cell::Broken),
    ]
}

#[test]
fn characters_that_nobody_sees_change_nothing() {
    let columns = heads(&["NIK", "Nama", "TTL", "No HP", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    let read = |nik: &str, name: &str, born: &str, phone: &str| {
        let cells = [nik, name, born, phone, &kelurahan].map(text);
        person(&columns, &cells)
    };
    let plain = read(
        "1571085708900001",
        "Siti Aminah",
        "17-08-1990",
        "081274556677",
    );
    assert!(plain.is_ok());
    for (nik, name, born, phone) in [
        (
            "1571\u{a0}0857\u{a0}0890\u{a0}0001",
            "Siti\u{a0}Aminah",
            "17-08-1990\u{a0}",
            "0812\u{a0}7455\u{a0}6677",
        ),
        (
            "\u{200b}1571085708900001\u{200d}",
            "Siti Aminah\u{200b}",
            "\u{feff}17-08-1990",
            "\u{200b}081274556677",
        ),
        (
            "\u{202d}1571085708900001\u{202c}",
            "\u{200e}Siti Aminah",
            "\u{200e}17-08-1990",
            "\u{202a}081274556677\u{202c}",
        ),
        (
            "15710857\u{ad}08900001",
            "Siti Ami\u{ad}nah",
            "17-08-\u{ad}1990",
            "0812\u{ad}74556677",
        ),
        (
            "15710857\n08900001",
            "Siti\r\nAminah",
            "17-08-\n1990",
            "0812\n74556677",
        ),
        (
            "1571-0857-0890-0001",
            "Siti\tAminah",
            "17\u{2013}08\u{2013}1990",
            "0812\u{2011}7455\u{2011}6677",
        ),
    ] {
        assert_eq!(read(nik, name, born, phone), plain, "{nik:?}");
    }
    let blank = [
        text("\u{a0}\u{200b}"),
        text("Siti"),
        text("\u{ad}"),
        text(" "),
        text(&kelurahan),
    ];
    assert_eq!(person(&columns, &blank).unwrap().nik, None);
}

#[test]
fn an_open_quote_is_said_wherever_it_stands() {
    let columns = heads(&["Nama", "Catatan", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    for at in 0..2 {
        let mut cells = ["Siti Aminah", "x", &kelurahan].map(text);
        cells[at] = Cell::Unclosed("x".to_owned());
        let said = Err(vec!["Name quote_open".to_owned()]);
        assert_eq!(person(&columns, &cells), said, "{at}");
    }
}
