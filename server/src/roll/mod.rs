//! The resident roll, in from a spreadsheet and out again: a file is opened (`file`), read into people
//! (`check`), compared with what is known, and entered in one transaction (`import`).

mod check;
mod delimited;
mod export;
mod file;
mod import;
mod unpack;
mod xlsx;

pub use check::{Checked, Known, check, compare};
pub use export::export;
pub use file::{FileError, Table, open};
pub use import::{ImportError, Through, import, residents};
