//! The split of the longest period for an office of twenty kelurahan and 50,000 people: what a head
//! waits for when the page proposes a plan.

use anyhow::{Result, ensure};
use shared::{
    ids::OfficeId,
    office::{Kelurahan, Office, Settings},
    plan::{self, Ask, DAYS, Taken},
    region::RegionCode,
    zone::Zone,
};
use std::{collections::BTreeMap, time::Instant};

use super::report::{Report, percentile};

const PLACES: u32 = 20;
const PEOPLE: u32 = 50_000;
const RUNS: usize = 21;

pub fn measure(report: &mut Report) -> Result<()> {
    let codes = (0..PLACES).map(|n| RegionCode::parse(&format!("15710810{n:02}")));
    let codes: Vec<RegionCode> = codes.collect::<Result<_, _>>()?;
    let kelurahan = codes.iter().map(|code| Kelurahan {
        code: code.clone(),
        name: code.to_string(),
    });
    let office = Office {
        id: OfficeId(1),
        name: "Kecamatan Jelutung".to_owned(),
        region: RegionCode::parse("157108")?,
        zone: Zone::Wib,
        kelurahan: kelurahan.collect(),
        settings: Settings::default(),
    };
    // From the smallest to one that is many times as large.
    let weights: u32 = (1..=PLACES).sum();
    let sized = (1..)
        .zip(codes)
        .map(|(n, code)| (code, PEOPLE * n / weights));
    let need: BTreeMap<RegionCode, u32> = sized.collect();
    let from = "2026-12-01".parse()?;
    let ask = Ask {
        office: &office,
        sessions: &[],
        current: None,
        today: "2026-11-23".parse()?,
        from,
        to: from + chrono::TimeDelta::days(DAYS - 1),
        need: &need,
        taken: &Taken::new(),
    };
    let mut took = Vec::with_capacity(RUNS);
    for _ in 0..RUNS {
        let began = Instant::now();
        let parts = plan::propose(&ask).map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
        let troubles = plan::check(&ask, &parts);
        let lines = plan::summary(&ask, &parts);
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        ensure!(troubles.is_empty() && lines.iter().all(|line| line.seats > 0));
    }
    report.put("plan.ms", percentile(&mut took, 0.5));
    Ok(())
}
