//! Devices, each with an address of its own, and what they push.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use serde_json::json;
use server::{
    clock::Clock,
    demo::{DemoOffice, accounts::PASSWORD, residents},
};
use shared::{
    command::{Applicant, Command, RequestBooking},
    envelope::{Actor, Envelope, Head},
    ids::{DeviceId, OpId},
    resident::Draft,
    slot::SlotStart,
    sync::Account,
};
use uuid::Uuid;

use super::wire::Line;
use crate::{
    harness::{DEMO, OFFICE},
    steps::draft,
};
use anyhow::Result;

#[derive(Clone, Debug)]
pub struct Device {
    pub id: DeviceId,
    pub bearer: String,
    /// What the proxy says of it.
    pub address: String,
    pub cookie: Option<String>,
    pub actor: Actor,
    pub seq: u64,
}

impl Device {
    /// The `n`th device.
    #[must_use]
    pub fn new(n: u32) -> Self {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, &n.to_be_bytes());
        let id = uuid::Builder::from_random_bytes(id.into_bytes()).into_uuid();
        let mut token = [7; 32];
        token[..16].copy_from_slice(id.as_bytes());
        let [_, a, b, c] = n.to_be_bytes();
        Self {
            id: DeviceId(id),
            bearer: format!("Bearer {id}.{}", URL_SAFE_NO_PAD.encode(token)),
            address: format!("10.{a}.{b}.{c}"),
            cookie: None,
            actor: Actor::Resident,
            seq: 0,
        }
    }

    /// Signs a demo account in.
    pub async fn sign_in(&mut self, line: &mut Line, username: &str) -> Result<()> {
        let given = json!({ "username": username, "password": PASSWORD });
        let given = Bytes::from(given.to_string());
        let answer = line.post("/api/v1/session", Some(self), given).await?;
        let account: Account = answer.json()?;
        self.actor = Actor::User(account.id);
        self.cookie = answer.cookie;
        Ok(())
    }

    /// The next op of its queue.
    pub fn op(&mut self, clock: &Clock, command: &Command) -> Result<Envelope> {
        self.seq += 1;
        let head = Head {
            op_id: OpId(clock.new_id()),
            device_id: self.id,
            seq: self.seq,
            office: OFFICE,
            actor: self.actor,
            device_time: clock.now(),
        };
        Ok(Envelope::new(head, command)?)
    }
}

/// The body of a push.
pub fn push(now: DateTime<Utc>, ops: &[Envelope]) -> Bytes {
    Bytes::from(json!({ "sent_at": now, "ops": ops }).to_string())
}

/// The roll: the first `n` people, all of them old enough.
#[must_use]
pub fn roll(n: usize) -> Vec<Draft> {
    let office: DemoOffice = DEMO;
    residents(office, n).into_iter().map(draft).collect()
}

/// A booking by somebody of the roll.
#[must_use]
pub fn booking(who: Draft, choices: Vec<SlotStart>) -> Command {
    Command::RequestBooking(RequestBooking {
        who: Applicant::New(Box::new(who)),
        choices,
        any_that_week: false,
        wait_if_full: false,
        priority: false,
        claim: None,
    })
}
