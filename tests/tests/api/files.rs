//! Files as offices have them: what is read of each, what is refused, and what is said of it.

use server::{
    demo::DemoOffice,
    roll::{FileError, check, open},
};
use shared::roll::Columns;
use tests::workbook::{Sheet, row, text, texts, workbook};

const HEADS: &str = "NIK;NAMA;TGL LAHIR;RT/RW;DESA";

/// Everything that is told of a file, a line each.
fn told(file: &[u8]) -> Vec<String> {
    let table = match open(file, None) {
        Ok(table) => table,
        Err(error) => return vec![format!("{error:?}")],
    };
    let office = DemoOffice::Jelutung.office();
    let columns = Columns {
        all_of: Some(office.kelurahan[0].code.clone()),
        ..Columns::guess(&table.heads)
    };
    let today = "2026-11-23".parse().unwrap();
    let checked = check(&table, &office, &columns, today);
    let people = checked.people.iter().map(|p| {
        let nik = p.nik.as_ref().map_or("-", |nik| nik.as_str());
        let born = p.birth.map_or_else(|| "-".to_owned(), |b| b.to_string());
        let number = |n: Option<u16>| n.map_or_else(|| "-".to_owned(), |n| n.to_string());
        let (rt, rw) = (number(p.rt), number(p.rw));
        format!("{} {nik} {born} {rt}/{rw}", p.name.as_str())
    });
    let errors = checked.errors.iter();
    let errors = errors.map(|e| format!("line {} {:?} {}", e.line, e.column, e.code));
    let left_out = checked.left_out.iter();
    let left_out = left_out.map(|l| format!("left out {}: {}", l.line, l.text));
    people.chain(errors).chain(left_out).collect()
}

fn heads() -> String {
    row(&HEADS.split(';').map(text).collect::<Vec<_>>())
}

/// A workbook with one person, of whom one cell is odd.
fn with(at: usize, odd: &str) -> Vec<u8> {
    let mut cells = [
        "1571081205907001",
        "Warga Satu",
        "12-05-1990",
        "003/001",
        "",
    ]
    .map(text);
    cells[at] = odd.to_owned();
    workbook(&[Sheet::new("Data", heads() + row(&cells).as_str())], None)
}

#[test]
fn odd_cells_are_read_or_refused() {
    let whole = "Warga Satu 1571081205907001 1990-05-12 3/1";
    for (what, file, expected) in [
        ("a plain line", with(4, &text("")), whole),
        (
            "a day with an hour, in ISO",
            with(2, "<c t=\"d\"><v>1990-05-12T00:00:00</v></c>"),
            whole,
        ),
        (
            "the same as a text",
            with(2, &text("1990-05-12T00:00:00.000")),
            whole,
        ),
        (
            "a formula with its value",
            with(
                1,
                "<c t=\"str\"><f>\"Warga\"&amp;\" Satu\"</f><v>Warga Satu</v></c>",
            ),
            whole,
        ),
        (
            "a formula without its value",
            with(1, "<c t=\"str\"><f>A2</f></c>"),
            "line 2 Name formula_no_value",
        ),
        (
            "a formula without its value, in a column that may be empty",
            with(2, "<c><f>A2</f></c>"),
            "line 2 Birth formula_no_value",
        ),
        (
            "a formula that gave nothing",
            with(4, "<c t=\"str\"><f>IF(A2=1,1,\"\")</f><v></v></c>"),
            whole,
        ),
        (
            "a NIK in a number cell",
            with(0, "<c><v>1571081205907001</v></c>"),
            whole,
        ),
        (
            "a NIK above what a number cell holds",
            with(0, "<c><v>9171011205907001</v></c>"),
            "line 2 Nik nik_lost_digits",
        ),
        (
            "RT 3 and RW 10 as a number",
            with(3, "<c><v>3.1</v></c>"),
            "line 2 RtRw rt_rw_lost",
        ),
        (
            "RT 3 and RW 1 as a number",
            with(3, "<c><v>3.01</v></c>"),
            "line 2 RtRw rt_rw_lost",
        ),
        (
            "RT 3 and RW 10 as a day",
            with(3, "<c t=\"d\"><v>2026-10-03</v></c>"),
            "line 2 RtRw rt_rw_lost",
        ),
        (
            "the number after a spreadsheet has made a text of it",
            with(3, &text("3,1")),
            "line 2 RtRw rt_rw_lost",
        ),
    ] {
        assert_eq!(told(&file), [expected], "{what}");
    }
}

#[test]
fn what_stands_below_a_list_is_nobody() {
    let list = "NIK;NAMA;TGL LAHIR;RT/RW\n\
        1571081205907001;Warga Satu;12-05-1990;003/001\n\
        ;Warga Dua;13-05-1990;003/001\n";
    let people = [
        "Warga Satu 1571081205907001 1990-05-12 3/1",
        "Warga Dua - 1990-05-13 3/1",
    ];
    for (what, below, expected) in [
        ("nothing", "", &[][..]),
        (
            "a signature in the column of names",
            "\n;Jambi, 12 November 2026;;\n;Mengetahui,;;\n;Ketua RT 03;;\n\n;BUDI SANTOSO;;\n;NIP. 197001012000011001;;\n",
            &[
                "left out 5: Jambi, 12 November 2026",
                "left out 6: Mengetahui,",
                "left out 7: Ketua RT 03",
                "left out 9: BUDI SANTOSO",
                "left out 10: NIP. 197001012000011001",
            ],
        ),
        (
            "a signature on both sides",
            ";;Jambi, 12 November 2026;\nMengetahui;;;\nLurah Jelutung;;Ketua RT 03;\n(BUDI);;(TONO);\n",
            &[
                "left out 4: Jambi, 12 November 2026",
                "left out 5: Mengetahui",
                "left out 6: Lurah Jelutung · Ketua RT 03",
                "left out 7: (BUDI) · (TONO)",
            ],
        ),
        ("a sum", ";Jumlah;2;\n", &["left out 4: Jumlah · 2"]),
        (
            "somebody whose line is wrong",
            "1571081205907009;;12-05-1990;003/001\n",
            &["line 4 Name required"],
        ),
    ] {
        let expected: Vec<&str> = people.iter().chain(expected).copied().collect();
        assert_eq!(
            told(format!("{list}{below}").as_bytes()),
            expected,
            "{what}"
        );
    }
    let names = "NAMA;KET\nWarga Satu;\nLurahman;\nMengetahui,;\nBUDI SANTOSO;\n";
    assert_eq!(
        told(names.as_bytes()),
        [
            "Warga Satu - - -/-",
            "Lurahman - - -/-",
            "left out 4: Mengetahui,",
            "left out 5: BUDI SANTOSO",
        ]
    );
}

/// A sheet with the lists of two RT, one under the other, each with its signature.
#[test]
fn what_stands_between_two_lists_is_nobody() {
    let file = "NIK;NAMA;TGL LAHIR;RT/RW\n\
        1571081205907001;Warga Satu;12-05-1990;003/001\n\
        ;Warga Dua;13-05-1990;003/001\n\
        ;Mengetahui,;;\n\
        ;Ketua RT 03;;\n\
        ;BUDI SANTOSO;;\n\
        ;DAFTAR WARGA RT 04;;\n\
        NIK;NAMA;TGL LAHIR;RT/RW\n\
        1571081205907002;Warga Tiga;12-05-1990;004/001\n\
        ;Warga Empat;;\n\
        ;Warga Lima;14-05-1990;004/001\n";
    assert_eq!(
        told(file.as_bytes()),
        [
            "Warga Satu 1571081205907001 1990-05-12 3/1",
            "Warga Dua - 1990-05-13 3/1",
            "Warga Tiga 1571081205907002 1990-05-12 4/1",
            "Warga Empat - - -/-",
            "Warga Lima - 1990-05-14 4/1",
            "left out 4: Mengetahui,",
            "left out 5: Ketua RT 03",
            "left out 6: BUDI SANTOSO",
            "left out 7: DAFTAR WARGA RT 04",
            "left out 8: NIK · NAMA · TGL LAHIR · RT/RW",
        ]
    );
}

#[test]
fn other_kinds_of_file_are_named_as_such() {
    let html = "<html><table><tr><td>NIK</td><td>NAMA</td></tr></table></html>";
    for (what, file) in [
        ("a page", html.as_bytes().to_vec()),
        (
            "a page with a mark",
            format!("\u{feff}\r\n {html}").into_bytes(),
        ),
        (
            "an XML table",
            b"<?xml version=\"1.0\"?><Workbook/>".to_vec(),
        ),
        (
            "a PDF",
            b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nNIK;NAMA\n".to_vec(),
        ),
        ("rich text", b"{\\rtf1 NIK;NAMA\n1;A}".to_vec()),
        ("another packed file", packed("content.xml")),
    ] {
        let expected = format!("{:?}", FileError::Kind);
        assert_eq!(told(&file), [expected], "{what}");
    }
}

fn packed(name: &str) -> Vec<u8> {
    use std::io::{Cursor, Write};
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    zip.start_file(name, zip::write::SimpleFileOptions::default())
        .unwrap();
    zip.write_all(b"<x/>").unwrap();
    zip.finish().unwrap().into_inner()
}

#[test]
fn which_sheet_is_the_list_is_asked() {
    let list = |name: &str| texts(&[&["NAMA", "RT"], &[name, "1"], &["Warga Lain", "2"]]);
    let hidden = |name, rows| Sheet {
        state: "hidden",
        ..Sheet::new(name, rows)
    };
    let notes = || texts(&[&["Isi", "dengan benar"], &["satu", "dua"]]);
    let more = texts(&[&["NIK", "NAMA", "RT", "RW"], &["", "Warga Lama", "1", "1"]]);
    for (what, sheets, read, asks) in [
        ("one sheet", vec![Sheet::new("A", list("Satu"))], "A", false),
        (
            "a list and notes",
            vec![
                Sheet::new("Catatan", notes()),
                Sheet::new("A", list("Satu")),
            ],
            "A",
            false,
        ),
        (
            "a sheet for each kelurahan",
            vec![Sheet::new("A", list("Satu")), Sheet::new("B", list("Dua"))],
            "A",
            true,
        ),
        (
            "a hidden list with more columns",
            vec![hidden("Lama", more.clone()), Sheet::new("A", list("Satu"))],
            "A",
            false,
        ),
        (
            "a hidden list alone",
            vec![Sheet::new("Catatan", notes()), hidden("Lama", more)],
            "Lama",
            true,
        ),
    ] {
        let file = workbook(&sheets, None);
        let table = open(&file, None).unwrap();
        let name = &table.sheets[table.sheet.unwrap()].name;
        assert_eq!((name.as_str(), table.asks_sheet), (read, asks), "{what}");
        assert_eq!(table.sheets.len(), sheets.len(), "{what}");
        for sheet in &sheets {
            let table = open(&file, Some(sheet.name)).unwrap();
            let name = &table.sheets[table.sheet.unwrap()].name;
            assert_eq!(
                (name.as_str(), table.asks_sheet),
                (sheet.name, false),
                "{what}"
            );
        }
        let unknown = open(&file, Some("Z")).map(|table| table.lines.len());
        assert_eq!(unknown, Err(FileError::NoSuchSheet), "{what}");
    }
}
