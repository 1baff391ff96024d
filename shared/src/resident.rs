//! A resident as one office knows them, and who may act for them from which device.

use crate::{
    ids::{BookingId, DeviceId, InvitationId, OfficeId, ResidentId},
    person::{BirthDate, Kk, Nik, PersonName, Phone, SearchKey, Sex},
    region::RegionCode,
    removal::Removal,
    sop::eligibility,
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;
use uuid::Uuid;

/// One person at one office. Outside the scopes that need them, numbers are masked (see `scope`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    pub id: ResidentId,
    pub office: OfficeId,
    pub kelurahan: Option<RegionCode>,
    pub rt: Option<u16>,
    pub rw: Option<u16>,
    pub name: PersonName,
    pub nik: Option<Nik>,
    /// Set instead of `nik` where the reader may only recognise it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nik_masked: Option<String>,
    pub kk: Option<Kk>,
    pub birth: Option<BirthDate>,
    /// Set instead of `birth` where the reader may only know who is due: the day from which somebody
    /// who is still too young must have an e-KTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_from: Option<NaiveDate>,
    pub sex: Option<Sex>,
    pub phone: Option<Phone>,
    pub married: bool,
    pub source: Source,
    /// Somebody the office knows: on the roll and matched, holder of a claim code, or seen by staff.
    pub verified: bool,
    pub guardian: Option<PersonName>,
    /// The one active booking, with its day if it has one.
    pub active: Option<Active>,
    pub invitation: Option<InvitationId>,
    /// What is kept of the claim code printed on the current slip.
    pub claim: Option<ClaimHash>,
    pub recorded_on: Option<NaiveDate>,
    /// How often they did not come to a booking since they last came.
    #[serde(default, skip_serializing_if = "crate::blank::is_default")]
    pub no_shows: u8,
    /// Who it was is no longer kept; the row remains for what it counts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub forgotten: bool,
    /// When somebody who knows the numbers, or a code of theirs, last asked from another phone after too
    /// many wrong guesses: the person's phones say so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<DateTime<Utc>>,
    /// One phone asked that the others be removed, and it is neither carried out nor settled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removal: Option<Removal>,
    /// Devices that may act for the resident; never leaves the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub holders: Vec<DeviceId>,
    /// Where the deployment's claim on this NIK is kept; never leaves the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nik_key: Option<NikKey>,
    /// When a wrong birth date was said with a code of theirs, within the last day; never leaves the server.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<DateTime<Utc>>,
}

/// The booking that keeps a resident from booking twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Active {
    pub booking: BookingId,
    pub day: Option<NaiveDate>,
    /// The office took its day away, or gave it another, and nobody has answered: staff call.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub to_call: bool,
}

/// Where the office knows the resident from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// The kelurahan's roll.
    Roll,
    /// The resident, or somebody on the same phone.
    Own,
    Staff,
}

/// What somebody tells about a person who is not known yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub name: PersonName,
    #[serde(default)]
    pub nik: Option<Nik>,
    #[serde(default)]
    pub kk: Option<Kk>,
    #[serde(default)]
    pub birth: Option<BirthDate>,
    #[serde(default)]
    pub sex: Option<Sex>,
    #[serde(default)]
    pub phone: Option<Phone>,
    #[serde(default)]
    pub kelurahan: Option<RegionCode>,
    #[serde(default)]
    pub rt: Option<u16>,
    #[serde(default)]
    pub rw: Option<u16>,
    #[serde(default)]
    pub married: bool,
    /// Who consents for somebody under 17, and that they do.
    #[serde(default)]
    pub guardian: Option<PersonName>,
    /// Taken from a roll only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recorded_on: Option<NaiveDate>,
}

impl Draft {
    /// Whether somebody must have an e-KTP on a day, and is not known to have recorded.
    #[must_use]
    pub fn is_due(&self, on: NaiveDate) -> bool {
        self.recorded_on.is_none() && eligibility::is_due(self.birth, self.married, on)
    }

    #[must_use]
    pub fn into_resident(self, id: ResidentId, office: OfficeId, source: Source) -> Resident {
        Resident {
            id,
            office,
            kelurahan: self.kelurahan,
            rt: self.rt,
            rw: self.rw,
            name: self.name,
            nik: self.nik,
            nik_masked: None,
            kk: self.kk,
            birth: self.birth,
            due_from: None,
            sex: self.sex,
            phone: self.phone,
            married: self.married,
            source,
            verified: source != Source::Own,
            guardian: self.guardian,
            active: None,
            invitation: None,
            claim: None,
            recorded_on: self.recorded_on.filter(|_| source == Source::Roll),
            no_shows: 0,
            forgotten: false,
            asked: None,
            removal: None,
            holders: Vec::new(),
            nik_key: None,
            tries: Vec::new(),
        }
    }
}

/// So often a resident may book again by themselves without having come.
const FREE_REBOOKINGS: u8 = 1;

impl Resident {
    /// Whether the person may book again by themselves, by moving a missed booking or with a new one; else
    /// staff help.
    #[must_use]
    pub fn may_rebook(&self) -> bool {
        self.no_shows <= FREE_REBOOKINGS
    }

    /// What is left when the office no longer needs to know who it was: what it counts.
    #[must_use]
    pub fn forgotten(self) -> Self {
        Self {
            name: PersonName::nobody(),
            forgotten: true,
            rt: None,
            rw: None,
            nik: None,
            nik_masked: None,
            kk: None,
            birth: None,
            due_from: None,
            sex: None,
            phone: None,
            married: false,
            guardian: None,
            claim: None,
            no_shows: 0,
            asked: None,
            removal: None,
            holders: Vec::new(),
            nik_key: None,
            tries: Vec::new(),
            ..self
        }
    }

    /// The same resident for readers who only need to recognise them.
    #[must_use]
    pub fn masked(mut self) -> Self {
        self.nik_masked = self.nik.take().map(|nik| nik.masked());
        self.kk = None;
        self.phone = None;
        self.birth = None;
        self.claim = None;
        self
    }

    /// As [`Self::masked`], with as much of the birth date as counting who is due on or after a day takes.
    #[must_use]
    pub fn masked_for_counting(self, today: NaiveDate) -> Self {
        let due_from = eligibility::due_from(self.birth, self.married).filter(|day| *day > today);
        Self {
            due_from,
            ..self.masked()
        }
    }

    /// Whether they must have an e-KTP on a day, recorded or not; whoever reads the row.
    #[must_use]
    pub fn is_due(&self, on: NaiveDate) -> bool {
        match self.due_from {
            Some(day) => day <= on,
            None => eligibility::is_due(self.birth, self.married, on),
        }
    }

    /// Typed on a phone, which reads it: what a roll or staff say of the person goes there only if the
    /// phone has said the same numbers.
    #[must_use]
    pub fn is_self_made(&self) -> bool {
        self.source == Source::Own
    }

    /// Whether a list or staff may mean this record, and write into it.
    #[must_use]
    pub fn is_open_to(&self, draft: &Draft) -> bool {
        !self.is_self_made() || self.matches(draft)
    }

    /// Whether somebody in the room with this NIK may be who is meant: on a record that a phone made no
    /// number differs, and the name or a second number is the same.
    #[must_use]
    pub fn may_be(&self, draft: &Draft) -> bool {
        let same = [
            same(self.kk.as_ref(), draft.kk.as_ref()),
            same(self.birth, draft.birth),
        ];
        let same_name = SearchKey::of(self.name.as_str()) == SearchKey::of(draft.name.as_str());
        let recognised = same_name || same.contains(&Some(true));
        !self.is_self_made() || recognised && !same.contains(&Some(false))
    }

    /// Whether NIK, KK and birth date all equal those of a draft: only then is the person verified.
    #[must_use]
    pub fn matches(&self, draft: &Draft) -> bool {
        self.has_numbers((&draft.nik, &draft.kk, draft.birth))
    }

    /// As [`Self::matches`], of two records.
    #[must_use]
    pub fn has_numbers_of(&self, other: &Self) -> bool {
        self.has_numbers((&other.nik, &other.kk, other.birth))
    }

    fn has_numbers(
        &self,
        (nik, kk, birth): (&Option<Nik>, &Option<Kk>, Option<BirthDate>),
    ) -> bool {
        same(self.nik.as_ref(), nik.as_ref()) == Some(true)
            && same(self.kk.as_ref(), kk.as_ref()) == Some(true)
            && same(self.birth, birth) == Some(true)
    }
}

/// Whether two values are equal; `None` where one of them is missing.
fn same<T: PartialEq>(a: Option<T>, b: Option<T>) -> Option<bool> {
    a.zip(b).map(|(a, b)| a == b)
}

/// What decisions need to know about a device; never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: DeviceId,
    pub grants: Vec<Grant>,
    /// People whom nobody has verified that it booked for.
    pub unverified: u16,
    /// When it tried wrong claim codes within the last hour.
    pub tries: Vec<DateTime<Utc>>,
    /// Since when the office has locked it: lost, or in the wrong hands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locked: Option<DateTime<Utc>>,
    /// The NIKs it asked for within a day, and when first, of people whom it did not name in full.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probed: Vec<(NikKey, DateTime<Utc>)>,
    /// When it gave seats back, as far as that is asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_back: Vec<DateTime<Utc>>,
}

/// A device may act for a resident.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub office: OfficeId,
    pub resident: ResidentId,
    pub via: Via,
    pub at: DateTime<Utc>,
}

impl Device {
    #[must_use]
    pub fn new(id: DeviceId) -> Self {
        Self {
            id,
            grants: Vec::new(),
            unverified: 0,
            tries: Vec::new(),
            locked: None,
            probed: Vec::new(),
            given_back: Vec::new(),
        }
    }

    #[must_use]
    pub fn may_act_for(&self, resident: ResidentId) -> bool {
        self.grants.iter().any(|g| g.resident == resident)
    }

    /// Adds a grant once; a code makes one by a booking a better one.
    #[must_use]
    pub fn grant(mut self, grant: Grant) -> Self {
        let mut known = self.grants.iter_mut();
        match known.find(|known| known.resident == grant.resident) {
            Some(known) if grant.via == Via::ClaimCode => known.via = grant.via,
            Some(_) => {}
            None => self.grants.push(grant),
        }
        self
    }

    /// Whether it may act for the resident because of a code, and not only because it booked for them.
    #[must_use]
    pub fn has_code_for(&self, resident: ResidentId) -> bool {
        let mut grants = self.grants.iter();
        grants.any(|g| g.resident == resident && g.via == Via::ClaimCode)
    }

    #[must_use]
    pub fn revoke(mut self, resident: ResidentId) -> Self {
        self.grants.retain(|g| g.resident != resident);
        self
    }
}

/// Stands for a NIK in the whole deployment: the first half of an HMAC-SHA-256 under a key that
/// only the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NikKey(pub Uuid);

/// The claim that a person has one active booking in the whole deployment; never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NikClaim {
    pub key: NikKey,
    pub office: OfficeId,
    /// The first record with this NIK.
    pub resident: ResidentId,
    /// The active booking, and whose it is: another record may hold it.
    pub booking: Option<BookingId>,
    pub booked_by: Option<ResidentId>,
    /// Nobody has verified whose booking it is: the claim passes to the person whom the office knows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unverified: bool,
    /// When the person gave seats back, by phones of whom the office knows whose they are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_back: Vec<DateTime<Utc>>,
    /// When a request named this NIK with another KK number or birth date, within the last day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tries: Vec<DateTime<Utc>>,
}

impl NikClaim {
    /// The first record with a NIK, without a booking.
    #[must_use]
    pub fn of(key: NikKey, office: OfficeId, resident: ResidentId) -> Self {
        Self {
            key,
            office,
            resident,
            booking: None,
            booked_by: None,
            unverified: false,
            given_back: Vec::new(),
            tries: Vec::new(),
        }
    }

    /// Whether another record holds the active booking.
    #[must_use]
    pub fn is_others(&self, resident: &Resident) -> bool {
        self.booked_by.is_some_and(|by| by != resident.id)
    }

    /// Whether an unverified booking of another record gives way to the person whom the office knows by
    /// this NIK, or of whom staff say that it is theirs.
    #[must_use]
    pub fn passes_to(&self, resident: &Resident, staff_say_so: bool) -> bool {
        let known = resident.verified && (staff_say_so || self.resident == resident.id);
        self.is_others(resident) && self.unverified && known
    }

    /// Whether another record's booking keeps this one from booking.
    #[must_use]
    pub fn keeps_out(&self, resident: &Resident, staff_say_so: bool) -> bool {
        self.is_others(resident) && !self.passes_to(resident, staff_say_so)
    }
}

/// Finds the resident of a claim code; never leaves the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// See [`ClaimHash::kept`]; of an older version what a device sends.
    pub code: ClaimHash,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sealed: bool,
    pub office: OfficeId,
    pub resident: ResidentId,
    /// The code stands on this invitation, beside those of other printings; else on a slip, which
    /// replaces the one before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invitation: Option<InvitationId>,
}

impl Claim {
    #[must_use]
    pub fn new(
        code: ClaimHash,
        office: OfficeId,
        resident: ResidentId,
        invitation: Option<InvitationId>,
    ) -> Self {
        Self {
            code: code.kept(),
            sealed: true,
            office,
            resident,
            invitation,
        }
    }
}

/// How a device came to act for a resident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    Booking,
    ClaimCode,
}

/// SHA-256 of a claim code, as devices send it. The code itself is printed on the slip and kept nowhere.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ClaimHash([u8; 32]);

/// A text that is no claim code, or no hash of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a claim code")]
pub struct ClaimCodeError;

/// Letters and digits of codes that people read aloud: none that look alike.
pub const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CLAIM_LENGTH: usize = 10;

impl ClaimHash {
    /// Hashes a code as typed: case, spaces and dashes do not matter, O is 0, I and L are 1.
    ///
    /// # Errors
    /// [`ClaimCodeError`] unless ten letters and digits of the alphabet remain.
    pub fn of_code(typed: &str) -> Result<Self, ClaimCodeError> {
        let code = normalise_code(typed);
        if code.len() != CLAIM_LENGTH || !code.bytes().all(|b| CODE_ALPHABET.contains(&b)) {
            return Err(ClaimCodeError);
        }
        Ok(Self(Sha256::digest(code.as_bytes()).into()))
    }

    /// What is kept of it: a hash once more, so that whoever reads the database cannot send what a device
    /// sends.
    #[must_use]
    pub fn kept(self) -> Self {
        Self(Sha256::digest(self.0).into())
    }

    /// The key under which the code's claim is kept.
    #[must_use]
    pub fn key(self) -> Uuid {
        let mut half = [0; 16];
        half.iter_mut()
            .zip(self.0)
            .for_each(|(to, from)| *to = from);
        Uuid::from_bytes(half)
    }

    /// The code for ten random bytes; the caller draws them.
    #[must_use]
    pub fn code_from(random: [u8; CLAIM_LENGTH]) -> String {
        random.iter().map(|b| code_letter(*b)).collect()
    }
}

/// The letter for the low five bits of a byte.
#[must_use]
pub fn code_letter(bits: u8) -> char {
    CODE_ALPHABET
        .get(usize::from(bits & 31))
        .map_or('0', |b| char::from(*b))
}

/// A code as people type it, brought to the form that was printed.
#[must_use]
pub fn normalise_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

impl fmt::Debug for ClaimHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ClaimHash(…)")
    }
}

impl From<ClaimHash> for String {
    fn from(hash: ClaimHash) -> Self {
        hash.0.iter().map(|b| format!("{b:02x}")).collect()
    }
}

impl TryFrom<String> for ClaimHash {
    type Error = ClaimCodeError;
    fn try_from(hex: String) -> Result<Self, Self::Error> {
        let mut bytes = [0; 32];
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(ClaimCodeError);
        }
        for (i, byte) in bytes.iter_mut().enumerate() {
            let pair = hex.get(2 * i..2 * i + 2).ok_or(ClaimCodeError)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| ClaimCodeError)?;
        }
        Ok(Self(bytes))
    }
}

#[cfg(test)]
mod tests;
