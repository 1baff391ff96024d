use super::*;
use shared::roll::Column;

/// Line and first text of each row below the heads.
fn rows(bytes: &[u8]) -> Vec<(u32, String)> {
    let table = open(bytes, None).unwrap();
    let told = |(line, cells): &(u32, Vec<Cell>)| (*line, cells[0].text());
    table.lines.iter().map(told).collect()
}

#[test]
fn lines_are_counted_as_a_spreadsheet_counts_them() {
    let list = "DAFTAR;;\n\nNAMA;RT;KET\nSatu;1;\n\nDua;2;\"a\nb\"\nTiga;3;";
    let expected = [(4, "Satu"), (6, "Dua"), (7, "Tiga")].map(|(n, s)| (n, s.to_owned()));
    for end in ["\n", "\r\n", "\r"] {
        assert_eq!(
            rows(list.replace('\n', end).as_bytes()),
            expected,
            "{end:?}"
        );
    }
}

#[test]
fn an_open_quote_costs_its_own_line_only() {
    let heads = "NAMA;RT;KET\n";
    for (body, open_at) in [
        // Nothing closes it.
        ("Satu;1;\n\"Dua;2;x\nTiga;3;y\nEmpat;4;z\n", 3),
        // A quoted cell further down seems to.
        ("Satu;1;\n\"Dua;2;x\nTiga;3;y\n\"Empat\";4;z\n", 3),
        // The next open quote seems to.
        ("Satu;1;\nDua;2;\"x\nTiga;3;y\nEmpat;4;z\"\n", 3),
        ("Satu;1;\nDua;2;\"x\nTiga;3;y\n\"Empat\";4;z\n", 3),
    ] {
        let table = open(format!("{heads}{body}").as_bytes(), None).unwrap();
        let names: Vec<String> = table.lines.iter().map(|(_, c)| c[0].text()).collect();
        assert_eq!(names.len(), 4, "{body:?}");
        assert_eq!(names[2], "Tiga", "{body:?}");
        let is_open = |(_, cells): &&(u32, Vec<Cell>)| {
            cells.iter().any(|cell| matches!(cell, Cell::Unclosed(_)))
        };
        let found: Vec<u32> = table
            .lines
            .iter()
            .filter(is_open)
            .map(|(n, _)| *n)
            .collect();
        assert_eq!(found, [open_at], "{body:?}");
    }
}

#[test]
fn quotes_that_close_are_no_part_of_a_cell() {
    for (row, expected) in [
        ("\"Ani\";1", "Ani"),
        ("\"Ani; Bu\";1", "Ani; Bu"),
        ("\"Ani \"\"Bu\"\"\" ;1", "Ani \"Bu\""),
        ("\"Ani\nBu\";1", "Ani Bu"),
        ("Ani \"Bu\";1", "Ani \"Bu\""),
        ("\"\";1", ""),
    ] {
        let told = rows(format!("NAMA;RT\n{row}\nDua;2\n").as_bytes());
        let dua = (3, "Dua".to_owned());
        assert_eq!(told, [(2, expected.to_owned()), dua], "{row:?}");
    }
}

#[test]
fn the_separator_is_the_one_that_makes_heads() {
    for mark in [";", ",", "\t", "|"] {
        let list = "NIK;NAMA;KEL\n1;A;B\n".replace(';', mark);
        let table = open(list.as_bytes(), None).unwrap();
        let columns = Columns::guess(&table.heads);
        assert!(columns.has(Column::Kelurahan), "{mark:?}");
    }
}
