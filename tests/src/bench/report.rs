//! The figures of a run, with what was aimed at: a table to read, and flat JSON to compare.

use std::{collections::BTreeMap, fmt::Write as _, path::Path};

use anyhow::Result;

#[derive(Clone, Copy)]
enum Aim {
    Least(f64),
    Most(f64),
}

use Aim::{Least, Most};

const AIMS: &[(&str, Aim)] = &[
    ("booking.sqlite.to_noop", Least(0.08)),
    ("booking.sqlite.p99_ms", Most(80.0)),
    ("booking.sqlite_256.to_noop", Least(0.12)),
    ("booking.sqlite_256.p99_ms", Most(80.0)),
    ("booking.postgres.per_s", Least(2_000.0)),
    ("booking.postgres.p99_ms", Most(80.0)),
    ("overbooked", Most(0.0)),
    ("pull.all_s", Most(0.3)),
    ("pull.one_ms", Most(5.0)),
    ("slots.p95_ratio", Most(1.5)),
    ("pull.p95_ratio", Most(1.5)),
    // 50,000 in a minute.
    ("import.rows_per_s", Least(50_000.0 / 60.0)),
    // A page that answers while a day is dragged.
    ("plan.ms", Most(100.0)),
    ("memory.rest_mib", Most(64.0)),
    ("memory.sse_10k_mib", Most(512.0)),
    ("app.first_load_brotli_bytes", Most(250_000.0)),
    ("app.usable_first_ms", Most(2_500.0)),
    ("app.usable_again_ms", Most(1_000.0)),
    ("app.touch_p95_ms", Most(100.0)),
    ("app.lighthouse_performance", Least(95.0)),
    ("app.lighthouse_accessibility", Least(100.0)),
];

/// Figures by name, in the order in which they were measured.
#[derive(Default)]
pub struct Report(Vec<(String, f64)>);

impl Report {
    pub fn put(&mut self, name: impl Into<String>, value: f64) {
        let name = name.into();
        eprintln!("    {name:<34} {:>14}", shown(value));
        self.0.push((name, value));
    }

    /// One line a figure; `✗` where an aim is missed.
    #[must_use]
    pub fn table(&self) -> String {
        let mut text = format!("{:<34} {:>14}  {:>12}\n", "figure", "measured", "aim");
        for (name, value) in &self.0 {
            let aim = AIMS.iter().find(|(of, _)| of == name).map(|(_, aim)| *aim);
            let (aim, met) = match aim {
                Some(Least(least)) => (format!("≥ {}", shown(least)), *value >= least),
                Some(Most(most)) => (format!("≤ {}", shown(most)), *value <= most),
                None => (String::new(), true),
            };
            let mark = if met { "" } else { "✗" };
            let line = format!("{name:<34} {:>14}  {aim:>12} {mark}", shown(*value));
            let _ = writeln!(text, "{}", line.trim_end());
        }
        text
    }

    /// Flat JSON, numbers only.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn write(&self, file: &Path) -> Result<()> {
        let figures: BTreeMap<&str, f64> = self.0.iter().map(|(n, v)| (n.as_str(), *v)).collect();
        std::fs::write(file, serde_json::to_string_pretty(&figures)? + "\n")?;
        Ok(())
    }
}

fn shown(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        v if v >= 1_000.0 => grouped(value),
        v if v >= 100.0 => format!("{value:.0}"),
        v if v >= 1.0 => format!("{value:.1}"),
        _ => format!("{value:.3}"),
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The value below which this share of the values lies.
#[must_use]
pub fn percentile(values: &mut [f64], share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let last = values.len().saturating_sub(1);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "a place in a short list"
    )]
    let place = (last as f64 * share).round() as usize;
    values.get(place).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_easy_to_read() {
        for (value, text) in [
            (0.0, "0"),
            (0.123_4, "0.123"),
            (12.34, "12.3"),
            (123.4, "123"),
            (1_234_567.0, "1,234,567"),
        ] {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let mut values: Vec<f64> = (0..=100).rev().map(f64::from).collect();
        assert_eq!(percentile(&mut values, 0.95), 95.0);
        assert_eq!(percentile(&mut values, 0.5), 50.0);
        assert_eq!(percentile(&mut [7.0], 0.99), 7.0);
    }

    #[test]
    fn a_missed_aim_is_marked() {
        let mut report = Report::default();
        report.put("overbooked", 1.0);
        report.put("pull.one_ms", 4.0);
        let table = report.table();
        let marked: Vec<&str> = table.lines().filter(|line| line.ends_with('✗')).collect();
        assert_eq!(marked.len(), 1, "{table}");
        assert!(marked[0].starts_with("overbooked"), "{table}");
    }
}
