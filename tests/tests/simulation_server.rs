//! The simulation's people over the real server: real HTTP, real tables, both engines. Requests and
//! answers are lost and repeated, the clock moves, the server restarts; then everything is sent,
//! pulled and compared.

use chrono::TimeDelta;
use server::{maintenance, system};
use shared::{
    command::Command,
    decide::Who,
    ids::{DeviceId, OpId},
    row::Row,
    sync::{Cursor, PULL_ROWS, Pulled, Pushed},
};
use std::collections::BTreeMap;
use tests::{
    harness::{Phone, TestApp, read},
    postgres,
    sim::{
        Chance,
        actors::{self, Town},
        device::{Answer, Device, Request},
        people::{OFFICE, PEOPLE, office, person},
    },
};

const HISTORIES: u64 = 6;
const STEPS: usize = 160;

struct Client<'a> {
    phone: Phone<'a>,
    device: Device,
}

impl<'a> Client<'a> {
    fn new(phone: Phone<'a>, clock: TimeDelta) -> Self {
        let staff = phone.account.as_ref().map(|account| Who {
            role: account.role,
            user: Some(account.id),
            office: Some(account.office),
            kelurahan: account.kelurahan.clone(),
        });
        let device = Device::new(phone.device, staff, clock);
        Self { phone, device }
    }

    async fn ask(&self, request: &Request) -> Answer {
        match request {
            Request::Push(device, push) => {
                let body = serde_json::to_string(push).unwrap();
                let pushed: Pushed = read(self.phone.push_raw(body).await).await;
                Answer::Push(*device, pushed)
            }
            Request::Pull(device, cursor) => {
                let pulled: Pulled = self.phone.pull(cursor).await;
                Answer::Pull(*device, cursor.clone(), pulled)
            }
        }
    }

    /// Sends until nothing is left to send and nothing new comes.
    async fn settle(&mut self, chance: &mut Chance) {
        for _ in 0..40 {
            let now = self.phone.app.clock.now();
            if let Some(request) = self.device.request(true, now) {
                let answer = self.ask(&request).await;
                self.device.take(answer, DeviceId(chance.uuid()), now);
            }
            let before = self.device.client.cursor.clone();
            let request = self.device.request(false, now).unwrap();
            let answer = self.ask(&request).await;
            self.device.take(answer, DeviceId(chance.uuid()), now);
            let sent = self.device.client.unsettled().next().is_none();
            if sent && before == self.device.client.cursor {
                return;
            }
        }
        panic!("the queue did not drain");
    }
}

async fn history(database: Option<String>, seed: u64) {
    let app = match database {
        Some(url) => TestApp::on(&url).await,
        None => TestApp::start().await,
    };
    let backend = &app.app.backend;
    let people = (0..PEOPLE / 2).map(person).collect();
    let set_up = vec![
        Command::SetOffice {
            office: Box::new(office()),
        },
        Command::enrol(people),
    ];
    system::say(&backend.db, &backend.batcher, &app.clock, OFFICE, set_up)
        .await
        .unwrap();
    let mut chance = Chance::new(seed);
    let mut clients = vec![
        Client::new(app.phone(), TimeDelta::zero()),
        Client::new(app.phone(), TimeDelta::days(365)),
        Client::new(app.signed_in("operator.jelutung").await, TimeDelta::zero()),
        Client::new(
            app.signed_in("operator2.jelutung").await,
            TimeDelta::minutes(-25),
        ),
        Client::new(app.signed_in("head.jelutung").await, TimeDelta::zero()),
    ];
    let town = Town {
        phones: clients.iter().map(|c| c.phone.device).collect(),
        ..Town::default()
    };
    let mut late: Vec<(usize, Answer)> = Vec::new();
    for _ in 0..STEPS {
        app.clock
            .advance(TimeDelta::minutes(chance.below(30) as i64));
        let now = app.clock.now();
        let n = chance.below(clients.len());
        match chance.below(10) {
            0..5 => {
                let command = actors::act(&clients[n].device, &town, &mut chance, now);
                if let Some(command) = command {
                    let id = OpId(chance.uuid());
                    clients[n].device.append(id, &command, now);
                }
            }
            5..8 => {
                let push = !chance.one_in(3);
                let Some(request) = clients[n].device.request(push, now) else {
                    continue;
                };
                // Sent once or twice; the answers come late, in any order, or never.
                for _ in 0..1 + chance.below(2) {
                    let answer = clients[n].ask(&request).await;
                    if !chance.one_in(4) {
                        late.push((n, answer));
                    }
                }
            }
            _ => {
                if !late.is_empty() {
                    let which = chance.below(late.len());
                    let (n, answer) = late.swap_remove(which);
                    clients[n].device.take(answer, DeviceId(chance.uuid()), now);
                }
            }
        }
    }
    // Twice: what the last one sends changes what the first one sees.
    for _ in 0..2 {
        for client in &mut clients {
            client.settle(&mut chance).await;
        }
    }
    for client in &clients {
        let device = &client.device.client;
        let whole: Pulled = client.phone.pull(&Cursor::default()).await;
        assert!(!whole.more, "one page of {PULL_ROWS} holds this office");
        let there: BTreeMap<_, Row> = whole
            .changes
            .into_iter()
            .map(|row| Row::from_json(row.entity, row.data).unwrap())
            .map(|row| (row.key(), row))
            .collect();
        let here: BTreeMap<_, Row> = device
            .base
            .rows()
            .map(|row| (row.key(), row.clone()))
            .collect();
        assert_eq!(
            here, there,
            "seed {seed}: what was pulled bit by bit is what a fresh pull gives"
        );
        for promised in &client.device.promised {
            let op = device
                .ops
                .values()
                .find(|op| op.envelope.op_id == *promised);
            assert!(
                op.is_some_and(|op| op.is_settled()),
                "seed {seed}: {promised} is answered"
            );
        }
    }
    let findings = maintenance::check(&backend.db).await.unwrap();
    assert!(findings.is_empty(), "seed {seed}: {findings:?}");
}

#[tokio::test]
async fn on_sqlite() {
    for seed in 0..HISTORIES {
        history(None, seed).await;
    }
}

#[tokio::test]
async fn on_postgres() {
    for seed in 0..HISTORIES {
        history(Some(postgres::database().await), seed).await;
    }
}
