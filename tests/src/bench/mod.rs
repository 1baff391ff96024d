//! The figures behind the design's promises, measured against `rekam serve` as it is shipped: its own
//! process, optimised, at its default durability. The clients and the server share the machine, so
//! figures are lower bounds, and those that are compared come from one run.

pub mod app_size;
mod booking;
mod browser;
mod drive;
mod import;
mod memory;
mod office;
mod overbooked;
mod people;
mod plan;
mod process;
mod pull;
pub mod report;
mod rows;
mod stock;
mod wire;

use anyhow::Result;
use clap::ValueEnum;
use std::path::{Path, PathBuf};

use report::Report;

/// Figures that are measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Group {
    /// Bytes of the first visit, by file
    App,
    /// A push that does nothing, then bookings on SQLite with 64 and 256 clients
    Booking,
    /// Bookings on PostgreSQL
    Postgres,
    /// 200 clients on 7 seats, on both engines
    Overbooked,
    /// 10,000 changes, one change, and 1,000 queued ops
    Pull,
    /// Slots and pulls while a thousand to a million bookings are stored
    Rows,
    /// A roll of 50,000 people from a workbook
    Import,
    /// The split of 92 days among 20 kelurahan
    Plan,
    /// Memory at rest, under load, and with 10,000 listeners
    Memory,
    /// What a person waits for in Chromium, and what Lighthouse says
    Browser,
    /// An office of 50,000 people: places in the plan, and a head's pages
    Head,
}

impl Group {
    pub const ALL: &'static [Self] = &[
        Self::App,
        Self::Booking,
        Self::Postgres,
        Self::Overbooked,
        Self::Pull,
        Self::Rows,
        Self::Import,
        Self::Plan,
        Self::Memory,
        Self::Browser,
        Self::Head,
    ];
}

/// Where things are.
pub struct Bench {
    /// The server's binary.
    pub rekam: PathBuf,
    /// The built app.
    pub dist: PathBuf,
    /// Databases and logs of a run; on a disk, for durability is part of what is measured.
    pub work: PathBuf,
}

impl Bench {
    /// A folder of its own for one database, empty.
    fn folder(&self, name: &str) -> Result<PathBuf> {
        let folder = self.work.join(name);
        if folder.exists() {
            std::fs::remove_dir_all(&folder)?;
        }
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    fn log(&self, name: &str) -> PathBuf {
        self.work.join(format!("{name}.log"))
    }
}

fn sqlite(folder: &Path) -> String {
    format!("sqlite:{}", folder.join("rekam.db").display())
}

/// Measures one group.
///
/// # Errors
/// When the server does not do what the group asks of it: there is no figure then.
pub async fn run(bench: &Bench, group: Group, report: &mut Report) -> Result<()> {
    match group {
        Group::App => app_size::measure(&bench.dist, report),
        Group::Booking => booking::on_sqlite(bench, report).await,
        Group::Postgres => booking::on_postgres(bench, report).await,
        Group::Overbooked => overbooked::measure(bench, report).await,
        Group::Pull => pull::measure(bench, report).await,
        Group::Rows => rows::measure(bench, report).await,
        Group::Import => import::measure(bench, report).await,
        Group::Plan => plan::measure(report),
        Group::Memory => memory::measure(bench, report).await,
        Group::Browser => browser::measure(&bench.work, report).await,
        Group::Head => browser::head::measure(report).await,
    }
}
