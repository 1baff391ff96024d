//! Which passwords staff may choose: long enough, and nothing that is guessed first. A password of before
//! goes on working until it is changed.

use std::ops::RangeInclusive;

/// Characters of a password.
const LENGTH: RangeInclusive<usize> = 10..=256;
/// Characters that must be left beside words, years and runs.
const LEFT: usize = 6;

/// What offices, people and guessers reach for first.
const WORDS: [&str; 56] = [
    "password",
    "passwort",
    "katasandi",
    "sandi",
    "rahasia",
    "admin",
    "administrator",
    "operator",
    "kepala",
    "petugas",
    "kelurahan",
    "kecamatan",
    "kantor",
    "camat",
    "lurah",
    "dukcapil",
    "capil",
    "disduk",
    "ektp",
    "ktp",
    "rekam",
    "demo",
    "login",
    "masuk",
    "welcome",
    "selamat",
    "datang",
    "indonesia",
    "merdeka",
    "pancasila",
    "garuda",
    "nusantara",
    "jakarta",
    "bandung",
    "surabaya",
    "bismillah",
    "alhamdulillah",
    "assalamualaikum",
    "sayang",
    "cinta",
    "iloveyou",
    "qwerty",
    "asdf",
    "zxcv",
    "letmein",
    "master",
    "monkey",
    "dragon",
    "football",
    "sepakbola",
    "persib",
    "persija",
    "januari",
    "agustus",
    "desember",
    "test",
];
const ROWS: [&str; 3] = ["qwertyuiop", "asdfghjkl", "zxcvbnm"];

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "a password has 10 to 256 characters, and is not made of names, common words, years and runs"
)]
pub struct Weak;

/// Whether a text can be somebody's password: nobody has a longer one.
#[must_use]
pub fn may_be_one(text: &str) -> bool {
    text.chars().count() <= *LENGTH.end()
}

/// Takes a password, or not. `known` is what anybody knows of its owner: username, name, office.
///
/// # Errors
/// [`Weak`].
pub fn check(password: &str, known: &[&str]) -> Result<(), Weak> {
    if !LENGTH.contains(&password.chars().count()) {
        return Err(Weak);
    }
    let mut plain = plain(password);
    let own = known.iter().flat_map(|text| {
        let words = text.split(|c: char| !c.is_alphanumeric());
        words
            .map(self::plain)
            .filter(|word| word.chars().count() >= 3)
    });
    let mut words: Vec<String> = own
        .chain(WORDS.iter().map(|word| self::plain(word)))
        .collect();
    // The longest first: what a short one is part of goes as a whole.
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    for word in words {
        plain = plain.replace(&word, " ");
    }
    let left = without_runs(&without_years(&plain));
    let mut distinct: Vec<char> = left.clone();
    distinct.sort_unstable();
    distinct.dedup();
    if left.len() < LEFT || distinct.len() < LEFT - 1 {
        return Err(Weak);
    }
    Ok(())
}

/// Small letters, and signs that stand for letters read as these.
fn plain(text: &str) -> String {
    let letters = text.chars().flat_map(char::to_lowercase);
    letters
        .map(|c| match c {
            '@' | '4' => 'a',
            '0' => 'o',
            '$' | '5' => 's',
            '!' | '1' => 'i',
            '3' => 'e',
            '7' => 't',
            other => other,
        })
        .collect()
}

/// Years of a life, as [`plain`] writes their digits.
fn without_years(plain: &str) -> String {
    let mut text = plain.to_owned();
    for year in 1940..2060 {
        text = text.replace(&self::plain(&year.to_string()), " ");
    }
    text
}

/// Characters that do not go on from the one before: the same again, the next in the alphabet, the
/// neighbour on the keyboard.
fn without_runs(text: &str) -> Vec<char> {
    let mut left = Vec::new();
    let mut before = None;
    for c in text.chars() {
        if c.is_alphanumeric() && !before.is_some_and(|before| goes_on(before, c)) {
            left.push(c);
        }
        before = c.is_alphanumeric().then_some(c);
    }
    left
}

fn goes_on(before: char, c: char) -> bool {
    let place = |row: &str, c: char| {
        row.chars()
            .position(|other| other == digit(c) || other == c)
    };
    let near = |row: &str| {
        let places = place(row, before).zip(place(row, c));
        places.is_some_and(|(a, b)| a.abs_diff(b) <= 1)
    };
    let alphabet = u32::from(before).abs_diff(u32::from(c)) <= 1;
    alphabet || near("0123456789") || ROWS.iter().any(|row| near(row))
}

/// The digit that [`plain`] wrote as a letter.
fn digit(c: char) -> char {
    match c {
        'o' => '0',
        'i' => '1',
        'e' => '3',
        'a' => '4',
        's' => '5',
        't' => '7',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_guessed_first_is_not_taken() {
        let known = ["operator.jelutung", "Siti Aminah", "Kecamatan Jelutung"];
        for weak in [
            "",
            "k7#Vz!p2Q",
            "1234567890",
            "0987654321",
            "aaaaaaaaaaaa",
            "abababababab",
            "password12345",
            "P@ssw0rd2026!",
            "Rahasia-12345",
            "qwertyuiop[]",
            "asdfghjkl123",
            "Jelutung-2026",
            "jelutung1571jelutung",
            "sitiaminah1998",
            "AMINAH-siti-1",
            "Indonesia1945",
            "admin.kecamatan",
            "rekam-demo-2026",
            "operator-operator-1",
            "19851985198519",
            &"x".repeat(257),
        ] {
            assert_eq!(check(weak, &known), Err(Weak), "{weak}");
        }
    }

    /// One rule for those who choose it and those who type it, whatever letters they use.
    #[test]
    fn what_is_taken_can_be_typed() {
        let letters = ('\u{430}'..='\u{44f}').cycle().step_by(7);
        let long: String = letters.take(256).collect();
        assert!(long.len() > 256 && check(&long, &[]).is_ok());
        assert!(may_be_one(&long));
        assert!(!may_be_one(&format!("{long}x")));
    }

    #[test]
    fn what_people_can_remember_and_nobody_guesses_is() {
        let known = ["operator.jelutung", "Siti Aminah", "Kecamatan Jelutung"];
        for good in [
            // As the command line draws them.
            "7k2mq0c9xr-w4h8tz1vpn",
            "kucing belang makan durian",
            "tiga-payung-merah",
            "Hujan turun di Muara",
            "k7#Vz!p2Qw",
        ] {
            assert_eq!(check(good, &known), Ok(()), "{good}");
        }
    }
}
