//! Somebody with a stolen phone, or with a slip that they found, wants the person off their own phone.

use chrono::TimeDelta;
use server::system;
use shared::{
    command::{Command, Receipt},
    flag::{Flag, Kind},
    ids::ResidentId,
    problem::Code,
    resident::{ClaimHash, Resident},
    sync::{OpResult, ResidentPhone},
};
use tests::harness::{DEMO, OFFICE, Phone, TestApp, booking, person, read, rows};

fn code_of(result: &OpResult) -> Option<Code> {
    match result {
        OpResult::Applied { .. } => None,
        OpResult::Rejected(problem) => Some(problem.code),
        OpResult::Quarantined { code } => Some(*code),
    }
}

fn slip(n: u8) -> ClaimHash {
    ClaimHash::of_code(&ClaimHash::code_from([n; 10])).unwrap()
}

fn claim(slip: ClaimHash) -> Command {
    Command::ClaimResident {
        code: slip,
        birth: person(0).birth.unwrap(),
        remove_others: true,
    }
}

/// Time goes on, and the office looks each hour what it has brought about.
async fn pass(app: &TestApp, hours: u32) {
    for _ in 0..hours {
        app.clock.advance(TimeDelta::hours(1));
        let backend = &app.app.backend;
        let looked = system::tick(&backend.db, &backend.batcher, &app.clock);
        looked.await.unwrap();
    }
}

async fn holds(phone: &Phone<'_>) -> bool {
    !rows::<Resident>(&phone.pull_all().await).is_empty()
}

/// The owner booked on a phone; the thief has the slip and the birth date.
async fn robbed<'a>(app: &'a TestApp, staff: &mut Phone<'_>) -> (Phone<'a>, Phone<'a>, ResidentId) {
    let mut owner = app.phone();
    let booked = owner.say(&booking(person(0), &["2026-12-03T08:30"])).await;
    assert_eq!(code_of(&booked), None);
    let resident = server::demo::load::resident_id(DEMO, 0);
    let claim = slip(3);
    let issued = staff.say(&Command::IssueSlip { resident, claim }).await;
    assert_eq!(code_of(&issued), None);
    (owner, app.phone(), resident)
}

#[tokio::test]
async fn a_stolen_phone_does_not_put_the_owner_out() {
    let app = TestApp::start().await;
    let mut staff = app.signed_in("operator.jelutung").await;
    let (mut owner, mut thief, resident) = robbed(&app, &mut staff).await;
    // What it says of its own time moves nothing.
    let long_ago = app.clock.now() - TimeDelta::days(400);
    let op = thief.op_at(OFFICE, &claim(slip(3)), long_ago);
    let first = thief.push(std::slice::from_ref(&op)).await;
    let granted = matches!(
        first.results[0].result,
        OpResult::Applied {
            receipt: Receipt::Granted { .. },
            ..
        }
    );
    assert!(granted, "{first:?}");
    pass(&app, 23).await;
    assert!(holds(&owner).await);
    let told: Vec<Resident> = rows(&owner.pull_all().await);
    assert_eq!(told[0].removal.as_ref().unwrap().of, [owner.device]);
    let keep = Command::KeepPhones { resident };
    assert_eq!(code_of(&owner.say(&keep).await), None);
    // Asked again and again, from this phone and from others, over a week.
    for _ in 0..7 {
        assert_eq!(code_of(&thief.say(&claim(slip(3))).await), None);
        assert_eq!(code_of(&app.phone().say(&claim(slip(3))).await), None);
        pass(&app, 25).await;
        assert!(holds(&owner).await);
    }
    // One flag tells the head, and staff see which phone is whose.
    let mut staff = app.signed_in("operator.jelutung").await;
    let flags: Vec<Flag> = rows(&staff.pull_all().await);
    let disagree = flags
        .iter()
        .filter(|flag| flag.kind == Kind::PhonesDisagree);
    assert_eq!(disagree.count(), 1);
    let path = format!("/api/v1/offices/{OFFICE}/residents/{resident}/phones");
    let phones: Vec<ResidentPhone> = read(staff.get(&path).await).await;
    let asking = phones.iter().find(|phone| phone.asks).unwrap().phone;
    let remove = Command::RemovePhone {
        resident,
        phone: asking,
    };
    assert_eq!(code_of(&staff.say(&remove).await), None);
    assert!(holds(&owner).await && !holds(&thief).await);
    // The same op is answered as before, and gives nothing back.
    let again = thief.push(&[op]).await;
    assert!(again.results[0].replayed && !holds(&thief).await);
    // A new slip ends the stolen one.
    let issue = Command::IssueSlip {
        resident,
        claim: slip(4),
    };
    assert_eq!(code_of(&staff.say(&issue).await), None);
    let told = code_of(&thief.say(&claim(slip(3))).await);
    assert_eq!(told, Some(Code::ClaimUnknown));
    assert!(!holds(&thief).await);
    pass(&app, 49).await;
    assert!(holds(&owner).await);
}

/// A phone that was put out takes nothing back by objecting late, and strangers object to nothing.
#[tokio::test]
async fn who_may_not_act_for_somebody_says_nothing_about_their_phones() {
    let app = TestApp::start().await;
    let mut staff = app.signed_in("operator.jelutung").await;
    let (mut lost, mut owner, resident) = robbed(&app, &mut staff).await;
    assert_eq!(code_of(&owner.say(&claim(slip(3))).await), None);
    let keep = Command::KeepPhones { resident };
    let mut stranger = app.phone();
    assert_eq!(
        code_of(&stranger.say(&keep).await),
        Some(Code::PhoneRemoved)
    );
    pass(&app, 24).await;
    assert!(holds(&owner).await && !holds(&lost).await);
    // Said before it was over, by the phone's own clock; it comes too late.
    let early = app.clock.now() - TimeDelta::hours(20);
    let op = lost.op_at(OFFICE, &keep, early);
    let told = lost.push(&[op]).await;
    assert_eq!(code_of(&told.results[0].result), Some(Code::PhoneRemoved));
    assert!(holds(&owner).await && !holds(&lost).await);
}
