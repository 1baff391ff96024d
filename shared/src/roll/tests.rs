use super::*;
use crate::{
    fixtures,
    ids::OfficeId,
    person::{BirthDate, Phone},
};
use chrono::NaiveDate;
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
    let codes = |errors: Vec<LineError>| -> Vec<String> {
        let code = |e: LineError| format!("{:?} {}", e.column, e.code);
        errors.into_iter().map(code).collect()
    };
    let read = reader.line(7, cells).map_err(codes)?;
    Ok(read.draft)
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
        ("JENIS_KLMIN", Sex),
        ("STAT_KWN", Married),
        ("NAMA_LGKP", Name),
        ("TGL_LHR", Birth),
        ("NO_RT", Column::Rt),
        ("NAMA_KEL", Kelurahan),
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
        "1990-08-17T00:00:00.000Z",
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
    // As a number cell gives back 9171011205907001: it is another number by then.
    assert_eq!(nik(Cell::Number(9_171_011_205_907_002.0)), lost);
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

/// The person of a line, and what was not taken of it.
fn hinted(head: &str, cell: Cell) -> (Draft, Vec<String>) {
    let office = fixtures::office();
    let columns = heads(&["Nama", head, "Kelurahan"]);
    let reader = Reader {
        office: &office,
        columns: &columns,
        today: day("2026-11-23"),
    };
    let cells = [text("Siti Aminah"), cell, text(&office.kelurahan[0].name)];
    let read = reader.line(7, &cells).unwrap();
    let code = |hint: LineError| format!("{:?} {}", hint.column, hint.code);
    (read.draft, read.hints.into_iter().map(code).collect())
}

#[test]
fn what_stands_for_nothing_costs_nobody_their_place() {
    let (plain, none) = hinted("Catatan", text("-"));
    assert_eq!(none, [""; 0]);
    for (head, column) in [
        ("NIK", "Nik"),
        ("No KK", "Kk"),
        ("Tgl Lahir", "Birth"),
        ("JK", "Sex"),
        ("Status Kawin", "Married"),
        ("RT", "Rt"),
        ("RW", "Rw"),
        ("RT/RW", "RtRw"),
        ("No HP", "Phone"),
    ] {
        let marks = [
            "-",
            "\u{2013}",
            "0",
            "000",
            "000/000",
            "00-00-0000",
            "Tidak ada",
            "N/A",
        ];
        let marks = marks.map(text).into_iter().chain([Cell::Number(0.0)]);
        for mark in marks {
            let (draft, hints) = hinted(head, mark.clone());
            assert_eq!(draft, plain, "{head} {mark:?}");
            assert_eq!(hints, [format!("{column} left_blank")], "{head} {mark:?}");
        }
    }
    let (draft, hints) = hinted("RT/RW", text("003/000"));
    assert_eq!((draft.rt, draft.rw), (Some(3), None));
    assert_eq!(hints, ["RtRw left_blank"]);
    let (draft, hints) = hinted("Rekam", text("-"));
    assert_eq!((draft, hints.len()), (plain, 0), "not recorded is no gap");
}

#[test]
fn nobody_is_left_out_for_a_phone_number() {
    let mobile = Some("+6281274556677");
    for (written, expected, hint) in [
        ("081274556677", mobile, None),
        ("81274556677", mobile, None),
        ("'0812-7455-6677", mobile, None),
        (
            "081274556677 / 081399998888",
            mobile,
            Some("phone_one_of_two"),
        ),
        (
            "081274556677,081399998888",
            mobile,
            Some("phone_one_of_two"),
        ),
        (
            "081274556677 081399998888",
            mobile,
            Some("phone_one_of_two"),
        ),
        (
            "081274556677 atau 0741-23456",
            mobile,
            Some("phone_one_of_two"),
        ),
        (
            "0741-123456 / 81274556677",
            mobile,
            Some("phone_one_of_two"),
        ),
        ("(0741) 123456", None, Some("phone_not_mobile")),
        ("0812", None, Some("phone_length")),
        ("punya tetangga", None, Some("phone_digits")),
        ("8,12346E+11", None, Some("phone_lost_digits")),
    ] {
        let (draft, hints) = hinted("No HP", text(written));
        let phone = draft.phone.as_ref().map(|phone| phone.as_str());
        assert_eq!(phone, expected, "{written}");
        let hint = hint.map(|code| format!("Phone {code}"));
        assert_eq!(hints, hint.into_iter().collect::<Vec<_>>(), "{written}");
    }
    for (cell, hint) in [
        (Cell::Broken, "Phone cell_broken"),
        (Cell::Uncalculated, "Phone formula_no_value"),
    ] {
        let (draft, hints) = hinted("No HP", cell);
        assert_eq!((draft.phone, hints), (None, vec![hint.to_owned()]));
    }
}

#[test]
fn rt_and_rw_that_a_spreadsheet_has_changed_are_not_guessed() {
    let columns = heads(&["Nama", "RT/RW", "Kelurahan"]);
    let kelurahan = fixtures::office().kelurahan[0].name.clone();
    let read = |cell: Cell| {
        let cells = [text("Siti Aminah"), cell, text(&kelurahan)];
        person(&columns, &cells).map(|draft| (draft.rt.unwrap(), draft.rw.unwrap()))
    };
    let lost = Err(vec!["RtRw rt_rw_lost".to_owned()]);
    for cell in [
        Cell::Number(3.01),
        Cell::Number(3.1),
        Cell::Number(3.0),
        Cell::Date(day("2026-10-03")),
        text("3.01"),
        text("3,1"),
    ] {
        assert_eq!(read(cell.clone()), lost, "{cell:?}");
    }
    for cell in ["003/010", "3/10", "003.010", "RT 3 RW 10", "RT.03/RW.10"] {
        assert_eq!(read(text(cell)), Ok((3, 10)), "{cell}");
    }
}

#[test]
fn an_error_shows_where_it_is() {
    let office = fixtures::office();
    let columns = heads(&["Nama", "NIK", "Kelurahan"]);
    let reader = Reader {
        office: &office,
        columns: &columns,
        today: day("2026-11-23"),
    };
    let long = "9".repeat(100);
    let cells = [
        text("Siti Aminah"),
        text(&long),
        text(&office.kelurahan[0].name),
    ];
    let errors = reader.line(7, &cells).unwrap_err();
    assert_eq!(errors.len(), 1);
    let error = &errors[0];
    assert_eq!((error.line, error.column), (7, Column::Nik));
    assert_eq!(error.name, "Siti Aminah");
    assert_eq!(error.text, "9".repeat(60));
}
