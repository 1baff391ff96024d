use super::*;
use crate::{
    booking::{Booking, State},
    command::{Applicant, Receipt},
    decide::{Side, Who},
    fixtures::{OFFICE, device, monday, office, person, slot, staff, wish},
    ids::{BookingId, VisitId},
    lease::Tablet,
    resident::Resident,
    row::Entity,
    sync::{OpAnswer, PUSH_BYTES, PullRow, Push, Role, ScopeCursor},
};
use chrono::TimeDelta;
use std::collections::BTreeMap;
use uuid::Uuid;

struct Phone;

impl Surroundings for Phone {
    fn context(&self, actor: Actor, _: OfficeId) -> Context<'_> {
        Context {
            side: Side::Device,
            now: monday(),
            shift: TimeDelta::zero(),
            who: if actor == Actor::Resident {
                Who::resident()
            } else {
                staff(Role::Operator)
            },
            nik_keys: BTreeMap::new(),
            signer: None,
            staff_devices: BTreeMap::new(),
            marked: false,
        }
    }
}

fn op_id(n: u64) -> OpId {
    OpId(Uuid::from_u128(n.into()))
}

fn phone() -> Client {
    let mut client = Client::new(device(1));
    client.base.apply(office().into());
    client.replay(&Phone);
    client
}

fn request(n: u32) -> Command {
    Command::RequestBooking(wish(
        Applicant::New(Box::new(person(n))),
        &["2026-11-24T09:30"],
    ))
}

fn append(client: &mut Client, n: u64, command: &Command) -> QueuedOp {
    client
        .append(op_id(n), Actor::Resident, OFFICE, monday(), command, &Phone)
        .unwrap()
}

fn push(client: &mut Client) -> Option<Push> {
    client.next_push(monday(), ClockShift::default())
}

fn seqs(push: Option<Push>) -> Vec<u64> {
    let ops = push.map(|push| push.ops).unwrap_or_default();
    ops.iter().map(|op| op["seq"].as_u64().unwrap()).collect()
}

fn answered(ops: &[(u64, u64)], result: &OpResult) -> Pushed {
    let results = ops.iter().map(|(id, seq)| OpAnswer {
        op_id: op_id(*id),
        seq: *seq,
        replayed: false,
        result: result.clone(),
    });
    Pushed {
        results: results.collect(),
        epoch: "e1".to_owned(),
        last_seq: ops.last().map_or(0, |(_, seq)| *seq),
        stopped: None,
    }
}

fn applied() -> OpResult {
    OpResult::Applied {
        change_seq: 1,
        receipt: Receipt::Done,
    }
}

fn rejected() -> OpResult {
    OpResult::Rejected(Code::SlotFull.into())
}

fn pulled(rows: Vec<PullRow>, device_seq: u64, epoch: &str) -> Pulled {
    let at = ScopeCursor {
        hash: "h".to_owned(),
        seq: 1,
        floor: 0,
    };
    Pulled {
        changes: rows,
        cursor: Cursor {
            epoch: epoch.to_owned(),
            scopes: [(OFFICE, at)].into(),
        },
        device_seq,
        more: false,
        reset: vec![],
        now: monday(),
    }
}

fn pull_row(row: impl Into<Row>) -> PullRow {
    let row = row.into();
    PullRow {
        office: OFFICE,
        entity: row.key().0,
        id: row.key().1,
        seq: 1,
        deleted: false,
        data: row.to_json().unwrap(),
    }
}

fn bookings(client: &Client) -> Vec<&Booking> {
    client.view.all::<Booking>().collect()
}

#[test]
fn a_wish_shows_at_once_as_a_request_and_never_as_a_promise() {
    let mut client = phone();
    let op = append(&mut client, 1, &request(1));
    assert_eq!(
        (op.envelope.seq, &op.status, op.shown),
        (1, &OpStatus::Saved, Shown::Applied)
    );
    assert_eq!(
        bookings(&client)[0].state,
        State::Requested { review: false }
    );
    assert_eq!(
        bookings(&client)[0].id,
        BookingId(op_id(1).derive(1)),
        "as on the server"
    );
    assert!(
        client.base.all::<Booking>().next().is_none(),
        "what was pulled is not touched"
    );
    let unknown = Command::CancelBooking {
        booking: BookingId(Uuid::nil()),
    };
    assert_eq!(append(&mut client, 2, &unknown).shown, Shown::Pending);
    let closed = wish(Applicant::New(Box::new(person(2))), &["2026-11-29T09:30"]);
    assert_eq!(
        append(&mut client, 3, &Command::RequestBooking(closed)).shown,
        Shown::Doubtful
    );
    assert_eq!(client.next_seq, 4);
}

#[test]
fn pushes_go_in_order_and_in_bounds() {
    let mut client = phone();
    assert!(push(&mut client).is_none());
    for n in 1..=60 {
        append(&mut client, n, &request(n as u32));
    }
    assert_eq!(seqs(push(&mut client)), (1..=50).collect::<Vec<_>>());
    assert_eq!(
        seqs(push(&mut client)),
        (1..=50).collect::<Vec<_>>(),
        "no answer: again"
    );
    let ops: Vec<_> = (1..=50).map(|n| (n, n)).collect();
    client.settle(&answered(&ops, &applied()), monday());
    assert_eq!(seqs(push(&mut client)), (51..=60).collect::<Vec<_>>());
}

/// A clock that is set between an entry and its sending: the server gives the entry the time that the
/// page showed.
#[test]
fn ops_of_a_clock_that_was_set_since_keep_their_day() {
    struct Tablet(ClockShift);
    impl Surroundings for Tablet {
        fn context(&self, actor: Actor, office: OfficeId) -> Context<'_> {
            Phone.context(actor, office)
        }
        fn shift(&self) -> ClockShift {
            self.0
        }
    }
    let received = monday() + TimeDelta::hours(2);
    let right = ClockShift::default();
    let since_2020 = ClockShift::heard(monday(), monday() - TimeDelta::days(2_500));
    for (then, now) in [(since_2020, right), (right, since_2020), (right, right)] {
        let mut client = phone();
        let own = |shift: ClockShift, at: DateTime<Utc>| at - shift.time();
        for (n, shift) in [(1, then), (2, then), (3, now)] {
            let (noted, around) = (own(shift, monday()), Tablet(shift));
            let actor = Actor::Resident;
            let command = request(n as u32);
            client
                .append(op_id(n), actor, OFFICE, noted, &command, &around)
                .unwrap();
        }
        let mut sent = 0;
        while let Some(push) = client.next_push(own(now, received), now) {
            let ops: Vec<(u64, u64)> = push
                .ops
                .iter()
                .map(|op| {
                    let envelope: Envelope = serde_json::from_value(op.clone()).unwrap();
                    let at = envelope.device_time + (received - push.sent_at);
                    assert_eq!(at, monday(), "{then:?} {now:?}");
                    (envelope.seq, envelope.seq)
                })
                .collect();
            sent += ops.len();
            client.settle(&answered(&ops, &applied()), monday());
        }
        assert_eq!(sent, 3);
        assert!(client.ops.values().all(|op| op.at(now) == monday()));
    }
}

/// Nobody answered, or only the first was answered: the others are not called sent.
#[test]
fn what_got_no_answer_is_merely_saved() {
    let mut client = phone();
    append(&mut client, 1, &request(1));
    append(&mut client, 2, &request(2));
    let statuses = |client: &Client| -> Vec<OpStatus> {
        client.ops.values().map(|op| op.status.clone()).collect()
    };
    push(&mut client);
    assert_eq!(statuses(&client), [OpStatus::Sent, OpStatus::Sent]);
    client.settle(&answered(&[(1, 1)], &applied()), monday());
    client.unsent();
    assert!(client.ops[&1].is_settled(), "an answer stays");
    assert_eq!(client.ops[&2].status, OpStatus::Saved);
    assert_eq!(seqs(push(&mut client)), [2], "and goes again");
}

#[test]
fn a_push_stays_below_the_byte_limit() {
    let mut client = phone();
    let people = (1..=150).map(person).collect::<Vec<_>>();
    let large = Command::enrol(people);
    for n in 1..=8 {
        append(&mut client, n, &large);
    }
    let sent = push(&mut client).unwrap();
    assert!((1..8).contains(&sent.ops.len()), "{}", sent.ops.len());
    assert!(serde_json::to_string(&sent).unwrap().len() <= PUSH_BYTES);
}

#[test]
fn answers_settle_once_and_only_their_own_op() {
    let mut client = phone();
    append(&mut client, 1, &request(1));
    append(&mut client, 2, &request(2));
    assert_eq!(
        client.settle(&answered(&[(7, 1)], &applied()), monday()),
        Effects::default()
    );
    let effects = client.settle(&answered(&[(1, 1), (2, 2)], &rejected()), monday());
    assert_eq!(effects.ops, [1, 2]);
    assert_eq!(client.unsettled().count(), 0);
    assert_eq!(
        client.settle(&answered(&[(1, 1)], &applied()), monday()),
        Effects::default()
    );
    assert!(client.ops[&1].needs_attention());
    client.dismiss(1);
    assert!(!client.ops[&1].needs_attention() && client.ops[&2].needs_attention());
    client.replay(&Phone);
    assert!(
        bookings(&client).is_empty(),
        "what was turned down shows no more"
    );
}

fn shown(client: &Client) -> Vec<Row> {
    client.view.rows().cloned().collect()
}

/// The app builds the view anew only after answers that say so.
#[test]
fn an_answer_that_is_shown_already_leaves_the_view_as_it_is() {
    for (result, outdated) in [(applied(), false), (rejected(), true)] {
        let mut client = phone();
        append(&mut client, 1, &request(1));
        let before = shown(&client);
        let effects = client.settle(&answered(&[(1, 1)], &result), monday());
        assert_eq!(effects.outdated, outdated);
        client.replay(&Phone);
        assert_eq!(shown(&client) != before, outdated);
    }
}

#[test]
fn a_page_without_news_changes_nothing() {
    let mut client = phone();
    let page = pulled(vec![], 0, "e1");
    assert!(client.is_news(&page), "the first contact");
    client.pulled(&page, &Phone).unwrap();
    append(&mut client, 1, &request(1));
    let before = shown(&client);
    assert!(!client.is_news(&page));
    assert_eq!(client.pulled(&page, &Phone).unwrap(), []);
    assert_eq!(shown(&client), before);
    let news = [
        pulled(vec![pull_row(office())], 0, "e1"),
        pulled(vec![], 1, "e1"),
        pulled(vec![], 0, "e2"),
        Pulled {
            reset: vec![OFFICE],
            ..page
        },
    ];
    assert!(news.iter().all(|page| client.is_news(page)));
}

/// The server was restored between the last pull and this answer: what it says may be about ops it
/// has lost, so nothing is settled before the next pull.
#[test]
fn an_answer_from_another_epoch_settles_nothing() {
    let mut client = phone();
    append(&mut client, 1, &request(1));
    client.pulled(&pulled(vec![], 0, "e0"), &Phone).unwrap();
    let effects = client.settle(&answered(&[(1, 1)], &applied()), monday());
    assert!(effects.other_epoch && effects.ops.is_empty());
    client.pulled(&pulled(vec![], 0, "e1"), &Phone).unwrap();
    let effects = client.settle(&answered(&[(1, 1)], &applied()), monday());
    assert_eq!((effects.other_epoch, effects.ops), (false, vec![1]));
}

/// Confirmed, and the phone was switched off before the rows came: the ticket has its name, whether or
/// not this device knew the record that the office chose.
#[test]
fn a_confirmed_booking_keeps_its_name_before_the_rows_come() {
    let command = request(1);
    let own = crate::ids::ResidentId(op_id(1).derive(0));
    let on_the_roll = crate::ids::ResidentId(Uuid::from_u128(77));
    for (resident, office_known) in [(own, true), (on_the_roll, true), (on_the_roll, false)] {
        let mut client = phone();
        append(&mut client, 1, &command);
        let confirmed = Booking {
            resident,
            ..bookings(&client)[0].clone()
        };
        let confirmed = confirmed
            .confirm(slot("2026-11-24T09:30"), monday())
            .unwrap();
        let receipt = Receipt::Booking {
            booking: Box::new(confirmed.clone()),
        };
        let change_seq = 9;
        let result = OpResult::Applied {
            change_seq,
            receipt,
        };
        let effects = client.settle(&answered(&[(1, 1)], &result), monday());
        assert!(effects.outdated);
        if !office_known {
            client.base.forget(|_| false);
        }
        client.replay(&Phone);
        assert_eq!(bookings(&client), [&confirmed]);
        let people: Vec<_> = client.view.all::<Resident>().collect();
        assert_eq!(people.len(), 1);
        assert_eq!((people[0].id, &people[0].name), (resident, &person(1).name));
        assert_eq!(people[0].active.unwrap().booking, confirmed.id);

        // Cancelled as well: the office's word again, and the name stays.
        let cancel = Command::CancelBooking {
            booking: confirmed.id,
        };
        append(&mut client, 2, &cancel);
        let cancelled = confirmed.cancel(monday()).unwrap();
        let receipt = Receipt::Booking {
            booking: Box::new(cancelled.clone()),
        };
        let result = OpResult::Applied {
            change_seq,
            receipt,
        };
        client.settle(&answered(&[(2, 2)], &result), monday());
        client.replay(&Phone);
        assert_eq!(bookings(&client), [&cancelled]);
        let person = client.view.get::<Resident>(resident).unwrap();
        assert_eq!(person.active, None);

        // The rows have come: they count.
        client.pulled(&pulled(vec![], 2, "e1"), &Phone).unwrap();
        assert!(bookings(&client).is_empty());
    }
}

/// An op whose answer was lost is in the pulled rows already: replaying it would show it twice.
#[test]
fn a_pull_replays_only_what_it_does_not_contain() {
    let mut client = phone();
    append(&mut client, 1, &request(1));
    append(&mut client, 2, &request(2));
    let mut confirmed = bookings(&client)
        .into_iter()
        .find(|b| b.id.0 == op_id(1).derive(1))
        .unwrap()
        .clone();
    confirmed = confirmed
        .confirm(slot("2026-11-24T09:30"), monday())
        .unwrap();
    client
        .pulled(&pulled(vec![pull_row(confirmed)], 1, "e1"), &Phone)
        .unwrap();
    let mut states: Vec<_> = bookings(&client).iter().map(|b| b.state).collect();
    states.sort_by_key(|state| *state == State::Confirmed);
    assert_eq!(
        states,
        [State::Requested { review: false }, State::Confirmed]
    );
    assert_eq!(client.unsettled().count(), 2, "only an answer settles");
}

#[test]
fn an_unreadable_row_changes_nothing() {
    let mut client = phone();
    let tablet = Tablet {
        id: device(5),
        office: OFFICE,
        letters: "A".to_owned(),
        trip: Vec::new(),
    };
    let mut broken = pull_row(tablet.clone());
    broken.data = serde_json::json!({ "letters": 7 });
    let cursor = client.cursor.clone();
    let page = pulled(vec![pull_row(tablet.clone()), broken], 9, "e1");
    assert!(client.pulled(&page, &Phone).is_err());
    assert_eq!((client.cursor.clone(), client.base_seq), (cursor, 0));
    assert!(client.base.all::<Tablet>().next().is_none());

    client
        .pulled(&pulled(vec![pull_row(tablet.clone())], 0, "e1"), &Phone)
        .unwrap();
    assert_eq!(client.view.all::<Tablet>().count(), 1);
    let mut gone = pull_row(tablet);
    (gone.deleted, gone.data) = (true, serde_json::Value::Null);
    client.pulled(&pulled(vec![gone], 0, "e1"), &Phone).unwrap();
    assert_eq!(client.view.all::<Tablet>().count(), 0);
}

#[test]
fn lost_rights_take_the_rows_and_leave_the_outbox() {
    let mut client = phone();
    append(&mut client, 1, &request(1));
    let mut page = pulled(vec![], 0, "e1");
    page.reset = vec![OFFICE];
    client.pulled(&page, &Phone).unwrap();
    assert_eq!(client.base.rows().count(), 0);
    assert_eq!(client.unsettled().count(), 1);
    assert_eq!(
        client.ops[&1].shown,
        Shown::Pending,
        "without the office nothing can be said"
    );
}

/// The server forgot ops 2 and 3: they wait again. Op 1 is gone from here as well: the gap is told.
#[test]
fn after_a_backup_was_put_back_settled_ops_go_again() {
    let mut client = phone();
    for n in 1..=3 {
        append(&mut client, n, &request(n as u32));
    }
    client.settle(&answered(&[(1, 1), (2, 2), (3, 3)], &applied()), monday());
    client.pulled(&pulled(vec![], 3, "e1"), &Phone).unwrap();
    assert!(push(&mut client).is_none());
    client.pulled(&pulled(vec![], 1, "e2"), &Phone).unwrap();
    let sent = push(&mut client).unwrap();
    assert!(!sent.declare_gap);
    assert_eq!(seqs(Some(sent)), [2, 3]);

    client.ops.remove(&2);
    assert_eq!(client.rewind(2).ops, [3]);
    let sent = push(&mut client).unwrap();
    assert!(sent.declare_gap);
    assert_eq!(seqs(Some(sent)), [3]);
    let mut answer = answered(&[(3, 3)], &applied());
    answer.epoch = "e2".to_owned();
    client.settle(&answer, monday());
    append(&mut client, 4, &request(4));
    assert!(!push(&mut client).unwrap().declare_gap, "told once");
}

/// The office says no, a flood makes the server forget the phone, and the person asks for something else.
#[test]
fn what_was_turned_down_stays_so_when_the_server_forgets_the_phone() {
    let mut client = phone();
    for n in 1..=3 {
        append(&mut client, n, &request(n as u32));
    }
    let no = OpResult::Rejected(Code::SlotFull.into());
    let put_aside = OpResult::Quarantined {
        code: Code::Undecodable,
    };
    client.settle(&answered(&[(1, 1)], &no), monday());
    client.settle(&answered(&[(2, 2)], &put_aside), monday());
    client.missed(1);
    let sent = push(&mut client).unwrap();
    assert!(sent.declare_gap);
    assert_eq!(seqs(Some(sent)), [3]);

    // One that something came of is not forgotten: the server was restored.
    client.settle(&answered(&[(3, 3)], &applied()), monday());
    append(&mut client, 4, &request(4));
    assert_eq!(client.missed(1).ops, [1, 2, 3, 4]);
    assert_eq!(seqs(push(&mut client)), [1, 2, 3, 4]);
}

#[test]
fn an_op_that_no_server_takes_lets_the_others_pass() {
    let mut client = phone();
    for n in 1..=2 {
        append(&mut client, n, &request(n as u32));
    }
    assert_eq!(client.too_large(monday()).ops, [1]);
    assert!(client.ops[&1].needs_attention());
    let sent = push(&mut client).unwrap();
    assert!(sent.declare_gap);
    assert_eq!(seqs(Some(sent)), [2]);
    client.settle(&answered(&[(2, 2)], &applied()), monday());
    assert!(push(&mut client).is_none());
    assert!(client.too_large(monday()).ops.is_empty());
}

#[test]
fn a_copied_profile_takes_a_new_identity_and_keeps_its_ops() {
    let mut client = phone();
    for n in 1..=3 {
        append(&mut client, n, &request(n as u32));
    }
    client.settle(&answered(&[(1, 1)], &applied()), monday());
    let ids =
        |client: &Client| -> Vec<OpId> { client.unsettled().map(|op| op.envelope.op_id).collect() };
    let effects = client.fork(device(2));
    assert!(effects.forked && client.device == device(2));
    assert!(
        ids(&client).ends_with(&[op_id(2), op_id(3)]),
        "in their order, with their ids"
    );
    let seqs: Vec<_> = client
        .ops
        .values()
        .map(|op| (op.envelope.device_id, op.envelope.seq))
        .collect();
    assert!(
        seqs.iter().zip(1..).all(|(at, n)| *at == (device(2), n)),
        "{seqs:?}"
    );
    assert_eq!(client.next_seq, seqs.len() as u64 + 1);
    assert_eq!(effects.ops.len(), seqs.len());
}

#[test]
fn old_ops_are_forgotten_only_when_nothing_can_need_them() {
    let mut client = phone();
    for n in 1..=4 {
        append(&mut client, n, &request(n as u32));
    }
    client.settle(&answered(&[(1, 1)], &applied()), monday());
    client.settle(&answered(&[(2, 2)], &rejected()), monday());
    client.settle(&answered(&[(3, 3)], &applied()), monday());
    client.base_seq = 2;
    let month = monday() + TimeDelta::days(30);
    assert_eq!(
        client.forget_settled(monday()),
        Vec::<u64>::new(),
        "not old enough"
    );
    assert_eq!(client.forget_settled(month), [1]);
    client.dismiss(2);
    assert_eq!(client.forget_settled(month), [2]);
    assert_eq!(
        client.ops.keys().copied().collect::<Vec<_>>(),
        [3, 4],
        "not pulled, not answered"
    );
}

#[test]
fn what_to_do_when_the_server_stops() {
    for (code, expected) in [
        (Code::SeqGap, Remedy::Rewind(7)),
        (Code::DeviceForked, Remedy::Fork),
        (Code::DeviceToken, Remedy::Fork),
        (Code::AppTooOld, Remedy::Update),
        (Code::UpgradePending, Remedy::Wait),
        (Code::Busy, Remedy::Wait),
        (Code::SessionMissing, Remedy::Wait),
    ] {
        assert_eq!(remedy(code, 7), expected, "{code}");
    }
}

/// A tablet that is cut off shows what its operator did, and says so when it cannot know.
#[test]
fn a_tablet_decides_over_what_it_holds() {
    let mut client = phone();
    let operator = Actor::User(staff(Role::Operator).user.unwrap());
    let mut say = |n, command: &Command| {
        client
            .append(op_id(n), operator, OFFICE, monday(), command, &Phone)
            .unwrap()
            .shown
    };
    let visit = VisitId(Uuid::from_u128(1));
    assert_eq!(say(1, &Command::CallVisit { visit }), Shown::Pending);
    assert_eq!(
        say(2, &Command::PrepareTablet {}),
        Shown::Pending,
        "seats are lent by the server"
    );
    assert!(!Entity::Slot.is_synced());
}

/// A phone whose program has the rules for residents' wishes alone.
struct WishesOnly;

impl Surroundings for WishesOnly {
    fn context(&self, actor: Actor, office: OfficeId) -> Context<'_> {
        Phone.context(actor, office)
    }

    fn decide(&self) -> Decide {
        crate::decide::decide_wish
    }
}

#[test]
fn a_phone_with_fewer_rules_shows_wishes_alike_and_leaves_the_rest_to_the_office() {
    let (mut whole, mut small) = (phone(), phone());
    append(&mut whole, 1, &request(1));
    let call = Command::CallVisit {
        visit: VisitId(Uuid::from_u128(9)),
    };
    let prepare = Command::PrepareTablet {};
    for (n, command) in [(1, request(1)), (2, call), (3, prepare)] {
        let actor = Actor::Resident;
        let appended = small.append(op_id(n), actor, OFFICE, monday(), &command, &WishesOnly);
        if n != 1 {
            assert_eq!(appended.unwrap().shown, Shown::Pending);
        }
    }
    assert_eq!(small.ops[&1], whole.ops[&1]);
    let rows = |client: &Client| client.view.rows().cloned().collect::<Vec<_>>();
    assert_eq!(rows(&small), rows(&whole));
    assert!(small.view.all::<Booking>().next().is_some());
}
