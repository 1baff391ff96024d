//! How this device judges ops by itself: no NIK keys, no signer, its own clock as the server last corrected it.

use crate::clock;
use shared::{
    client::Surroundings,
    decide::{Context, Decide, Side, Who, decide, decide_wish},
    envelope::Actor,
    ids::OfficeId,
    sop::clock::ClockShift,
    sync::{Account, Role},
};
use std::{collections::BTreeMap, sync::OnceLock};

static OFFICE: OnceLock<Decide> = OnceLock::new();

/// This program decides what staff ask for too; without this call that code is not in it.
pub fn bring_office_rules() {
    let _ = OFFICE.set(decide);
}

/// The person at the device, for deciding.
pub struct Around {
    pub account: Option<Account>,
}

/// What an account may do.
#[must_use]
pub fn who_of(account: &Account) -> Who {
    Who {
        role: account.role,
        user: Some(account.id),
        office: Some(account.office),
        kelurahan: account.kelurahan.clone(),
    }
}

impl Surroundings for Around {
    fn context(&self, actor: Actor, office: OfficeId) -> Context<'_> {
        let who = match (actor, &self.account) {
            (Actor::User(id), Some(account)) if account.id == id => who_of(account),
            // Somebody who has signed out since: the server knows their rights, this device
            // shows their effect.
            (Actor::User(id), _) => Who {
                role: Role::Operator,
                user: Some(id),
                office: Some(office),
                kelurahan: None,
            },
            (Actor::Resident | Actor::System, _) => Who::resident(),
        };
        Context {
            side: Side::Device,
            now: clock::now(),
            shift: clock::shift().time(),
            who,
            nik_keys: BTreeMap::new(),
            signer: None,
            staff_devices: BTreeMap::new(),
            marked: false,
        }
    }

    fn shift(&self) -> ClockShift {
        clock::shift()
    }

    fn decide(&self) -> Decide {
        OFFICE.get().copied().unwrap_or(decide_wish)
    }
}
