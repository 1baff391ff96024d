//! A roll of 50,000 people from a workbook, through the server, into an empty office; and again, when
//! there is nothing to do.

use anyhow::{Context, Result, ensure};
use bytes::Bytes;
use rust_xlsxwriter::Workbook;
use shared::roll::{Imported, Progress};
use std::time::Instant;

use super::{
    Bench, office,
    people::{self, Device},
    process::{self, Server},
    report::Report,
    sqlite,
    wire::Line,
};
use crate::harness::DEMO;

const PEOPLE: usize = 50_000;

pub async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let database = sqlite(&bench.folder("import")?);
    office::set_up(&database, office::seats(8), &[]).await?;
    let server = Server::start(bench, "import", &database).await?;
    let mut line = Line::open(server.addr).await?;
    let mut head = Device::new(0);
    head.sign_in(&mut line, "head.jelutung").await?;
    let file = Bytes::from(workbook()?);

    let rest = server.memory()?;
    let (first, took) = enter(&mut line, &head, file.clone()).await?;
    ensure!(
        first.enrolled.entered as usize == PEOPLE,
        "{:?}",
        first.enrolled
    );
    report.put("import.rows_per_s", PEOPLE as f64 / took);
    report.put("import.peak_mib", server.peak_memory()?);
    report.put("import.rest_mib", rest);
    let (again, took) = enter(&mut line, &head, file).await?;
    ensure!(
        again.enrolled.same as usize == PEOPLE,
        "{:?}",
        again.enrolled
    );
    report.put("import.again_s", took);
    server.stop()?;
    process::check(bench, &database)
}

async fn enter(line: &mut Line, head: &Device, file: Bytes) -> Result<(Imported, f64)> {
    let began = Instant::now();
    let answer = line
        .post("/api/v1/offices/1/roll", Some(head), file)
        .await?;
    let took = began.elapsed().as_secs_f64();
    answer.good()?;
    let last = answer
        .body
        .trim_ascii()
        .rsplit(|byte| *byte == b'\n')
        .next();
    match serde_json::from_slice(last.context("no answer")?)? {
        Progress::Done { imported } => Ok((imported, took)),
        other => anyhow::bail!("not entered: {other:?}"),
    }
}

/// As offices keep it: numbers as text, days as text.
fn workbook() -> Result<Vec<u8>> {
    let office = DEMO.office();
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let heads = [
        "NIK",
        "NO KK",
        "NAMA",
        "TGL LAHIR",
        "JK",
        "STATUS KAWIN",
        "RT",
        "RW",
        "DESA",
    ];
    for (column, head) in (0..).zip(heads) {
        sheet.write_string(0, column, head)?;
    }
    for (row, person) in (1..).zip(people::roll(PEOPLE)) {
        let text = |of: Option<String>| of.unwrap_or_default();
        let kelurahan = person
            .kelurahan
            .as_ref()
            .and_then(|code| office.kelurahan(code));
        let cells = [
            text(person.nik.as_ref().map(|nik| nik.as_str().to_owned())),
            text(person.kk.as_ref().map(|kk| kk.as_str().to_owned())),
            person.name.as_str().to_owned(),
            text(
                person
                    .birth
                    .map(|day| day.date().format("%d-%m-%Y").to_string()),
            ),
            text(person.sex.map(|sex| sex.as_str().to_owned())),
            if person.married { "S" } else { "B" }.to_owned(),
            text(person.rt.map(|n| n.to_string())),
            text(person.rw.map(|n| n.to_string())),
            text(kelurahan.map(|kelurahan| kelurahan.name.clone())),
        ];
        for (column, cell) in (0..).zip(cells) {
            sheet.write_string(row, column, cell)?;
        }
    }
    Ok(book.save_to_buffer()?)
}
