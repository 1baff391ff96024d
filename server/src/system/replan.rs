//! People to be asked for another day: who was away until a date that has passed, and whose day went by
//! before the invitation was in anybody's hands.

use super::missed::heard_until;
use crate::store::{StoreError, Tx, rows};
use chrono::{DateTime, NaiveDate, Utc};
use shared::{
    calendar::days_before,
    command::Command,
    ids::OpId,
    invitation::Invitation,
    office::Office,
    row::{Entity, Of},
};
use uuid::Uuid;

/// In one look; the next one goes on.
const AT_ONCE: usize = 500;

/// A day counts as gone by once the tablets have told who came on it.
pub(super) async fn due(
    tx: &mut Tx,
    now: DateTime<Utc>,
    office: &Office,
) -> Result<Vec<(OpId, Command)>, StoreError> {
    let yesterday = days_before(office.today(now), 1);
    let open = rows::open_until(tx, office.id, Entity::Invitation, yesterday).await?;
    if open.is_empty() {
        return Ok(Vec::new());
    }
    let told_until = office.today(heard_until(tx, office, now).await?);
    let due = open.iter().filter_map(Invitation::of);
    let due = due.filter_map(|invitation| Some((invitation, since(invitation, told_until)?)));
    Ok(due
        .take(AT_ONCE)
        .map(|(invitation, day)| {
            // The same id from every instance; another one for another day.
            let name = format!("replan/{day}");
            let id = OpId(Uuid::new_v5(&invitation.id.0, name.as_bytes()));
            let invitation = invitation.id;
            (id, Command::ReplanInvitation { invitation })
        })
        .collect())
}

/// The day that has passed for this invitation.
fn since(invitation: &Invitation, told_until: NaiveDate) -> Option<NaiveDate> {
    invitation.away_until().or_else(|| {
        let held = invitation.held()?.slot.date();
        let undelivered = invitation.is_open() && !invitation.state.is_settled();
        (undelivered && held < told_until).then_some(held)
    })
}
