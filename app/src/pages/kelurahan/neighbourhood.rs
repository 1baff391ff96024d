//! Neighbourhoods in words and in addresses.

use crate::i18n::*;
use shared::{bundle::Neighbourhood, region::RegionCode};

/// "RT 05 / RW 01", "RT 05", or that it is not known.
#[must_use]
pub fn words(i18n: I18n, of: &Neighbourhood) -> String {
    let two = |n: u16| format!("{n:02}");
    match (of.rt.map(two), of.rw.map(two)) {
        (Some(rt), Some(rw)) => t_string!(i18n, kelurahan.home.rt_rw, rt = rt, rw = rw),
        (Some(rt), None) => t_string!(i18n, kelurahan.home.rt_n, rt = rt),
        (None, Some(rw)) => t_string!(i18n, kelurahan.invitations.rw_only, rw = rw),
        (None, None) => t_string!(i18n, kelurahan.home.rt_none).to_owned(),
    }
}

/// As it stands in an address: `1571081001-1-5`, `x` where nobody knows the number.
#[must_use]
pub fn key(of: &Neighbourhood) -> String {
    let number = |n: Option<u16>| n.map_or_else(|| "x".to_owned(), |n| n.to_string());
    let Neighbourhood { kelurahan, rw, rt } = of;
    format!("{}-{}-{}", kelurahan.as_str(), number(*rw), number(*rt))
}

#[must_use]
pub fn of_key(key: &str) -> Option<Neighbourhood> {
    let mut parts = key.split('-');
    let kelurahan = RegionCode::parse(parts.next()?).ok()?;
    let mut number = || match parts.next()? {
        "x" => Some(None),
        n => n.parse().ok().map(Some),
    };
    let (rw, rt) = (number()?, number()?);
    Some(Neighbourhood { kelurahan, rw, rt })
}
