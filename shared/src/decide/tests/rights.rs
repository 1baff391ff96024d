use crate::{
    booking,
    command::{Applicant, Command, Receipt, RescheduleBooking, WalkIn},
    decide::{Outcome, Who},
    fixtures::{
        Story, arrival, booking, code, device, office, person, queue, refusal, slot, staff, wish,
    },
    flag::Kind,
    ids::{DeviceId, OfficeId, ResidentId},
    invitation::{Invitation, Reason, State},
    lease::Lease,
    person::{BirthDate, Kk},
    problem::Code,
    resident::{ClaimHash, Device, Draft, NikClaim, Resident},
    row::Key,
    sync::Role,
    visit,
};
use chrono::TimeDelta;
use uuid::Uuid;

const DAY: &str = "2026-11-24T09:30";

fn hash(text: &str) -> ClaimHash {
    ClaimHash::of_code(text).unwrap()
}

fn claim(code: &str, birth: &str, remove_others: bool) -> Command {
    let birth = BirthDate::parse(birth).unwrap();
    Command::ClaimResident {
        code: hash(code),
        birth,
        remove_others,
    }
}

fn applied(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Applied(_))
}

/// Staff book for somebody without a phone and print the slip in the same step.
fn with_slip(story: &mut Story) -> ResidentId {
    let mut wish = wish(Applicant::New(Box::new(person(1))), &[DAY]);
    wish.claim = Some(hash("0123456789"));
    let outcome = story.say(
        device(8),
        &staff(Role::Kelurahan),
        Command::RequestBooking(wish),
    );
    let booked = booking(&outcome);
    assert!(booked.verified);
    booked.resident
}

#[test]
fn the_slips_code_opens_the_booking_on_another_phone() {
    let mut story = Story::new();
    let resident = with_slip(&mut story);
    let id = story.get::<Resident>(resident).active.unwrap().booking;
    let cancel = Command::CancelBooking { booking: id };
    let phone = Who::resident();
    assert_eq!(
        refusal(&story.say(device(1), &phone, cancel.clone())),
        Code::NotAllowed
    );
    let granted = story.say(device(1), &phone, claim("0123456789", "2000-01-15", false));
    assert_eq!(granted, Outcome::Applied(Receipt::Granted { resident }));
    booking(&story.say(device(1), &phone, cancel));
}

#[test]
fn five_wrong_codes_an_hour() {
    let mut story = Story::new();
    with_slip(&mut story);
    let phone = Who::resident();
    let wrong = [
        claim("9999999999", "2000-01-15", false),
        claim("0123456789", "2000-01-16", false),
    ];
    for n in 0..5 {
        let outcome = story.say(device(1), &phone, wrong[n % 2].clone());
        assert_eq!(
            refusal(&outcome),
            Code::ClaimUnknown,
            "the same for code and date"
        );
    }
    let right = claim("0123456789", "2000-01-15", false);
    assert_eq!(
        refusal(&story.say(device(1), &phone, right.clone())),
        Code::ClaimTries
    );
    assert!(
        applied(&story.say(device(2), &phone, right.clone())),
        "another phone is not blocked"
    );
    story.now += TimeDelta::minutes(59);
    assert_eq!(
        refusal(&story.say(device(1), &phone, right.clone())),
        Code::ClaimTries
    );
    story.now += TimeDelta::minutes(1);
    assert!(applied(&story.say(device(1), &phone, right)));
}

fn may_act(story: &Story, n: u128, resident: ResidentId) -> bool {
    let devices = story.all::<Device>().into_iter();
    let mut own = devices.filter(|row| row.id == device(n));
    own.any(|row| row.may_act_for(resident))
}

#[test]
fn wrong_dates_count_at_the_code_whatever_phones_they_come_from() {
    let mut story = Story::new();
    let resident = with_slip(&mut story);
    let phone = Who::resident();
    let right = || claim("0123456789", "2000-01-15", false);
    assert!(applied(&story.say(device(1), &phone, right())));
    for n in 0..10 {
        let wrong = claim("0123456789", &format!("1990-01-{}", n + 10), false);
        let told = story.say(device(100 + n), &phone, wrong);
        assert_eq!(refusal(&told), Code::ClaimUnknown);
    }
    let wrong = claim("0123456789", "1991-01-01", false);
    // Beyond that a right date and a wrong one are answered alike, and give nothing.
    let told = refusal(&story.say(device(200), &phone, wrong));
    assert_eq!(told, Code::ClaimReview);
    assert_eq!(story.get::<Resident>(resident).asked, Some(story.now));
    for n in 201..204 {
        assert_eq!(refusal(&story.say(device(n), &phone, right())), told);
        assert!(!may_act(&story, n, resident));
    }
    // The person's phones are told, and the head, once.
    assert_eq!(story.get::<Resident>(resident).asked, Some(story.now));
    assert_eq!(story.flags(), [Kind::CodeGuessed]);
    // The phone that holds a grant goes on, also with the code.
    assert!(applied(&story.say(device(1), &phone, right())));
    // Staff look, and print a new slip; the old code's guesses are gone with it.
    let issue = Command::IssueSlip {
        resident,
        claim: hash("ABCDEFGHJK"),
    };
    assert!(applied(&story.say(
        device(8),
        &staff(Role::Kelurahan),
        issue
    )));
    assert_eq!(story.get::<Resident>(resident).asked, None);
    let new = claim("ABCDEFGHJK", "2000-01-15", false);
    assert!(applied(&story.say(device(201), &phone, new)));
}

/// With NIK and birth date known, the KK number is guessed from ever new phones.
#[test]
fn wrong_numbers_count_at_the_nik_whatever_phones_they_come_from() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let known = story.all::<Resident>()[0].id;
    let guess = |n: u128| Draft {
        kk: Kk::parse(&format!("157108010120{:04}", n + 1_000)).ok(),
        ..person(1)
    };
    for n in 0..10 {
        let told = story.book(device(100 + n), guess(n), &[DAY]);
        assert_ne!(booking(&told).resident, known);
        // One that is turned down by another rule counts as well.
        story.book(device(100 + n), guess(n), &["2026-11-22T09:30"]);
    }
    let tries = |story: &Story| story.all::<NikClaim>()[0].tries.len();
    // No more are kept than the bound needs.
    assert_eq!(tries(&story), 10);
    // A right number and a wrong one are answered alike.
    let wrong = booking(&story.book(device(200), guess(50), &[DAY]));
    assert_eq!(story.get::<Resident>(known).asked, Some(story.now));
    let right = booking(&story.book(device(201), person(1), &[DAY]));
    for told in [&wrong, &right] {
        assert_eq!(told.state, booking::State::Requested { review: true });
        assert_ne!(told.resident, known);
    }
    assert!(!may_act(&story, 201, known));
    assert_eq!(story.get::<Resident>(known).asked, Some(story.now));
    // A day later the person is recognised again.
    story.now += TimeDelta::days(1);
    let later = story.book(device(202), person(1), &[DAY]);
    assert_eq!(booking(&later).resident, known);
}

/// Beyond the bound a right number must not be told from a wrong one by what it costs the phone that asks.
#[test]
fn beyond_the_bound_a_right_number_costs_what_a_wrong_one_does() {
    const PAST: &str = "2026-11-20T09:30";
    let told = |number: Draft, probes: u32| {
        let mut story = Story::new();
        story.enrol(vec![person(1)]);
        for n in 0..10 {
            let guess = Draft {
                kk: Kk::parse(&format!("157108010120{:04}", n + 1_000)).ok(),
                ..person(1)
            };
            story.book(device(100 + n), guess, &[PAST]);
        }
        for n in 0..probes {
            let asked = story.book(device(7), person(50 + n), &[PAST]);
            assert_eq!(refusal(&asked), Code::ChoicesPast);
        }
        let answer = match story.book(device(7), number, &[PAST]) {
            Outcome::Rejected(problem) => Some(problem.code),
            _ => None,
        };
        let next = refusal(&story.book(device(7), person(90), &[PAST]));
        (answer, next)
    };
    let wrong = || Draft {
        kk: Kk::parse("1571080101209999").ok(),
        ..person(1)
    };
    let most = 2 * u32::from(office().settings.unverified_people_per_device);
    for probes in [most - 1, most] {
        let (right, wrong) = (told(person(1), probes), told(wrong(), probes));
        assert_eq!(right, wrong, "{probes} of {most}");
        assert_eq!(right.1, Code::TooManyPeople);
    }
}

/// Guesses keep neither staff nor the person's own phone from anything.
#[test]
fn guesses_at_a_nik_stop_strangers_only() {
    let mut story = Story::new();
    story.enrol(vec![person(1), person(2)]);
    let own = booking(&story.book(device(1), person(1), &[DAY]));
    let cancel = Command::CancelBooking { booking: own.id };
    story.say(device(1), &Who::resident(), cancel);
    for n in 0..30 {
        for of in [1, 2] {
            let guess = Draft {
                kk: Kk::parse(&format!("157108010120{:04}", n + 1_000)).ok(),
                ..person(of)
            };
            story.book(device(100 + n), guess, &["2026-11-22T09:30"]);
        }
    }
    let again = booking(&story.book(device(1), person(1), &[DAY]));
    assert_eq!(again.resident, own.resident);
    let by_staff = wish(Applicant::New(Box::new(person(2))), &[DAY]);
    let role = staff(Role::Operator);
    let told = booking(&story.say(device(8), &role, Command::RequestBooking(by_staff)));
    assert!(told.verified);
}

#[test]
fn guesses_at_a_code_end_after_a_day() {
    let mut story = Story::new();
    with_slip(&mut story);
    let phone = Who::resident();
    for n in 0..10 {
        let wrong = claim("0123456789", "1990-01-01", false);
        story.say(device(100 + n), &phone, wrong);
    }
    let right = claim("0123456789", "2000-01-15", false);
    let told = story.say(device(1), &phone, right.clone());
    assert_eq!(refusal(&told), Code::ClaimReview);
    story.now += TimeDelta::days(1);
    assert!(applied(&story.say(device(1), &phone, right)));
}

#[test]
fn a_new_slip_ends_the_old_one() {
    let mut story = Story::new();
    let resident = with_slip(&mut story);
    let issue = Command::IssueSlip {
        resident,
        claim: hash("ABCDEFGHJK"),
    };
    assert!(applied(&story.say(
        device(8),
        &staff(Role::Kelurahan),
        issue
    )));
    let phone = Who::resident();
    let old = story.say(device(1), &phone, claim("0123456789", "2000-01-15", false));
    assert_eq!(refusal(&old), Code::ClaimUnknown);
    assert!(applied(&story.say(
        device(1),
        &phone,
        claim("ABCDEFGHJK", "2000-01-15", false)
    )));
}

#[test]
fn kelurahan_staff_keep_to_their_own() {
    let mut story = Story::new();
    let mut neighbour = person(2);
    neighbour.kelurahan = Some(code("1571081002"));
    story.enrol(vec![neighbour.clone()]);
    let resident = story.all::<Resident>()[0].id;
    let invitation = story.all::<Invitation>()[0].id;
    let booked = booking(&story.book(device(1), neighbour, &[DAY])).id;
    let who = staff(Role::Kelurahan);
    let before = story.rows.clone();
    let mut elsewhere = person(3);
    elsewhere.kelurahan = Some(code("1571081002"));
    let choices = vec![slot("2026-11-25T09:30")];
    for command in [
        Command::CancelBooking { booking: booked },
        Command::RescheduleBooking(RescheduleBooking {
            booking: booked,
            choices,
            any_that_week: false,
        }),
        Command::IssueSlip {
            resident,
            claim: hash("0123456789"),
        },
        Command::RecordDelivery {
            invitation,
            outcome: State::Delivered { to: None },
        },
        Command::RequestBooking(wish(Applicant::Known(resident), &[DAY])),
        Command::RequestBooking(wish(Applicant::New(Box::new(elsewhere)), &[DAY])),
        // Rights of the desk, of the head and of set-up.
        arrival(booked, "A-001"),
        Command::PrepareTablet {},
        Command::enrol(vec![person(9)]),
        Command::SetOffice {
            office: Box::new(office()),
        },
    ] {
        let outcome = story.say(device(8), &who, command.clone());
        assert_eq!(refusal(&outcome), Code::NotAllowed, "{command:?}");
        assert!(story.rows == before, "{command:?}");
    }
}

#[test]
fn staff_of_another_office_are_refused() {
    let mut story = Story::new();
    let booked = booking(&story.book(device(1), person(1), &[DAY]));
    let before = story.rows.clone();
    for role in [Role::Operator, Role::Head, Role::Kelurahan] {
        let stranger = Who {
            office: Some(OfficeId(2)),
            ..staff(role)
        };
        let mut commands = vec![Command::CancelBooking { booking: booked.id }];
        if role != Role::Kelurahan {
            commands.extend([arrival(booked.id, "A-001"), Command::PrepareTablet {}]);
        }
        for command in commands {
            let outcome = story.say(device(9), &stranger, command.clone());
            assert_eq!(refusal(&outcome), Code::OtherOffice, "{role:?} {command:?}");
        }
    }
    let other = Who::system(OfficeId(2));
    let set = Command::SetOffice {
        office: Box::new(office()),
    };
    assert_eq!(
        refusal(&story.say(DeviceId::system(OfficeId(2)), &other, set)),
        Code::OtherOffice
    );
    assert!(story.rows == before);
}

/// Rows of another office that are named here are as good as unknown, and stay where they are.
#[test]
fn rows_of_another_office_are_unknown_here() {
    let mut story = Story::new();
    let mut booked = booking(&story.book(device(1), person(1), &[DAY]));
    booked.office = OfficeId(2);
    let mut resident = story.get::<Resident>(booked.resident).clone();
    (resident.office, resident.active) = (OfficeId(2), None);
    story
        .rows
        .insert(Key::from(booked.id), booked.clone().into());
    story
        .rows
        .insert(Key::from(resident.id), resident.clone().into());
    story
        .rows
        .retain(|_, row| !matches!(row, crate::row::Row::Slot(_)));
    let here = story.rows.clone();
    let who = staff(Role::Operator);
    for (command, code) in [
        (
            Command::CancelBooking { booking: booked.id },
            Code::OtherOffice,
        ),
        (
            Command::ReviewRequest {
                booking: booked.id,
                accept: true,
            },
            Code::OtherOffice,
        ),
        (
            Command::RequestBooking(wish(Applicant::Known(resident.id), &[DAY])),
            Code::NotFound,
        ),
        (
            Command::IssueSlip {
                resident: resident.id,
                claim: hash("0123456789"),
            },
            Code::NotFound,
        ),
    ] {
        assert_eq!(refusal(&story.say(device(9), &who, command)), code);
        assert!(story.rows == here);
    }
    let lent = Lease {
        id: crate::ids::LeaseId(Uuid::from_u128(3)),
        office: OfficeId(2),
        device: device(9),
        start: slot(DAY),
        seats: 1,
        used: 0,
        session: None,
    };
    let fact = WalkIn {
        who: Applicant::Known(resident.id),
        queue: queue("A-001"),
        priority: false,
        lease: None,
        unknown_ticket: false,
        at: None,
    };
    for command in [arrival(booked.id, "A-001"), Command::WalkIn(fact)] {
        assert!(applied(&story.say(device(9), &who, command)));
    }
    assert_eq!(story.flags(), [Kind::UnknownSubject; 2]);
    assert_eq!(story.visits(), Vec::<&visit::Visit>::new());
    story.rows.insert(Key::from(lent.id), lent.clone().into());
    let back = story.say(device(9), &who, Command::ReturnLease { lease: lent.id });
    assert_eq!(refusal(&back), Code::NotAllowed);
}

#[test]
fn what_a_phone_may_not_do() {
    let mut story = Story::new();
    let booked = booking(&story.book(device(1), person(1), &[DAY]));
    let before = story.rows.clone();
    let visit = crate::ids::VisitId(Uuid::nil());
    for command in [
        arrival(booked.id, "A-001"),
        Command::CallVisit { visit },
        Command::CloseVisit {
            visit,
            outcome: visit::Outcome::Recorded,
        },
        Command::ReviewRequest {
            booking: booked.id,
            accept: true,
        },
        Command::IssueSlip {
            resident: booked.resident,
            claim: hash("0123456789"),
        },
        Command::enrol(vec![person(2)]),
        Command::SetOffice {
            office: Box::new(office()),
        },
        Command::PrepareTablet {},
        Command::MarkNoShow { booking: booked.id },
    ] {
        let outcome = story.say(device(1), &Who::resident(), command.clone());
        assert_eq!(refusal(&outcome), Code::NotAllowed, "{command:?}");
        assert!(story.rows == before);
    }
    let known = wish(Applicant::Known(booked.resident), &[DAY]);
    let stranger = story.say(device(2), &Who::resident(), Command::RequestBooking(known));
    assert_eq!(refusal(&stranger), Code::NotAllowed);
}

/// A phone must name NIK, KK and birth date; staff help people who lost their papers.
#[test]
fn what_an_application_must_name() {
    let mut story = Story::new();
    let mut bare = person(1);
    (bare.nik, bare.kk, bare.birth) = (None, None, None);
    let mut asked = Vec::new();
    for field in 0..3 {
        let mut draft = person(1);
        match field {
            0 => draft.nik = None,
            1 => draft.kk = None,
            _ => draft.birth = None,
        }
        asked.push(refusal(&story.book(device(1), draft, &[DAY])));
    }
    assert_eq!(
        asked,
        [Code::NikMissing, Code::KkMissing, Code::BirthMissing]
    );
    let mut stray = person(1);
    stray.kelurahan = Some(code("6472040001"));
    assert_eq!(
        refusal(&story.book(device(1), stray, &[DAY])),
        Code::UnknownKelurahan
    );
    let helped = wish(Applicant::New(Box::new(bare)), &[DAY]);
    let helped = story.say(
        device(8),
        &staff(Role::Kelurahan),
        Command::RequestBooking(helped),
    );
    assert!(booking(&helped).verified);
}

#[test]
fn what_became_of_an_invitation() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let invitation = story.all::<Invitation>()[0].id;
    let told = |story: &mut Story, who: &Who, outcome: State| {
        let command = Command::RecordDelivery {
            invitation,
            outcome,
        };
        assert!(applied(&story.say(device(8), who, command)));
        story.get::<Invitation>(invitation).state.clone()
    };
    let away = State::Undeliverable {
        reason: Reason::Away,
        until: None,
    };
    let given = State::Delivered { to: None };
    let kelurahan = staff(Role::Kelurahan);
    assert_eq!(told(&mut story, &kelurahan, away.clone()), away);
    story.now += TimeDelta::minutes(1);
    assert_eq!(told(&mut story, &kelurahan, given.clone()), given);
    assert_eq!(story.flags(), [], "one person mends their own entry");
    // An older word that arrives late does not replace a newer one; two people who disagree show.
    story.lag = TimeDelta::minutes(9);
    assert_eq!(told(&mut story, &staff(Role::Head), away), given);
    assert_eq!(story.flags(), [Kind::DeliveryContradicts]);
}
