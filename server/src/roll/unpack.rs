//! Whether a packed file is what it claims to be, and no larger than a list, before anything reads it:
//! a file of one megabyte may unpack to gigabytes, and may claim any size.

use std::{
    borrow::Cow,
    io::{Cursor, Read},
};

use super::file::FileError;

/// Bytes that the sheets, and everything together, may unpack to.
const ALL: u64 = 320 * 1024 * 1024;
/// Bytes of any other part: the table of texts, the formats.
const PART: u64 = 64 * 1024 * 1024;
/// Digits of the number of texts that a table may claim; memory is set aside for that many.
const CLAIM: usize = 7;

/// # Errors
/// [`FileError`]: another kind of file, damaged, or too large.
pub(super) fn check(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|_| FileError::Damaged)?;
    let is_workbook = |name: Result<Cow<'_, str>, _>| {
        name.is_ok_and(|name| name.to_lowercase().ends_with("workbook.xml"))
    };
    if !archive.file_names().any(is_workbook) {
        return Err(FileError::Kind);
    }
    let mut claimed = 0_u64;
    for n in 0..archive.len() {
        let part = archive.by_index_raw(n).map_err(|_| FileError::Damaged)?;
        claimed = claimed.saturating_add(part.size());
    }
    let mut left = ALL
        .checked_sub(claimed)
        .map_or(Err(FileError::TooLarge), |_| Ok(ALL))?;
    for n in 0..archive.len() {
        let part = archive.by_index(n).map_err(|_| FileError::Damaged)?;
        let name = part.name().map_err(|_| FileError::Damaged)?.to_lowercase();
        // Pictures are never unpacked.
        if !name.ends_with(".xml") && !name.ends_with(".rels") {
            continue;
        }
        let most = if name.contains("worksheets/") {
            left
        } else {
            PART.min(left)
        };
        let size = measure(part, most, name.ends_with("sharedstrings.xml"))?;
        left = left.saturating_sub(size);
    }
    Ok(())
}

/// What a part really unpacks to, which is more than `most` in no case.
fn measure(part: impl Read, most: u64, is_texts: bool) -> Result<u64, FileError> {
    let mut part = part.take(most + 1);
    let (mut size, mut chunk) = (0_u64, vec![0_u8; 64 * 1024]);
    loop {
        let n = fill(&mut part, &mut chunk)?;
        if n == 0 {
            return Ok(size);
        }
        if is_texts && size == 0 && !is_sound(chunk.get(..n).unwrap_or_default()) {
            return Err(FileError::TooLarge);
        }
        size += n as u64;
        if size > most {
            return Err(FileError::TooLarge);
        }
    }
}

fn fill(part: &mut impl Read, chunk: &mut [u8]) -> Result<usize, FileError> {
    let mut n = 0;
    while let Some(rest) = chunk.get_mut(n..).filter(|rest| !rest.is_empty()) {
        match part.read(rest) {
            Ok(0) => break,
            Ok(more) => n += more,
            Err(_) => return Err(FileError::Damaged),
        }
    }
    Ok(n)
}

/// Whether the table of texts begins at once, and claims a number of texts that a list may have.
fn is_sound(start: &[u8]) -> bool {
    let text = String::from_utf8_lossy(start);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let text = match text.strip_prefix("<?xml") {
        Some(rest) => rest.split_once("?>").map_or("", |(_, rest)| rest),
        None => text,
    };
    let Some((tag, _)) = text.trim_start().split_once('>') else {
        return false;
    };
    let name = tag
        .trim_start_matches('<')
        .split(char::is_whitespace)
        .next();
    let is_table = name.is_some_and(|name| name.rsplit(':').next() == Some("sst"));
    let claims = |rest: &str| {
        let rest = rest.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > CLAIM
    };
    is_table && !tag.split("uniqueCount").skip(1).any(claims)
}
