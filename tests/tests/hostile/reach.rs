//! How far each role reaches: every kind of command from every role, here and from another office, and
//! every row that each of them pulls.

use std::collections::{BTreeMap, BTreeSet};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;
use shared::{
    envelope::Actor,
    ids::{OfficeId, OpId},
    problem::Code,
    row::Entity,
    sync::{Cursor, OpResult, Pulled, Pushed, Role},
};
use tests::{
    harness::{DEMO, OFFICE, OTHER_OFFICE, Phone, ROLL, TestApp, booking, person, read},
    sim::Chance,
    stage::Stage,
    story::{self, Story},
};

/// What each role may say in its own office, by the design's table of roles.
const MAY: [(&str, &[Role]); 48] = {
    use Role::{Admin, Head, Kelurahan, Operator, Resident};
    const BOOKING: &[Role] = &[Resident, Kelurahan, Operator, Head];
    const STAFF: &[Role] = &[Kelurahan, Operator, Head];
    const DESK: &[Role] = &[Operator, Head];
    const PLANNERS: &[Role] = &[Head, Admin];
    const HANDS: &[Role] = &[Operator, Head, Admin];
    [
        ("request_booking", BOOKING),
        // Residents: their own only, and this one is a stranger.
        ("reschedule_booking", STAFF),
        ("cancel_booking", STAFF),
        ("review_request", STAFF),
        ("answer_invitation", STAFF),
        ("keep_phones", STAFF),
        ("remove_phone", STAFF),
        ("remove_others", &[]),
        // With the story's code this stranger is one no more.
        ("claim_resident", &[Resident]),
        ("issue_slip", STAFF),
        ("take_arrival_back", DESK),
        ("confirm_arrival", DESK),
        ("walk_in", DESK),
        ("call_visit", DESK),
        ("close_visit", DESK),
        ("reopen_visit", DESK),
        ("record_delivery", STAFF),
        ("prepare_tablet", DESK),
        ("take_along", DESK),
        // By the tablet that was lent the seats.
        ("return_lease", &[Operator]),
        ("resolve_flag", &[Head]),
        ("mark_no_show", &[]),
        ("set_office", &[Admin]),
        ("set_day", PLANNERS),
        ("set_week", PLANNERS),
        ("set_requirements", PLANNERS),
        ("confirm_plan", PLANNERS),
        ("plan_session", PLANNERS),
        ("cancel_session", PLANNERS),
        ("tick_session", HANDS),
        ("extend_session", HANDS),
        ("follow_session", &[]),
        ("allot_invitations", &[]),
        ("replan_invitation", STAFF),
        ("print_invitations", STAFF),
        ("hand_over", STAFF),
        ("tell_change", STAFF),
        ("assign_bundle", STAFF),
        ("offer_slots", &[]),
        ("answer_offer", STAFF),
        ("end_offer", &[]),
        ("release_seats", &[]),
        ("forget_resident", &[]),
        ("correct_resident", &[]),
        ("enrol_residents", PLANNERS),
        // From here on the operator's device is locked, and whoever says the last has signed out.
        ("answer_held", &[Head]),
        ("lock_device", PLANNERS),
        ("sign_out", &[Kelurahan, Operator, Head, Admin]),
    ]
};

/// Turned down for who it is, and not for what it says.
fn is_out_of_reach(result: &OpResult) -> bool {
    let code = match result {
        OpResult::Applied { .. } => return false,
        OpResult::Rejected(problem) => problem.code,
        OpResult::Quarantined { code } => *code,
    };
    matches!(
        code,
        Code::NotAllowed | Code::OtherOffice | Code::ActorUnknown | Code::PhoneRemoved
    )
}

#[tokio::test]
async fn every_role_says_what_it_may_and_nothing_else() {
    let mut stage = Stage::set().await;
    let told = stage.tell(&mut Story::new(), usize::MAX).await;
    let mut by_kind = BTreeMap::new();
    for envelope in told.into_values() {
        by_kind.entry(envelope.kind.clone()).or_insert(envelope);
    }
    assert_eq!(
        by_kind.len(),
        MAY.len(),
        "each kind has its line in the table"
    );
    // Staff of Jelutung and a stranger's phone, beside the story's own people.
    let mut elsewhere = Vec::new();
    for username in ["kelurahan", "operator", "head", "admin"] {
        let phone = stage.app.signed_in(&format!("{username}.jelutung")).await;
        elsewhere.push((phone.device, phone.token.clone(), phone.actor()));
    }
    let mut chance = Chance::new(8);
    let mut wrong = Vec::new();
    for (kind, may) in MAY {
        let envelope = &by_kind[kind];
        for role in [
            Role::Resident,
            Role::Kelurahan,
            Role::Operator,
            Role::Head,
            Role::Admin,
        ] {
            let mut op = envelope.clone();
            op.op_id = OpId(chance.uuid());
            op.device_id = story::device(role, if role == Role::Resident { 9 } else { 0 });
            op.actor = match role {
                Role::Resident => Actor::Resident,
                role => Actor::User(story::user(role)),
            };
            let seq = stage.seqs.entry(op.device_id).or_insert(0);
            *seq += 1;
            op.seq = *seq;
            let result = said(&stage.phone(op.device_id), json!(op)).await;
            if is_out_of_reach(&result) == may.contains(&role) {
                wrong.push(format!("{kind} by {role:?}: {result:?}"));
            }
        }
        for (device, token, actor) in &elsewhere {
            let mut phone = stage.app.phone();
            (phone.device, phone.token) = (*device, token.clone());
            let mut op = envelope.clone();
            op.op_id = OpId(chance.uuid());
            op.device_id = *device;
            op.actor = *actor;
            let seq = stage.seqs.entry(*device).or_insert(0);
            *seq += 1;
            op.seq = *seq;
            let result = said(&phone, json!(op)).await;
            if !is_out_of_reach(&result) {
                wrong.push(format!("{kind} from another office: {result:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

async fn said(phone: &Phone<'_>, op: serde_json::Value) -> OpResult {
    let now = phone.app.clock.now();
    let body = json!({ "sent_at": now, "ops": [op] }).to_string();
    let pushed: Pushed = read(phone.push_raw(body).await).await;
    assert_eq!(pushed.stopped, None);
    pushed.results.into_iter().next().unwrap().result
}

/// Bookings, visits and flags of two offices and all kelurahan, and one booking of a resident's own.
async fn busy() -> TestApp {
    let app = TestApp::start().await;
    let mut n = 0;
    for day in ["2026-11-23", "2026-11-24", "2026-11-25"] {
        for hour in ["08:30", "09:30", "10:30"] {
            let mut phone = app.phone();
            phone
                .say(&booking(person(n), &[&format!("{day}T{hour}")]))
                .await;
            n += 1;
        }
    }
    app
}

fn entities(pulled: &Pulled) -> BTreeSet<Entity> {
    pulled.changes.iter().map(|change| change.entity).collect()
}

#[tokio::test]
async fn every_role_reads_its_own_office_and_kinds_of_rows_only() {
    let app = busy().await;
    use Entity::{Booking, Invitation, Office, Resident};
    let settings: &[Entity] = &[Office];
    let all_of_it: &[Entity] = &[Office, Resident, Booking, Invitation];
    let desk: &[Entity] = &[Office, Resident, Booking];
    for (role, kinds) in [
        ("kelurahan", all_of_it),
        ("operator", desk),
        ("head", all_of_it),
        ("admin", settings),
    ] {
        for (place, office) in [("jelutung", OFFICE), ("samarinda", OTHER_OFFICE)] {
            let phone = app.signed_in(&format!("{role}.{place}")).await;
            let pulled = phone.pull_all().await;
            assert!(!pulled.changes.is_empty());
            assert!(pulled.changes.iter().all(|c| c.office == office), "{role}");
            let may: BTreeSet<Entity> = kinds.iter().copied().collect();
            let got = entities(&pulled);
            assert!(got.is_subset(&may), "{role}: {got:?}");
            if office == OFFICE {
                assert_eq!(got, may, "{role}");
            }
            let text = serde_json::to_string(&pulled.changes).unwrap();
            assert!(!text.contains("nik_key") || text.contains("\"nik_key\":null"));
            // A ticket is its holder's alone.
            assert!(!text.contains("\"ticket\":\"RK"), "{role}");
        }
    }
}

#[tokio::test]
async fn kelurahan_staff_read_nobody_of_another_kelurahan_and_no_full_number() {
    let app = busy().await;
    let phone = app.signed_in("kelurahan.jelutung").await;
    let own = phone.account.as_ref().unwrap().kelurahan.clone();
    let pulled = phone.pull_all().await;
    let text = serde_json::to_string(&pulled.changes).unwrap();
    let mut others = 0;
    for n in 0..ROLL {
        let person = person(n);
        let nik = person.nik.unwrap();
        assert!(!text.contains(nik.as_str()), "a full number");
        if person.kelurahan != own {
            others += 1;
            let id = server::demo::load::resident_id(DEMO, n).0.to_string();
            assert!(!text.contains(&id), "somebody of another kelurahan");
        }
    }
    assert!(others > 5);
    let rows = pulled.changes.iter();
    let rows = rows.filter(|c| c.entity != Entity::Office);
    let own = json!(own);
    for row in rows {
        assert_eq!(row.data["kelurahan"], own, "{:?}", row.entity);
    }
}

#[tokio::test]
async fn an_operator_reads_full_numbers_of_today_and_tomorrow_only() {
    let app = busy().await;
    let pulled = app.signed_in("operator.jelutung").await.pull_all().await;
    let text = serde_json::to_string(&pulled.changes).unwrap();
    // Six people are booked for today and tomorrow, three for the day after, the others not at all.
    for n in 0..ROLL {
        let shown = text.contains(person(n).nik.unwrap().as_str());
        assert_eq!(shown, n < 6, "person {n}");
    }
}

#[tokio::test]
async fn a_cursor_gives_no_rights() {
    let app = busy().await;
    let head = app.signed_in("head.jelutung").await;
    let of_the_head = head.pull_all().await.cursor;
    let mut forged = of_the_head.clone();
    for scope in forged.scopes.values_mut() {
        scope.seq = 0;
    }
    let other = forged.scopes[&OFFICE].clone();
    forged.scopes.insert(OTHER_OFFICE, other.clone());
    forged.scopes.insert(OfficeId(-1), other.clone());
    forged.scopes.insert(OfficeId(i64::MAX), other);
    for cursor in [&of_the_head, &forged] {
        let told = app.phone().pull(cursor).await;
        assert!(told.changes.is_empty());
        let far = app.signed_in("admin.samarinda").await.pull(cursor).await;
        assert_eq!(entities(&far), [Entity::Office].into());
        assert!(far.changes.iter().all(|c| c.office == OTHER_OFFICE));
    }
    // Nor does a large number turn it into another one.
    let mut high: Cursor = forged;
    for scope in high.scopes.values_mut() {
        (scope.seq, scope.floor) = (u64::MAX, u64::MAX);
    }
    let text = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&high).unwrap());
    for limit in ["0", "1", "4294967295"] {
        let path = format!("/api/v1/sync/pull?cursor={text}&limit={limit}");
        let status = head.get(&path).await.status();
        assert!(!status.is_server_error(), "{status} for limit {limit}");
    }
}
