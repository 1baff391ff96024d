//! Days as people write them.

/// `17 Agustus 1990` and `17.8.1990` as `17-8-1990`; a time behind the day is cut off.
pub(super) fn spelled_out(day: &str) -> String {
    let day = day.trim();
    let (first, rest) = day.split_once([' ', 'T']).unwrap_or((day, ""));
    let is_whole = first.matches(['-', '/', '.']).count() == 2;
    let day = if is_whole && rest.contains(':') {
        first
    } else {
        day
    };
    let parts: Vec<String> = day
        .split([' ', '.', '-', '/'])
        .filter(|part| !part.is_empty())
        .map(|part| month(part).map_or_else(|| part.to_owned(), |n| n.to_string()))
        .collect();
    parts.join("-")
}

fn month(word: &str) -> Option<usize> {
    const MONTHS: [&[&str]; 12] = [
        &["jan"],
        &["feb", "peb"],
        &["mar"],
        &["apr"],
        &["mei", "may"],
        &["jun"],
        &["jul"],
        &["agu", "ags", "aug"],
        &["sep"],
        &["okt", "oct"],
        &["nov", "nop"],
        &["des", "dec"],
    ];
    let word = word.to_lowercase();
    let is = |names: &&[&str]| names.iter().any(|name| word.starts_with(name));
    MONTHS.iter().position(is).map(|n| n + 1)
}
