//! Keeps an operator's tablet ready for a day without a network: its letters and lent seats.

use super::Rekam;
use crate::clock;
use chrono::TimeDelta;
use leptos::prelude::*;
use shared::{
    command::Command,
    lease::Lease,
    office::Office,
    row::Key,
    sync::{Account, Role},
};

/// Few enough lent seats to ask for more.
const LOW: u16 = 2;
/// Not more often than this while seats are low: there may be none to lend.
const PAUSE: TimeDelta = TimeDelta::minutes(30);
const KIND: &str = "prepare_tablet";

impl Rekam {
    /// Asks for letters and seats.
    pub(super) async fn prepare_tablet(self, account: &Account) {
        let _ = self.append(account.office, Command::PrepareTablet {}).await;
    }

    /// Asks again on a new day, and when the seats of today run low.
    pub(super) async fn prepare_tablet_if_low(self) {
        let account = untrack(|| self.account());
        let Some(account) = account.filter(|account| account.role == Role::Operator) else {
            return;
        };
        let due = self.client.with_untracked(|client| {
            let Some(office) = client.view.get::<Office>(Key::office(account.office)) else {
                return false;
            };
            let (now, day) = (clock::now(), office.today(clock::now()));
            let asked = client
                .ops
                .values()
                .rev()
                .find(|op| op.envelope.kind == KIND && op.envelope.office == account.office)
                .map(clock::of);
            let Some(asked) = asked else { return true };
            if office.today(asked) != day {
                return true;
            }
            let left: u16 = client
                .view
                .all::<Lease>()
                .filter(|lease| lease.device == client.device && lease.start.date() == day)
                .map(Lease::left)
                .sum();
            left < LOW && now - asked > PAUSE
        });
        if due {
            self.prepare_tablet(&account).await;
        }
    }
}
