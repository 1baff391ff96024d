use shared::{problem::Code, sync, work};
use utoipa::PartialSchema;

use super::*;
use crate::demo::DemoOffice;

/// Every field of a real value is described, and every field said to be there is.
fn fits<S: PartialSchema>(value: impl serde::Serialize) {
    let schema = serde_json::to_value(S::schema()).unwrap();
    let value = serde_json::to_value(value).unwrap();
    let value = value.as_object().unwrap();
    let described = schema["properties"].as_object().unwrap();
    for field in value.keys() {
        assert!(described.contains_key(field), "{field} of {value:?}");
    }
    for field in schema["required"].as_array().unwrap() {
        assert!(value.contains_key(field.as_str().unwrap()), "{field}");
    }
}

#[test]
fn the_document_describes_what_is_sent() {
    let now: DateTime<Utc> = "2026-12-01T01:00:00Z".parse().unwrap();
    let office = DemoOffice::Jelutung.office();
    fits::<Health>(sync::Health {
        status: "ok".to_owned(),
        version: String::new(),
        epoch: String::new(),
        now,
    });
    let problem = |expected| sync::ProblemBody {
        kind: "about:blank".to_owned(),
        title: String::new(),
        status: 409,
        code: Code::SeqGap,
        expected,
        errors: Vec::new(),
        work: expected.map(|_| work::Work {
            salt: String::new(),
            bits: 14,
        }),
    };
    fits::<Problem>(problem(None));
    fits::<Problem>(problem(Some(1)));
    let sealed = shared::trust::SealedSignIn {
        device: shared::ids::DeviceId(Uuid::nil()),
        account: shared::ids::UserId(Uuid::nil()),
        from: 1,
        at: now,
        until: now,
        beside: Vec::new(),
        epoch: String::new(),
        seal: String::new(),
    };
    fits::<SealedSignIn>(&sealed);
    fits::<Account>(sync::Account {
        id: shared::ids::UserId(Uuid::nil()),
        username: String::new(),
        name: String::new(),
        role: sync::Role::Head,
        office: office.id,
        kelurahan: None,
        ticket_keys: Vec::new(),
        lockbox: None,
        seal: Some(sealed.clone()),
        beside: Vec::new(),
    });
    // A working day and a holiday.
    for date in ["2026-12-01", "2026-12-25"] {
        let day = office.offer(date.parse().unwrap(), &[], now.naive_utc());
        if let Some(slot) = day.slots.first() {
            fits::<SlotOffer>(slot);
        }
        fits::<DayOffer>(day);
    }
    fits::<Office>(office);
    fits::<TabletContact>(sync::TabletContact {
        letters: String::new(),
        last_contact: None,
    });
    fits::<StaffDevice>(sync::StaffDevice {
        device: shared::ids::DeviceId(Uuid::nil()),
        letters: None,
        people: Vec::new(),
        last_contact: None,
        locked: false,
    });
    fits::<ResidentPhone>(sync::ResidentPhone {
        phone: shared::removal::PhoneId(Uuid::nil()),
        since: now,
        last_contact: None,
        asks: true,
        goes: false,
    });
    fits::<HeldOp>(sync::HeldOp {
        op: shared::ids::OpId(Uuid::nil()),
        kind: String::new(),
        author: None,
        about: None,
        device: shared::ids::DeviceId(Uuid::nil()),
        letters: None,
        people: Vec::new(),
        why: Code::SignedOut,
        received_at: now,
    });
    fits::<Push>(sync::Push {
        sent_at: now,
        declare_gap: false,
        seals: vec![sealed],
        ops: Vec::new(),
    });
    let stopped = sync::Stopped {
        code: Code::UpgradePending,
        expected: 2,
    };
    fits::<Stopped>(stopped);
    fits::<Pushed>(sync::Pushed {
        results: Vec::new(),
        last_seq: 1,
        epoch: String::new(),
        stopped: Some(stopped),
    });
    for result in [
        sync::OpResult::Applied {
            change_seq: 1,
            receipt: shared::command::Receipt::Done,
        },
        sync::OpResult::Rejected(Code::SlotFull.into()),
        sync::OpResult::Quarantined {
            code: Code::Undecodable,
        },
    ] {
        fits::<OpAnswer>(sync::OpAnswer {
            op_id: shared::ids::OpId(Uuid::nil()),
            seq: 1,
            replayed: false,
            result,
        });
    }
    fits::<Pulled>(sync::Pulled {
        changes: Vec::new(),
        cursor: sync::Cursor::default(),
        device_seq: 0,
        more: false,
        reset: Vec::new(),
        now,
    });
}
