//! The stage of the story: a fresh server with its accounts and devices.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use serde_json::{Value, json};
use server::{
    batch::{Room, Submission, Via},
    config::{Limits, Rate},
    store::{accounts, devices},
};
use shared::{
    envelope::{Actor, Envelope, Head},
    ids::DeviceId,
    sync::{OpResult, Pushed, Role},
};

use crate::{
    harness::{Phone, TestApp, read},
    story::{self, KELURAHAN, Line, OFFICE, Story},
};

/// Who has an account.
const STAFF: [Role; 4] = [Role::Kelurahan, Role::Operator, Role::Head, Role::Admin];

pub struct Stage {
    pub app: TestApp,
    /// The seq each device is at.
    pub seqs: BTreeMap<DeviceId, u64>,
}

impl Stage {
    /// Nothing of the story is told yet; nobody is kept from asking often.
    pub async fn set() -> Self {
        let often = Rate::new(1_000_000, 1_000_000);
        let limits = Limits {
            device: often,
            new_devices: often,
            newcomers: often,
            ..Limits::default()
        };
        let app = TestApp::with(|config| config.limits = limits).await;
        let seqs = BTreeMap::new();
        let stage = Self { app, seqs };
        let mut tx = stage.app.app.backend.db.write().await.unwrap();
        for role in STAFF {
            let account = accounts::Account {
                id: story::user(role),
                username: format!("golden.{role:?}"),
                office: OFFICE,
                role,
                kelurahan: (role == Role::Kelurahan).then(|| KELURAHAN.parse_code()),
                name: "Golden".to_owned(),
                password_hash: String::new(),
                revoked: false,
            };
            accounts::create(&mut tx, &account).await.unwrap();
        }
        tx.commit().await.unwrap();
        // The second device is for signing out on.
        for (role, n) in STAFF
            .map(|role| (role, 0))
            .into_iter()
            .chain([(Role::Admin, 1)])
        {
            let phone = stage.phone(story::device(role, n));
            phone.pull_all().await;
            let mut tx = stage.app.app.backend.db.write().await.unwrap();
            let linked = devices::link_account(&mut tx, phone.device, story::user(role));
            linked.await.unwrap();
            tx.commit().await.unwrap();
        }
        stage
    }

    /// A device of the story.
    pub fn phone(&self, device: DeviceId) -> Phone<'_> {
        let mut phone = self.app.phone();
        phone.device = device;
        // Always the same for the same device, so that it is known again.
        phone.token = "A".repeat(43);
        phone
    }

    /// Tells so many lines, and returns each by its name.
    pub async fn tell(&mut self, story: &mut Story, lines: usize) -> BTreeMap<String, Envelope> {
        let mut told = BTreeMap::new();
        while told.len() < lines
            && let Some(line) = story.next()
        {
            let envelope = self.write(&line);
            let result = self.say(&envelope).await;
            story.heard(&result);
            told.insert(format!("{:02}-{}", line.n, envelope.kind), envelope);
        }
        told
    }

    /// The line as the device would put it in its queue.
    pub fn write(&mut self, line: &Line) -> Envelope {
        let device = line.device();
        let seq = self.seqs.entry(device).or_insert(0);
        *seq += 1;
        let head = Head {
            op_id: line.op,
            device_id: device,
            seq: *seq,
            office: OFFICE,
            actor: line.actor(),
            device_time: line.at,
        };
        Envelope::new(head, &line.command).unwrap()
    }

    /// Sends it at its time and returns what became of it.
    pub async fn say(&mut self, envelope: &Envelope) -> OpResult {
        let app = &self.app;
        let sent_at = envelope.device_time + TimeDelta::seconds(2);
        app.clock.advance(sent_at - app.clock.now());
        let op = serde_json::to_value(envelope).unwrap();
        let pushed: Pushed = if envelope.actor == Actor::System {
            let submission = Submission {
                device: envelope.device_id,
                via: Via::System,
                sent_at,
                declare_gap: false,
                room: Room::ALL,
                new: None,
                ops: vec![op],
            };
            app.app.backend.batcher.submit(submission).await.unwrap()
        } else {
            let body: Value = json!({ "sent_at": sent_at, "ops": [op] });
            let phone = self.phone(envelope.device_id);
            read(phone.push_raw(body.to_string()).await).await
        };
        assert_eq!(pushed.stopped, None, "{}", envelope.kind);
        pushed.results.into_iter().next().unwrap().result
    }
}
