//! The paper's way: printed, handed over, claimed, found or not found, planned anew.

use super::invited::{
    THURSDAY, TUESDAY, answer, away, claim, clerk, done, give, gone, hash, invited, print, put,
    record, seats, session,
};
use crate::{
    booking::State as BookingState,
    bundle::{Bundle, Neighbourhood},
    command::{Command, Place, Printed, Receipt},
    decide::{Outcome, Who},
    duty::Step,
    fixtures::{OFFICE, Story, booking, code, device, person, refusal, slot, staff},
    flag::Kind,
    ids::DeviceId,
    invitation::{Invitation, Reason, Reply, State},
    person::{BirthDate, PersonName},
    problem::Code,
    resident::{Claim, ClaimHash, Device, NikClaim, Resident},
    row::{Change, Entity, Key, Row},
    session::Session,
    slot::Slot,
    sync::Role,
};
use chrono::TimeDelta;

#[test]
fn from_the_printer_to_the_ticket() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    done(&print(&mut story, &[(id, "0123456789")]));
    assert_eq!(story.get::<Invitation>(id).state, State::Printed);
    let to = PersonName::parse("Pak Darmo").ok();
    let hand_over = Command::HandOver {
        invitations: vec![id],
        to: to.clone(),
    };
    done(&story.say(device(8), &clerk(), hand_over));
    assert_eq!(story.get::<Invitation>(id).state, State::HandedOver { to });
    story.now += TimeDelta::hours(1);
    done(&record(
        &mut story,
        &clerk(),
        id,
        State::Delivered { to: None },
    ));
    let invitation: &Invitation = story.get(id);
    assert_eq!(invitation.delivered_at, Some(story.now));
    assert_eq!(story.flags(), [], "each step is by the same or by another");

    assert_eq!(
        refusal(&answer(&mut story, device(1), id, true)),
        Code::NotAllowed
    );
    let granted = claim(&mut story, device(1), "0123456789");
    assert_eq!(granted, Outcome::Applied(Receipt::Granted { resident }));
    let own = booking(&answer(&mut story, device(1), id, true));
    assert_eq!(
        (own.state, own.slot),
        (BookingState::Confirmed, Some(slot(THURSDAY)))
    );
    assert!(own.verified && own.seated && own.ticket.is_some());
    assert_eq!(seats(&story, THURSDAY), (1, 0, 0));
    assert_eq!(story.all::<NikClaim>()[0].booking, Some(own.id));
    let invitation: &Invitation = story.get(id);
    assert_eq!(
        (invitation.reply, invitation.held()),
        (Some(Reply::Confirmed), None)
    );
    let again = answer(&mut story, device(1), id, true);
    assert_eq!(refusal(&again), Code::InvitationState);
}

/// A paper lost and printed again: both codes stay good, on any phone; nobody else's code does.
#[test]
fn codes_of_every_printing_are_good_and_forged_ones_are_not() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    let (_, other) = invited(&mut story, 2);
    done(&print(
        &mut story,
        &[(id, "0123456789"), (other, "AAAAAAAAAA")],
    ));
    done(&print(&mut story, &[(id, "ABCDEFGHJK")]));
    // Somebody prints another's code on a paper: it goes on standing for the first.
    done(&print(&mut story, &[(other, "0123456789")]));
    let of_code: &Claim = story.get(Key(Entity::Claim, hash("0123456789").kept().key()));
    assert_eq!(of_code.resident, resident);

    assert_eq!(
        refusal(&claim(&mut story, device(1), "9999999999")),
        Code::ClaimUnknown
    );
    for (phone, code) in [(1, "0123456789"), (2, "ABCDEFGHJK"), (3, "0123456789")] {
        let granted = claim(&mut story, device(phone), code);
        assert_eq!(granted, Outcome::Applied(Receipt::Granted { resident }));
    }
    // A slip replaces the slip before, and no invitation.
    for slip in ["BBBBBBBBBB", "CCCCCCCCCC"] {
        let issue = Command::IssueSlip {
            resident,
            claim: hash(slip),
        };
        done(&story.say(device(8), &clerk(), issue));
    }
    assert_eq!(
        refusal(&claim(&mut story, device(4), "BBBBBBBBBB")),
        Code::ClaimUnknown
    );
    for code in ["CCCCCCCCCC", "0123456789", "ABCDEFGHJK"] {
        let granted = claim(&mut story, device(4), code);
        assert_eq!(granted, Outcome::Applied(Receipt::Granted { resident }));
    }
    // The birth date is asked for with every code.
    let guess = Command::ClaimResident {
        code: hash("ABCDEFGHJK"),
        birth: BirthDate::parse("2000-01-16").unwrap(),
        remove_others: false,
    };
    let guessed = story.say(device(5), &Who::resident(), guess);
    assert_eq!(refusal(&guessed), Code::ClaimUnknown);
    assert_eq!(story.get::<Device>(device(5)).tries.len(), 1);
}

#[test]
fn staff_of_another_kelurahan_print_and_hand_over_nothing() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    let before = story.get::<Invitation>(id).clone();
    let other = Who {
        kelurahan: Some(code("1571081002")),
        ..clerk()
    };
    let printed = vec![Printed {
        invitation: id,
        claim: hash("0123456789"),
        place: None,
    }];
    let print = Command::PrintInvitations { printed };
    let hand_over = Command::HandOver {
        invitations: vec![id],
        to: None,
    };
    for command in [
        print.clone(),
        hand_over,
        Command::TellChange { invitation: id },
    ] {
        done(&story.say(device(7), &other, command));
    }
    assert_eq!(story.get::<Invitation>(id), &before);
    assert_eq!(story.flags(), [Kind::UnknownSubject; 3]);
    assert!(story.all::<Claim>().is_empty());
    assert_eq!(
        refusal(&story.say(device(1), &Who::resident(), print)),
        Code::NotAllowed
    );
    let many = Command::HandOver {
        invitations: vec![id; 201],
        to: None,
    };
    assert_eq!(
        refusal(&story.say(device(8), &clerk(), many)),
        Code::TooLarge
    );
    let refused = record(&mut story, &other, id, State::Printed);
    assert_eq!(refusal(&refused), Code::NotAllowed);
}

/// Away until a day: the seat is another's at once, and after that day the office asks again.
#[test]
fn away_until_a_day() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    print(&mut story, &[(id, "0123456789")]);
    done(&record(&mut story, &clerk(), id, away(Some("2026-11-30"))));
    assert_eq!(seats(&story, THURSDAY), (0, 0, 1));
    assert_eq!(story.get::<Invitation>(id).held(), None);
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    let replan = Command::ReplanInvitation { invitation: id };
    story.now = "2026-11-30T01:00:00Z".parse().unwrap();
    let early = story.say(clock, &system, replan.clone());
    assert_eq!(refusal(&early), Code::InvitationState);
    story.now += TimeDelta::days(1);
    done(&story.say(clock, &system, replan));
    let anew = story.get::<Invitation>(id).clone();
    assert_eq!((anew.state.clone(), anew.proposal), (State::Planned, None));
    // What another device says of the first paper, late, is of no matter now; its code still is.
    story.lag = TimeDelta::days(3);
    done(&record(
        &mut story,
        &staff(Role::Head),
        id,
        State::Delivered { to: None },
    ));
    assert_eq!(story.get::<Invitation>(id), &anew);
    story.lag = TimeDelta::zero();
    let granted = claim(&mut story, device(1), "0123456789");
    assert!(matches!(granted, Outcome::Applied(Receipt::Granted { .. })));
}

#[test]
fn who_may_be_asked_again() {
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    for (outcome, by_staff) in [
        (State::Delivered { to: None }, false),
        (gone(Reason::Moved), false),
        (gone(Reason::Deceased), false),
        (gone(Reason::Refused), true),
        (gone(Reason::Unknown), true),
        (away(None), true),
    ] {
        let mut story = Story::new();
        let (_, id) = invited(&mut story, 1);
        done(&record(&mut story, &clerk(), id, outcome.clone()));
        let replan = Command::ReplanInvitation { invitation: id };
        let by_clock = story.say(clock, &system, replan.clone());
        assert_eq!(refusal(&by_clock), Code::InvitationState, "{outcome:?}");
        let answer = story.say(device(8), &clerk(), replan);
        let taken = matches!(answer, Outcome::Applied(_));
        assert_eq!(taken, by_staff, "{outcome:?}");
    }
}

/// A paper that nobody handed on before its day: the office asks for another day.
#[test]
fn a_date_that_nobody_heard_of_is_given_anew() {
    let mut story = Story::new();
    let (_, printed) = invited(&mut story, 1);
    let (_, delivered) = invited(&mut story, 2);
    print(
        &mut story,
        &[(printed, "0123456789"), (delivered, "AAAAAAAAAA")],
    );
    record(
        &mut story,
        &clerk(),
        delivered,
        State::Delivered { to: None },
    );
    let (clock, system) = (DeviceId::system(OFFICE), Who::system(OFFICE));
    let ask = |story: &mut Story, invitation| {
        let replan = Command::ReplanInvitation { invitation };
        matches!(story.say(clock, &system, replan), Outcome::Applied(_))
    };
    story.now = "2026-11-26T12:00:00Z".parse().unwrap();
    assert!(!ask(&mut story, printed), "the day itself is not over");
    story.now += TimeDelta::days(1);
    assert!(ask(&mut story, printed));
    assert!(!ask(&mut story, delivered), "they knew; staff remind them");
    let replan = Command::ReplanInvitation {
        invitation: delivered,
    };
    done(&story.say(device(8), &clerk(), replan));
    assert_eq!(seats(&story, THURSDAY), (0, 0, 2));
}

/// A slip of the finger: taken back, the seat is held again, as long as nobody else has it.
#[test]
fn a_mended_outcome_keeps_the_seat() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    for mended in [State::Planned, State::Delivered { to: None }] {
        story.now += TimeDelta::minutes(1);
        done(&record(&mut story, &clerk(), id, gone(Reason::Unknown)));
        assert_eq!(seats(&story, THURSDAY), (0, 0, 1));
        story.now += TimeDelta::minutes(1);
        done(&record(&mut story, &clerk(), id, mended));
        assert_eq!(seats(&story, THURSDAY), (0, 1, 0));
        assert!(story.get::<Invitation>(id).held().is_some());
    }
    story.now += TimeDelta::minutes(1);
    done(&record(&mut story, &clerk(), id, gone(Reason::Unknown)));
    // The round came in between: somebody else may have it.
    let seat: &Slot = story.get(slot(THURSDAY).id(OFFICE));
    let released = seat.clone().release_freed();
    put(&mut story, released);
    story.now += TimeDelta::minutes(1);
    done(&record(&mut story, &clerk(), id, State::Planned));
    assert_eq!(story.get::<Invitation>(id).held(), None);
    assert_eq!(seats(&story, THURSDAY), (0, 0, 0));
}

/// Two staff, two outcomes, in either order: the later one stands, the head sees one flag.
#[test]
fn two_outcomes_in_either_order() {
    for first_late in [false, true] {
        let mut story = Story::new();
        let (_, id) = invited(&mut story, 1);
        story.now += TimeDelta::hours(1);
        let head = staff(Role::Head);
        let tell = |story: &mut Story, who: &Who, ago: i64, outcome: State| {
            story.lag = TimeDelta::minutes(ago);
            done(&record(story, who, id, outcome));
        };
        let (early, late) = (gone(Reason::Refused), State::Delivered { to: None });
        if first_late {
            tell(&mut story, &clerk(), 10, late.clone());
            tell(&mut story, &head, 20, early);
        } else {
            tell(&mut story, &head, 20, early);
            tell(&mut story, &clerk(), 10, late.clone());
        }
        let invitation = story.get::<Invitation>(id);
        assert_eq!((&invitation.state, invitation.by), (&late, clerk().user));
        assert_eq!(story.flags(), [Kind::DeliveryContradicts]);
        assert!(invitation.held().is_some(), "first late: {first_late}");
        assert_eq!(seats(&story, THURSDAY), (0, 1, 0));
    }
}

/// A session moved after its papers were printed: the codes on them lead to the new place.
#[test]
fn old_codes_lead_to_the_new_place() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    let session = session(&mut story);
    let change = Change::Remove(slot(THURSDAY).id(OFFICE).into());
    story.rows.remove(&change.key());
    give(&mut story, id, THURSDAY, Some(session));
    print(&mut story, &[(id, "0123456789")]);
    record(&mut story, &clerk(), id, State::Delivered { to: None });

    // The day is another, and so is the place held; the resident has not been told.
    let mut moved = story.get::<Session>(session).clone();
    moved.what.date = slot("2026-12-01T09:30").date();
    put(&mut story, moved);
    let old = story
        .get::<Slot>(slot(THURSDAY).id_at(OFFICE, Some(session)))
        .clone();
    put(&mut story, old.let_go());
    give(&mut story, id, "2026-12-01T09:30", Some(session));
    let changed = Invitation {
        changed: true,
        ..story.get::<Invitation>(id).clone()
    };
    put(&mut story, changed);

    claim(&mut story, device(1), "0123456789");
    let own = booking(&answer(&mut story, device(1), id, true));
    assert_eq!(
        (own.slot, own.session),
        (Some(slot("2026-12-01T09:30")), Some(session))
    );
    let seat: &Slot = story.get(own.seat().unwrap());
    assert_eq!((seat.booked, seat.held), (1, 0));
    done(&story.say(device(8), &clerk(), Command::TellChange { invitation: id }));
    assert!(!story.get::<Invitation>(id).changed);
}

/// Printed on a device that had not heard of the new day: the paper is wrong, and that is seen.
#[test]
fn a_paper_that_names_an_old_place() {
    let mut story = Story::new();
    let (_, id) = invited(&mut story, 1);
    let naming = |at: &str| {
        let place = Place {
            slot: slot(at),
            session: None,
        };
        let printed = Printed {
            invitation: id,
            claim: hash("0123456789"),
            place: Some(place),
        };
        Command::PrintInvitations {
            printed: vec![printed],
        }
    };
    done(&story.say(device(8), &clerk(), naming(TUESDAY)));
    assert!(story.get::<Invitation>(id).changed);
    assert_eq!(Step::of(story.get(id)), Step::Print);
    done(&story.say(device(8), &clerk(), naming(THURSDAY)));
    assert!(!story.get::<Invitation>(id).changed);
    assert_eq!(Step::of(story.get(id)), Step::HandOver);
}

#[test]
fn somebody_else_carries_the_bundle() {
    let mut story = Story::new();
    let of = Neighbourhood {
        kelurahan: code("1571081001"),
        rw: None,
        rt: Some(1),
    };
    let assign = |name: &str| Command::AssignBundle {
        of: of.clone(),
        carrier: PersonName::parse(name).unwrap(),
    };
    done(&story.say(device(8), &clerk(), assign("Pak Darmo")));
    story.now += TimeDelta::hours(1);
    done(&story.say(device(9), &staff(Role::Head), assign("Bu Rini")));
    // An older word from a device that was cut off.
    story.lag = TimeDelta::minutes(30);
    done(&story.say(device(8), &clerk(), assign("Pak Darmo")));
    let bundles = story.all::<Bundle>();
    assert_eq!(bundles.len(), 1);
    assert_eq!(bundles[0].carrier.as_str(), "Bu Rini");
    let other = Who {
        kelurahan: Some(code("1571081002")),
        ..clerk()
    };
    for who in [other, Who::resident()] {
        let refused = story.say(device(7), &who, assign("Pak Budi"));
        assert_eq!(refusal(&refused), Code::NotAllowed);
    }
}

/// A new list: whoever moved away and is on it at another address is asked again, with the deceased
/// nobody is troubled, and who recorded elsewhere leaves the seat.
#[test]
fn what_a_new_list_brings() {
    let mut story = Story::new();
    let ids: Vec<_> = (1..=4).map(|n| invited(&mut story, n).1).collect();
    record(&mut story, &clerk(), ids[0], gone(Reason::Moved));
    record(&mut story, &clerk(), ids[1], gone(Reason::Deceased));
    story.now += TimeDelta::days(1);
    story.enrol((1..=4).map(person).collect());
    assert_eq!(
        story.get::<Invitation>(ids[0]).state,
        gone(Reason::Moved),
        "no news"
    );
    let mut list: Vec<_> = (1..=4).map(person).collect();
    for (n, person) in list.iter_mut().enumerate() {
        person.rt = Some(7);
        if n >= 2 {
            person.recorded_on = Some(story.now.date_naive());
        }
    }
    story.enrol(list);
    assert_eq!(story.get::<Invitation>(ids[0]).state, State::Planned);
    assert_eq!(
        story.get::<Invitation>(ids[1]).state,
        gone(Reason::Deceased)
    );
    for id in &ids[2..] {
        assert_eq!(story.get::<Invitation>(*id).held(), None);
    }
    assert_eq!(seats(&story, THURSDAY), (0, 0, 4));
}

/// Whoever has seen the database, or a backup, knows what is kept of a code, and cannot use it. Codes of
/// an older version, which kept what a device sends, stay good.
#[test]
fn what_is_kept_of_a_code_opens_nothing() {
    let mut story = Story::new();
    story.enrol(vec![person(1)]);
    let id = story.all::<Resident>()[0].id;
    let claim = hash("0123456789");
    let issue = Command::IssueSlip {
        resident: id,
        claim,
    };
    let operator = staff(Role::Operator);
    story.say(device(9), &operator, issue);
    let kept: ClaimHash = story.all::<Claim>()[0].code;
    let with = |code| Command::ClaimResident {
        code,
        birth: person(1).birth.unwrap(),
        remove_others: false,
    };
    let stolen = story.say(device(3), &Who::resident(), with(kept));
    assert_eq!(refusal(&stolen), Code::ClaimUnknown);
    let own = story.say(device(1), &Who::resident(), with(claim));
    assert!(matches!(own, Outcome::Applied(_)), "{own:?}");

    let mut older = story.all::<Claim>()[0].clone();
    let mut resident = story.get::<Resident>(id).clone();
    story.rows.retain(|key, _| key.0 != Entity::Claim);
    (older.code, older.sealed, resident.claim) = (claim, false, Some(claim));
    for row in [Row::from(older), resident.into()] {
        story.rows.insert(row.key(), row);
    }
    let old = story.say(device(2), &Who::resident(), with(claim));
    assert!(matches!(old, Outcome::Applied(_)), "{old:?}");
}

/// A tablet that was locked since is in anybody's hands: it was printed, and no code of it opens anything.
#[test]
fn a_locked_tablet_brings_no_codes() {
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    story.marked = true;
    done(&print(&mut story, &[(id, "0123456789")]));
    assert_eq!(story.get::<Invitation>(id).state, State::Printed);
    assert_eq!(story.flags(), [Kind::SentAfterLock]);
    let stolen = claim(&mut story, device(66), "0123456789");
    assert_eq!(refusal(&stolen), Code::ClaimUnknown);
    assert!(story.get::<Resident>(resident).holders.is_empty());
    // Printed again by a tablet that is trusted, the paper opens the record.
    story.marked = false;
    done(&print(&mut story, &[(id, "ABCDEFGHJK")]));
    let granted = claim(&mut story, device(1), "ABCDEFGHJK");
    assert_eq!(granted, Outcome::Applied(Receipt::Granted { resident }));
}

/// Each printing has its own code; wrong dates count at the person.
#[test]
fn wrong_dates_count_at_all_papers_of_a_person_together() {
    let codes = ["0123456789", "ABCDEFGHJK", "9876543210"];
    let mut story = Story::new();
    let (resident, id) = invited(&mut story, 1);
    for code in codes {
        done(&print(&mut story, &[(id, code)]));
    }
    for n in 0..10 {
        let wrong = Command::ClaimResident {
            code: hash(codes[n % 3]),
            birth: crate::person::BirthDate::parse("1990-01-01").unwrap(),
            remove_others: false,
        };
        let told = story.say(device(100 + n as u128), &Who::resident(), wrong);
        assert_eq!(refusal(&told), Code::ClaimUnknown);
    }
    for (n, code) in (200..).zip(codes) {
        let told = claim(&mut story, device(n), code);
        assert_eq!(refusal(&told), Code::ClaimReview, "{code}");
    }
    assert!(story.get::<Resident>(resident).holders.is_empty());
}
