//! Workbooks written part by part, as no well-behaved program writes them.

use std::io::{Cursor, Write};

use zip::{ZipWriter, write::SimpleFileOptions};

/// One sheet of a workbook.
pub struct Sheet<'a> {
    pub name: &'a str,
    /// `visible`, `hidden` or `veryHidden`.
    pub state: &'a str,
    /// What stands in `sheetData`.
    pub rows: String,
    /// What stands behind it.
    pub rest: String,
}

impl<'a> Sheet<'a> {
    pub fn new(name: &'a str, rows: String) -> Self {
        Self {
            name,
            state: "visible",
            rows,
            rest: String::new(),
        }
    }
}

/// A cell with a text.
pub fn text(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    format!("<c t=\"inlineStr\"><is><t xml:space=\"preserve\">{text}</t></is></c>")
}

/// A row of cells that are written already.
pub fn row(cells: &[String]) -> String {
    format!("<row>{}</row>", cells.concat())
}

/// Rows of texts.
pub fn texts(rows: &[&[&str]]) -> String {
    let rows = rows.iter().map(|cells| cells.iter().map(|c| text(c)));
    rows.map(|cells| row(&cells.collect::<Vec<_>>())).collect()
}

/// A workbook, with a table of texts if one is given.
pub fn workbook(sheets: &[Sheet<'_>], shared_strings: Option<&str>) -> Vec<u8> {
    const MAIN: &str = "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"";
    const RELS: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut part = |name: &str, xml: &str| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>")
            .unwrap();
        zip.write_all(xml.as_bytes()).unwrap();
    };
    part(
        "_rels/.rels",
        &format!(
            "<Relationships {PACKAGE}><Relationship Id=\"a\" Type=\"{RELS}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        ),
    );
    let (mut named, mut related) = (String::new(), String::new());
    for (n, sheet) in (1..).zip(sheets) {
        let Sheet { name, state, .. } = sheet;
        named +=
            &format!("<sheet name=\"{name}\" sheetId=\"{n}\" state=\"{state}\" r:id=\"s{n}\"/>");
        related += &format!(
            "<Relationship Id=\"s{n}\" Type=\"{RELS}/worksheet\" Target=\"worksheets/sheet{n}.xml\"/>"
        );
    }
    if shared_strings.is_some() {
        related += &format!(
            "<Relationship Id=\"t\" Type=\"{RELS}/sharedStrings\" Target=\"sharedStrings.xml\"/>"
        );
    }
    part(
        "xl/workbook.xml",
        &format!("<workbook {MAIN} xmlns:r=\"{RELS}\"><sheets>{named}</sheets></workbook>"),
    );
    part(
        "xl/_rels/workbook.xml.rels",
        &format!("<Relationships {PACKAGE}>{related}</Relationships>"),
    );
    for (n, Sheet { rows, rest, .. }) in (1..).zip(sheets) {
        let xml = format!("<worksheet {MAIN}><sheetData>{rows}</sheetData>{rest}</worksheet>");
        part(&format!("xl/worksheets/sheet{n}.xml"), &xml);
    }
    if let Some(table) = shared_strings {
        part("xl/sharedStrings.xml", table);
    }
    zip.finish().unwrap().into_inner()
}
