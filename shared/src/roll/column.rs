//! What a roll's columns mean, guessed from their heads and put right by a person.

use super::Cell;
use crate::region::RegionCode;
use serde::{Deserialize, Serialize};

/// What a column of a roll may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Column {
    Nik,
    Kk,
    Name,
    Birth,
    Sex,
    Married,
    Rt,
    Rw,
    /// Both in one: `003/005`.
    RtRw,
    Kelurahan,
    Phone,
    /// Whether, or when, the e-KTP was recorded.
    Recorded,
}

impl Column {
    pub const ALL: [Self; 12] = [
        Self::Nik,
        Self::Kk,
        Self::Name,
        Self::Birth,
        Self::Sex,
        Self::Married,
        Self::Rt,
        Self::Rw,
        Self::RtRw,
        Self::Kelurahan,
        Self::Phone,
        Self::Recorded,
    ];

    /// How offices head such a column, in plain letters; the first is what an export writes.
    fn heads(self) -> &'static [&'static str] {
        match self {
            Self::Nik => &[
                "NIK",
                "noktp",
                "nonik",
                "nomornik",
                "nomorindukkependudukan",
            ],
            Self::Kk => &[
                "No KK",
                "kk",
                "nomorkk",
                "nokartukeluarga",
                "nomorkartukeluarga",
            ],
            Self::Name => &[
                "Nama",
                "namalengkap",
                "namalgkp",
                "nmlengkap",
                "nmlgkp",
                "namapenduduk",
                "namawarga",
            ],
            Self::Birth => &[
                "Tanggal Lahir",
                "tgllahir",
                "tgllhr",
                "tanggallhr",
                "tgllhir",
                "ttl",
                "tempattanggallahir",
                "tempattgllahir",
                "tmptgllahir",
            ],
            Self::Sex => &[
                "Jenis Kelamin",
                "jk",
                "jeniskel",
                "jnskelamin",
                "jenisklmin",
                "jnsklmin",
                "jenisklm",
                "jnsklm",
                "jeniskelaminlp",
                "lp",
                "kelamin",
            ],
            Self::Married => &[
                "Status Kawin",
                "statkawin",
                "statuskwn",
                "statkwn",
                "stskwn",
                "stkawin",
                "stkwn",
                "statuskawinnikah",
                "statusnikah",
                "statusmarital",
                "stskawin",
                "statusperkawinan",
                "kawin",
                "sts",
            ],
            Self::Rt => &["RT", "nort", "rtno"],
            Self::Rw => &["RW", "norw", "rwno"],
            Self::RtRw => &["RT/RW"],
            Self::Kelurahan => &[
                "Kelurahan",
                "desa",
                "kel",
                "keldesa",
                "desakel",
                "desakelurahan",
                "kelurahandesa",
                "namakel",
                "namakelurahan",
                "namadesa",
            ],
            Self::Phone => &[
                "No HP",
                "hp",
                "telepon",
                "notelp",
                "notelepon",
                "nohandphone",
                "nowa",
            ],
            Self::Recorded => &[
                "Rekam",
                "statusrekam",
                "statusrekaman",
                "tglrekam",
                "tanggalrekam",
                "sudahrekam",
                "perekaman",
            ],
        }
    }

    /// The head that an export writes.
    #[must_use]
    pub fn head(self) -> &'static str {
        self.heads().first().copied().unwrap_or_default()
    }

    /// As it is written on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Nik => "nik",
            Self::Kk => "kk",
            Self::Name => "name",
            Self::Birth => "birth",
            Self::Sex => "sex",
            Self::Married => "married",
            Self::Rt => "rt",
            Self::Rw => "rw",
            Self::RtRw => "rt_rw",
            Self::Kelurahan => "kelurahan",
            Self::Phone => "phone",
            Self::Recorded => "recorded",
        }
    }

    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.as_str() == name)
    }

    fn guess(head: &str) -> Option<Self> {
        let head = plain(head);
        let is = |column: &Self| column.heads().iter().any(|known| plain(known) == head);
        Self::ALL.into_iter().find(is)
    }
}

/// Lower-case letters and digits only: `No. KK` and `no_kk` are the same.
pub(super) fn plain(text: &str) -> String {
    let kept = text.chars().filter(|c| c.is_alphanumeric());
    kept.flat_map(char::to_lowercase).collect()
}

/// Which column of a file holds what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Columns {
    /// From the left; `None` is passed over.
    pub meanings: Vec<Option<Column>>,
    /// The kelurahan of a list that is of one alone and has no such column.
    pub all_of: Option<RegionCode>,
}

impl Columns {
    /// Guesses from a line of heads; each meaning is given once, to the leftmost.
    #[must_use]
    pub fn guess(heads: &[Cell]) -> Self {
        let mut meanings: Vec<Option<Column>> = Vec::with_capacity(heads.len());
        for head in heads {
            let column = Column::guess(&head.text()).filter(|c| !meanings.contains(&Some(*c)));
            meanings.push(column);
        }
        Self {
            meanings,
            all_of: None,
        }
    }

    /// How many columns have a meaning.
    #[must_use]
    pub fn known(&self) -> usize {
        self.meanings.iter().flatten().count()
    }

    #[must_use]
    pub fn has(&self, column: Column) -> bool {
        self.meanings.contains(&Some(column))
    }

    /// Columns without which a list cannot be taken.
    #[must_use]
    pub fn missing(&self) -> Vec<Column> {
        let mut missing = Vec::new();
        if !self.has(Column::Name) {
            missing.push(Column::Name);
        }
        if !self.has(Column::Kelurahan) && self.all_of.is_none() {
            missing.push(Column::Kelurahan);
        }
        missing
    }

    /// The cell of a line; `None` when the column or the cell is not there.
    pub(super) fn cell<'c>(&self, column: Column, cells: &'c [Cell]) -> Option<&'c Cell> {
        let at = self.meanings.iter().position(|m| *m == Some(column))?;
        cells.get(at).filter(|cell| !cell.is_empty())
    }

    /// Whether a quote was left open in a column that has no meaning.
    pub(super) fn has_unread_quote(&self, cells: &[Cell]) -> bool {
        let meanings = self.meanings.iter().copied().chain(std::iter::repeat(None));
        let mut cells = cells.iter().zip(meanings);
        cells.any(|(cell, meaning)| meaning.is_none() && matches!(cell, Cell::Unclosed(_)))
    }
}
