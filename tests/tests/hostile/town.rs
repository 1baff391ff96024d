//! An honest town behind one address of its carrier, on the morning when booking opens, beside floods. An
//! hour goes by on the server's clock; each phone speaks over HTTP, and waits as a phone would.

use std::{cmp::Reverse, collections::BinaryHeap, net::IpAddr};

use chrono::TimeDelta;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::{address::Network, config::Effort, demo::residents};
use shared::{
    command::Command,
    person::BirthDate,
    sync::{OpResult, ProblemBody, Pushed},
    work::{HEADER, Proof},
};
use tests::{
    harness::{DEMO, OFFICE, Phone, TestApp, booking},
    soak,
    steps::draft,
};

const TOWN: &str = "100.64.0.1";
const PHONES: usize = 2_000;
const HOUR: u64 = 3_600;
/// One hash in the test stands for so many: the bits that are asked for are as many fewer.
const FEWER: u8 = 12;
const HASHES: u64 = 1 << FEWER;
/// Hashes a second of a cheap phone, and of the attacker's sixteen cores.
const PHONE: u64 = 1_000_000;
const ATTACKER: u64 = 160_000_000;

/// Somebody with new devices without end, each of which asks for entry. Those that have work to do get
/// it done as fast as the attacker's machines can.
struct Attacker {
    addresses: Vec<IpAddr>,
    devices_a_second: usize,
    asked: usize,
    entered: usize,
    /// So many of them came over HTTP: in a short run one of many, for the others the server is asked and told
    /// what their requests would have.
    over_http: usize,
    hashes: u64,
}

impl Attacker {
    fn from(addresses: Vec<IpAddr>, devices_a_second: usize) -> Self {
        Self {
            addresses,
            devices_a_second,
            asked: 0,
            entered: 0,
            over_http: 0,
            hashes: 0,
        }
    }

    async fn one_second(&mut self, app: &TestApp, wish: &Command) {
        let one_of = (100 / soak::times(1, 100)).max(1) as usize;
        let (newcomers, now) = (&app.app.newcomers, app.clock.now());
        // No more is saved up than a minute's work.
        self.hashes = (self.hashes + ATTACKER / HASHES).min(60 * ATTACKER / HASHES);
        for _ in 0..self.devices_a_second {
            self.asked += 1;
            let address = self.addresses[self.asked % self.addresses.len()];
            let from = Network::of(address);
            let bits = newcomers.bits(from, now);
            let cost = if bits == 0 { 0 } else { 1 << bits };
            if self.hashes < cost {
                continue;
            }
            self.hashes -= cost;
            self.entered += 1;
            if self.entered.is_multiple_of(one_of) {
                self.over_http += 1;
                enter(app, address, wish).await;
            } else {
                // As if it had brought the proof.
                newcomers.count(from, now);
            }
        }
    }
}

/// One of the attacker's devices takes part: it does the work it is told, and says something.
async fn enter(app: &TestApp, address: IpAddr, wish: &Command) {
    let mut phone = app.phone();
    let op = phone.op(OFFICE, wish);
    let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
    let address = address.to_string();
    let mut proof = None;
    while let Err(problem) = push(&phone, &address, &body, proof.as_ref()).await {
        assert!(proof.is_none(), "one computation is enough: {problem:?}");
        let work = problem.work.expect("work to do");
        proof = work.search(0, u64::MAX);
    }
}

/// One device's push, over HTTP.
async fn push(
    phone: &Phone<'_>,
    address: &str,
    body: &Value,
    proof: Option<&Proof>,
) -> Result<Pushed, ProblemBody> {
    let request = phone.request(Method::POST, "/api/v1/sync/push").json(body);
    let request = request.header("x-forwarded-for", address);
    let request = match proof {
        Some(proof) => request.header(HEADER, proof.header()),
        None => request,
    };
    let answer = request.send().await.unwrap();
    if answer.status() == StatusCode::OK {
        return Ok(answer.json().await.unwrap());
    }
    Err(answer.json().await.unwrap())
}

struct Waiting<'a> {
    phone: Phone<'a>,
    wish: Command,
    came: u64,
    proof: Option<Proof>,
}

/// The town books beside the attacker; what it costs is printed.
async fn an_hour_beside(name: &str, mut attacker: Attacker) {
    let app = TestApp::with(|config| {
        config.behind_proxy = true;
        let effort = &mut config.limits.effort;
        *effort = Effort {
            least: effort.least - FEWER,
            most: effort.most - FEWER,
        };
    });
    let app = app.await;
    let of_age = BirthDate::parse("2008-01-01").unwrap();
    let people = residents(DEMO, 2 * PHONES).into_iter();
    let mut people = people.filter(|person| person.birth < of_age);
    // All of the attacker's devices want the seat of one person.
    let taken = booking(draft(people.next().unwrap()), &["2026-11-25T08:30"]);
    let people = people.take(PHONES);
    let mut waiting: Vec<Option<Waiting<'_>>> = Vec::with_capacity(PHONES);
    let mut due = BinaryHeap::new();
    for (n, person) in people.enumerate() {
        let came = n as u64 * HOUR / PHONES as u64;
        let mut wish = booking(draft(person), &["2026-11-25T08:30"]);
        if let Command::RequestBooking(wish) = &mut wish {
            wish.wait_if_full = true;
        }
        due.push(Reverse((came, n)));
        waiting.push(Some(Waiting {
            phone: app.phone(),
            wish,
            came,
            proof: None,
        }));
    }
    let (mut booked, mut longest, mut worked, mut tried_longest) = (0, 0, 0, 0);
    let mut second = 0;
    while booked < PHONES {
        attacker.one_second(&app, &taken).await;
        while let Some(Reverse((at, n))) =
            due.peek().copied().filter(|Reverse((at, _))| *at <= second)
        {
            due.pop();
            let mut one = waiting[n].take().unwrap();
            one.phone.next_seq = 1;
            let op = one.phone.op(OFFICE, &one.wish);
            let body = json!({ "sent_at": app.clock.now(), "ops": [op] });
            match push(&one.phone, TOWN, &body, one.proof.as_ref()).await {
                Ok(pushed) => {
                    let told = &pushed.results[0].result;
                    assert!(matches!(told, OpResult::Applied { .. }), "{told:?}");
                    longest = longest.max(at - one.came);
                    booked += 1;
                }
                Err(problem) => {
                    // Never without a way to go on.
                    let work = problem.work.expect("work to do");
                    assert!(one.proof.is_none(), "one computation is enough");
                    let proof = work.search(0, u64::MAX).unwrap();
                    let hashes = (proof.number + 1) * HASHES;
                    tried_longest = tried_longest.max(hashes);
                    worked += 1;
                    one.proof = Some(proof);
                    due.push(Reverse((at + 1 + hashes / PHONE, n)));
                    waiting[n] = Some(one);
                }
            }
        }
        app.clock.advance(TimeDelta::seconds(1));
        second += 1;
        assert!(second < 2 * HOUR, "{booked} have booked");
    }
    let figures = [
        ("phones that booked", booked as u64),
        ("phones that had work to do", worked),
        ("longest wait, seconds", longest),
        ("most hashes of one phone, thousands", tried_longest / 1_000),
        ("attacker's devices that asked", attacker.asked as u64),
        (
            "attacker's devices that were entered",
            attacker.entered as u64,
        ),
        (
            "attacker's devices that came over HTTP",
            attacker.over_http as u64,
        ),
    ];
    soak::report(name, &figures);
    assert!(longest < 120, "{longest}");
    assert!(attacker.entered * 4 < attacker.asked);
    assert!(attacker.over_http > 0);
}

#[tokio::test]
async fn a_town_books_beside_an_attacker_on_its_own_address() {
    let address = TOWN.parse().unwrap();
    an_hour_beside(
        "town, attacker on its address",
        Attacker::from(vec![address], 500),
    )
    .await;
}

#[tokio::test]
async fn a_town_books_beside_a_flood_from_a_thousand_addresses() {
    let addresses = (0..1_000_u32).map(|n| (0x0a00_0000 + n).to_be_bytes().into());
    an_hour_beside(
        "town, flood from 1,000 addresses",
        Attacker::from(addresses.collect(), 1_000),
    )
    .await;
}
