//! Entering a list: read, compared, and taken in one transaction, so that it is there as a whole or not
//! at all. The same list again changes nothing.

use chrono::NaiveDate;
use shared::{
    command::{Command, Enrolled, Receipt},
    ids::{OfficeId, OpId, ResidentId, UserId},
    office::Office,
    problem::Code,
    resident::{Draft, Resident},
    roll::{Columns, Imported, Progress, wrong_lines},
    row::{Entity, Row},
    sync::OpResult,
};
use tokio::sync::mpsc;

use super::{Checked, Known, Table, check, compare};
use crate::{
    batch::Batcher,
    clock::Clock,
    store::{Db, StoreError, Tx, audit, rows},
    system::{self, SystemError},
};

/// People in one command.
const CHUNK: usize = 200;

/// Why nothing was entered.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    System(#[from] SystemError),
    #[error("turned down: {0}")]
    Refused(Code),
}

impl ImportError {
    /// What the person is told.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Refused(code) => *code,
            Self::Store(error) if error.is_connection() || error.is_retryable() => Code::Busy,
            Self::System(SystemError::Contended | SystemError::Batch(_)) => Code::Busy,
            Self::Store(_) | Self::System(_) => Code::Internal,
        }
    }
}

/// What entering needs of a server, or of a command line.
#[derive(Clone, Copy)]
pub struct Through<'a> {
    pub db: &'a Db,
    pub batcher: &'a Batcher,
    pub clock: &'a Clock,
}

/// Enters a list; `by` is whoever gave it, if a member of staff.
///
/// # Errors
/// [`ImportError`]: nothing was entered then.
pub async fn import(
    through: Through<'_>,
    office: &Office,
    by: Option<UserId>,
    table: Table,
    columns: Columns,
    progress: &mpsc::Sender<Progress>,
) -> Result<Imported, ImportError> {
    // Whoever listened may be gone.
    let tell = async |step| drop(progress.send(step).await);
    tell(Progress::Reading).await;
    let now = through.clock.now();
    let checked = read(table, office.clone(), columns, office.today(now)).await?;
    let people = count(checked.people.len());
    tell(Progress::Comparing { people }).await;
    let mut tx = through.db.read().await?;
    let known = residents(&mut tx, office.id).await?;
    drop(tx);
    let known = compare(checked.people, &known);
    let people = count(known.new.len() + known.changes());
    tell(Progress::Saving { people }).await;
    let same = known.same;
    let mut enrolled = enter(through, office.id, known).await?;
    enrolled.same += same;
    let mut tx = through.db.write().await?;
    let said = format!(
        "entered {} changed {} same {}",
        enrolled.entered, enrolled.changed, enrolled.same
    );
    let by = by.map_or_else(|| "command line".to_owned(), |by| by.to_string());
    let entry = audit::Entry::new(now, None, None, by, "import_roll", said);
    audit::note(&mut tx, office.id, entry).await?;
    tx.commit().await?;
    Ok(Imported {
        enrolled,
        twice: checked.twice,
        wrong: wrong_lines(&checked.errors),
        errors: checked.errors,
        left_out: checked.left_out,
        hints: checked.hints,
    })
}

/// Every resident of an office.
///
/// # Errors
/// When the database refuses.
pub async fn residents(tx: &mut Tx, office: OfficeId) -> Result<Vec<Resident>, StoreError> {
    let rows = rows::all(tx, office, Entity::Resident).await?;
    let resident = |row| match row {
        Row::Resident(resident) => Some(resident),
        _ => None,
    };
    Ok(rows.into_iter().filter_map(resident).collect())
}

/// Off the threads that answer requests: a long list takes a second.
async fn read(
    table: Table,
    office: Office,
    columns: Columns,
    today: NaiveDate,
) -> Result<Checked, ImportError> {
    let read = tokio::task::spawn_blocking(move || check(&table, &office, &columns, today));
    read.await.map_err(|_| ImportError::Refused(Code::Internal))
}

async fn enter(
    through: Through<'_>,
    office: OfficeId,
    known: Known,
) -> Result<Enrolled, ImportError> {
    let Through { db, batcher, clock } = through;
    let unnamed = known.new.into_iter().chain(known.changed);
    let people: Vec<(Draft, Option<ResidentId>)> = unnamed
        .map(|draft| (draft, None))
        .chain(known.named.into_iter().map(|(draft, id)| (draft, Some(id))))
        .collect();
    let commands: Vec<(OpId, Command)> = people
        .chunks(CHUNK)
        .map(|chunk| {
            let (people, mut known): (_, Vec<_>) = chunk.iter().cloned().unzip();
            if known.iter().all(Option::is_none) {
                known.clear();
            }
            let command = Command::EnrolResidents { people, known };
            (OpId(clock.new_id()), command)
        })
        .collect();
    let answers = system::submit_together(db, batcher, clock, office, &commands);
    let mut sum = Enrolled::default();
    for answer in answers.await? {
        match answer.result {
            OpResult::Applied {
                receipt: Receipt::Enrolled { enrolled },
                ..
            } => sum += enrolled,
            OpResult::Applied { .. } => {}
            OpResult::Rejected(problem) => return Err(ImportError::Refused(problem.code)),
            OpResult::Quarantined { code } => return Err(ImportError::Refused(code)),
        }
    }
    Ok(sum)
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
