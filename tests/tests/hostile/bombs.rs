//! Lists that attack: small files that would fill the server's memory, and bytes that were changed.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use server::roll::{FileError, open};
use tests::{
    sim::Chance,
    soak,
    workbook::{Sheet, row, text, texts as texts_of, workbook},
};

const HEADS: [&str; 3] = ["NIK", "NAMA", "KELURAHAN"];

fn heads() -> String {
    row(&HEADS.map(text))
}

fn texts(claim: &str, inside: &str) -> String {
    format!("<sst uniqueCount=\"{claim}\">{inside}</sst>")
}

/// Replaces what a packed file says of the size of its parts.
fn claiming(mut file: Vec<u8>, size: u32) -> Vec<u8> {
    for (mark, at) in [(b"PK\x03\x04", 22), (b"PK\x01\x02", 24)] {
        let places = file.windows(4).enumerate();
        let places: Vec<usize> = places.filter(|(_, w)| w == mark).map(|(n, _)| n).collect();
        for place in places {
            file[place + at..place + at + 4].copy_from_slice(&size.to_le_bytes());
        }
    }
    file
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_refused_early() {
    let one = |rows: String| [Sheet::new("Data", heads() + rows.as_str())];
    let pointing = |n: usize| row(&["<c t=\"s\"><v>0</v></c>".repeat(3)]).repeat(n);
    let long = format!("<si><t>{}</t></si>", "A".repeat(32_000));
    let many = format!("<si><t>{}</t></si>", "A".repeat(1_000)).repeat(70_000);
    let mut merged = Sheet::new(
        "Data",
        heads() + row(&[text("1"), text("A")]).repeat(3_000).as_str(),
    );
    let merges = "<mergeCell ref=\"A2:A3001\"/>".repeat(3_000);
    merged.rest = format!("<mergeCells>{merges}</mergeCells>");
    for (what, file, why) in [
        (
            "15,000 rows that point at one text: 1.4 GB",
            workbook(&one(pointing(15_000)), Some(&texts("1", &long))),
            FileError::TooLarge,
        ),
        (
            "a table of 70 MB",
            workbook(&one(pointing(1)), Some(&texts("70000", &many))),
            FileError::TooLarge,
        ),
        (
            "the same that claims to be small",
            claiming(
                workbook(&one(pointing(1)), Some(&texts("70000", &many))),
                1_000,
            ),
            FileError::Damaged,
        ),
        (
            "parts that claim 1.4 GB",
            claiming(
                workbook(&one(pointing(1)), Some(&texts("1", &long))),
                1_400_000_000,
            ),
            FileError::TooLarge,
        ),
        (
            "a table that claims a million million texts",
            workbook(&one(pointing(1)), Some(&texts("1000000000000", &long))),
            FileError::TooLarge,
        ),
        (
            "one cell far right in each of 70,000 rows",
            workbook(&one(far(70_000)), None),
            FileError::TooLarge,
        ),
        (
            "3,000 merged cells over the same 3,000 rows",
            workbook(&[merged], None),
            FileError::TooLarge,
        ),
    ] {
        assert!(file.len() < 1_500_000, "{what}: {} bytes", file.len());
        let start = Instant::now();
        let told = open(&file, None).map(|table| table.lines.len());
        assert_eq!(told, Err(why), "{what}");
        let taken = start.elapsed();
        println!("{what}: {} bytes, refused after {taken:?}", file.len());
        assert!(taken < Duration::from_secs(20), "{what}: {taken:?}");
    }
}

/// Rows with one cell in the last column that is read.
fn far(rows: usize) -> String {
    (2..rows + 2)
        .map(|n| format!("<row r=\"{n}\"><c r=\"BL{n}\"><v>1</v></c></row>"))
        .collect()
}

#[test]
fn a_long_list_is_no_bomb() {
    let rows: String = (2..20_002)
        .map(|n| {
            row(&[
                text(&format!("157108120590{n:04}")),
                text("Warga Contoh"),
                text("Jelutung"),
            ])
        })
        .collect();
    let table = open(
        &workbook(&[Sheet::new("Data", heads() + rows.as_str())], None),
        None,
    )
    .unwrap();
    assert_eq!(table.lines.len(), 20_000);
}

/// A workbook whose bytes were changed on the way is read or refused; nothing stops the server.
#[test]
fn changed_bytes_of_a_workbook_are_refused_or_read() {
    let rows = texts_of(&[&["1571081205907001", "Warga Contoh", "Jelutung"]]);
    let table = texts("1", "<si><t>A</t></si>");
    let file = workbook(
        &[
            Sheet::new("Satu", heads() + rows.as_str()),
            Sheet::new("Dua", heads() + rows.as_str()),
        ],
        Some(&table),
    );
    assert!(open(&file, Some("Dua")).is_ok());
    let mut chance = Chance::new(11);
    for _ in 0..soak::times(400, 40_000) {
        let mut changed = file.clone();
        for _ in 0..=chance.below(4) {
            let at = chance.below(changed.len());
            changed[at] = chance.below(256) as u8;
        }
        if chance.one_in(8) {
            changed.truncate(chance.below(changed.len()));
        }
        let _ = open(&changed, None);
        let _ = open(&changed, Some("Dua"));
    }
}

proptest! {
    /// Whatever quotes and line ends a text has, its rows are counted upwards, each once.
    #[test]
    fn rows_of_any_text_are_counted_once(text in "[ab;,\"\n\r\u{a0}\u{200b}]{0,80}") {
        let list = format!("NIK;NAMA;DESA\n{text}");
        if let Ok(table) = open(list.as_bytes(), None) {
            let lines: Vec<u32> = table.lines.iter().map(|(line, _)| *line).collect();
            prop_assert!(lines.windows(2).all(|pair| pair[0] < pair[1]), "{lines:?}");
            let ends = text.matches(['\n', '\r']).count() as u32;
            prop_assert!(lines.iter().all(|line| *line <= ends + 2), "{lines:?}");
        }
    }
}
