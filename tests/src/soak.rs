//! How much a test does: little in `cargo xtask test`, much in `cargo xtask soak`, which also reads
//! the figures that tests report.

use std::io::Write;

/// The factor of a soak; `None` in an ordinary run.
#[must_use]
pub fn factor() -> Option<f64> {
    std::env::var("REKAM_SOAK").ok()?.parse().ok()
}

/// So often in an ordinary run, so often (times the factor) in a soak.
#[must_use]
pub fn times(short: usize, long: usize) -> usize {
    match factor() {
        None => short,
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            clippy::cast_precision_loss,
            reason = "counts are small"
        )]
        Some(factor) => ((long as f64 * factor) as usize).max(1),
    }
}

/// Prints figures, and hands them to `cargo xtask soak`.
///
/// # Panics
/// When its file cannot be written.
pub fn report(name: &str, figures: &[(&str, u64)]) {
    let figures: Vec<String> = figures.iter().map(|(k, n)| format!("{k} {n}")).collect();
    let line = format!("{name}: {}\n", figures.join(", "));
    print!("{line}");
    if let Some(path) = std::env::var_os("REKAM_SOAK_REPORT") {
        let file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(path);
        let mut file = file.expect("the report of the soak");
        file.write_all(line.as_bytes())
            .expect("the report of the soak");
    }
}
