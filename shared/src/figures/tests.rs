use super::{
    day::{Moved, moved_by, moved_by_week},
    *,
};
use crate::{
    booking::TicketCode,
    command::{DayChange, SetWeek, WeekChange},
    fixtures::{OFFICE, code, monday, office, person},
    ids::{BookingId, InvitationId, LeaseId},
    invitation::{Proposal, Reason},
    lease::Lease,
    person::{BirthDate, PersonName},
    resident::{Active, Source},
    row::Row,
    scope::{Kind, Scope},
    slot::SlotStart,
    visit::{self, Mistake},
};
use chrono::{Days, TimeDelta};
use uuid::Uuid;

mod today;

const TODAY: &str = "2026-11-23";

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn world(rows: impl IntoIterator<Item = Row>) -> World {
    let mut world = World::default();
    for row in rows {
        world.load(row.key(), Some(row));
    }
    world
}

/// Somebody of the roll with an invitation in this state.
fn resident(n: u32, rt: u16, state: State) -> (Resident, Invitation) {
    let id = ResidentId(Uuid::from_u128(n.into()));
    let mut draft = person(n);
    draft.rt = Some(rt);
    let mut resident = draft.into_resident(id, OFFICE, Source::Roll);
    let paper = InvitationId(Uuid::from_u128(1_000 + u128::from(n)));
    resident.invitation = Some(paper);
    let kelurahan = resident.kelurahan.clone();
    let mut invitation = Invitation::planned(paper, OFFICE, id, kelurahan, monday(), None);
    invitation.state = state;
    (resident, invitation)
}

fn at(slot: &str) -> Option<Proposal> {
    let slot: SlotStart = slot.parse().unwrap();
    Some(Proposal {
        slot,
        session: None,
        held: true,
    })
}

fn booking(n: u32, slot: &str, state: booking::State) -> Booking {
    let id = BookingId(Uuid::from_u128(2_000 + u128::from(n)));
    let slot: SlotStart = slot.parse().unwrap();
    Booking {
        id,
        office: OFFICE,
        resident: ResidentId(Uuid::from_u128(n.into())),
        kelurahan: None,
        state,
        slot: Some(slot),
        session: None,
        seated: true,
        choices: vec![slot],
        any_that_week: false,
        wait_if_full: false,
        priority: false,
        priority_unseen: false,
        verified: true,
        code: TicketCode::of(id),
        ticket: None,
        requested_at: monday(),
        decided_at: None,
        no_shows: 0,
        visit: None,
        before_arrival: None,
        offer: None,
        offers_missed: 0,
        waiting_since: None,
        moved_by_office: false,
    }
}

fn visit(n: u32, id: u128, state: visit::State) -> Visit {
    Visit {
        id: crate::ids::VisitId(Uuid::from_u128(3_000 + id)),
        office: OFFICE,
        resident: ResidentId(Uuid::from_u128(n.into())),
        kelurahan: None,
        booking: None,
        day: date(TODAY),
        queue: "A-001".parse().unwrap(),
        state,
        priority: false,
        arrived_at: monday(),
        called_at: None,
        ended_at: None,
        device: crate::fixtures::device(1),
        lease: None,
        repeats: None,
        session: None,
    }
}

/// Ten people of RT 1 and 2, one of them too young, one whom nobody knows; counted by hand below.
fn neighbourhood() -> Vec<Row> {
    let given = |days: i64| monday() - TimeDelta::days(days);
    let mut rows: Vec<Row> = Vec::new();
    let mut put = |(resident, invitation): (Resident, Invitation)| {
        rows.push(resident.into());
        rows.push(invitation.into());
    };
    // RT 1: recorded 4 and 9 days after the paper; one with a paper; one whom no plan knows.
    for (n, days) in [(1, 4), (2, 9)] {
        let (mut r, mut i) = resident(n, 1, State::Delivered { to: None });
        i.delivered_at = Some(given(days));
        r.recorded_on = Some(date(TODAY));
        put((r, i));
    }
    let (r, mut i) = resident(3, 1, State::Delivered { to: None });
    i.delivered_at = Some(given(1));
    put((r, i));
    put(resident(4, 1, State::Planned));
    // RT 2: on every step of the paper's way, and one who booked without it.
    let (r, mut i) = resident(5, 2, State::Planned);
    i.proposal = at("2026-11-30T08:30");
    put((r, i));
    for (n, state) in [(6, State::Printed), (7, State::HandedOver { to: None })] {
        let (r, mut i) = resident(n, 2, state);
        i.proposal = at("2026-11-30T08:30");
        put((r, i));
    }
    let away = State::Undeliverable {
        reason: Reason::Away,
        until: Some(date("2026-12-20")),
    };
    put(resident(8, 2, away));
    let (mut r, i) = resident(9, 2, State::Printed);
    r.active = Some(Active {
        booking: BookingId(Uuid::from_u128(2_009)),
        day: Some(date("2026-11-24")),
        to_call: false,
    });
    put((r, i));
    // Turns 17 in a week; and somebody whom only a phone has named.
    let (mut r, i) = resident(10, 2, State::Planned);
    r.birth = BirthDate::parse("2009-11-30").ok();
    put((r, i));
    let (mut r, i) = resident(11, 2, State::Planned);
    r.verified = false;
    put((r, i));

    rows.push(
        booking(
            1,
            "2026-11-23T07:30",
            booking::State::Ended { recorded: true },
        )
        .into(),
    );
    rows.push(booking(3, "2026-11-20T07:30", booking::State::NoShow).into());
    rows.push(booking(4, "2026-11-20T07:30", booking::State::Waitlisted).into());
    rows.push(booking(9, "2026-11-24T07:30", booking::State::Confirmed).into());
    // Twice in the room, counted once; and an arrival that was somebody else's.
    rows.push(visit(1, 1, visit::State::Recorded).into());
    rows.push(visit(1, 2, visit::State::Left).into());
    rows.push(visit(2, 3, visit::State::Recorded).into());
    let reason = Mistake::NobodyThere;
    rows.push(visit(4, 4, visit::State::TakenBack { reason }).into());
    rows
}

fn numbers(c: &Counts) -> [u32; 7] {
    [
        c.due,
        c.invited,
        c.delivered,
        c.booked,
        c.came,
        c.recorded,
        c.uninvited(),
    ]
}

#[test]
fn a_neighbourhood_counted_by_hand() {
    let figures = tally(&world(neighbourhood()), &office(), date(TODAY));
    assert_eq!(numbers(&figures.all), [9, 8, 3, 3, 2, 2, 5]);
    let place = &figures.by_kelurahan[&Some(code("1571081001"))];
    assert_eq!(place.all, figures.all);
    assert_eq!(
        numbers(&place.by_rt[&(None, Some(1))]),
        [4, 3, 3, 2, 2, 2, 1]
    );
    assert_eq!(
        numbers(&place.by_rt[&(None, Some(2))]),
        [5, 5, 0, 1, 0, 0, 4]
    );
    // 2 of 9, and the middle of 4 and 9 days.
    assert_eq!(figures.all.coverage_permille(), Some(222));
    let missing = Missing {
        no_place: 1,
        not_printed: 1,
        not_handed_on: 1,
        no_word: 1,
        undeliverable: 1,
    };
    assert_eq!(figures.all.missing, missing);
    assert_eq!(figures.all.median_days_tenths(), Some(65));
    assert_eq!(Counts::default().coverage_permille(), None);
    assert_eq!(Counts::default().median_days_tenths(), None);
}

/// A head and the staff of a kelurahan read one number for one thing, each from the rows that they hold.
#[test]
fn a_kelurahan_counts_as_its_head_does() {
    let own = code("1571081001");
    let rows = neighbourhood().into_iter().map(|row| match row {
        Row::Booking(b) => Row::from(Booking {
            kelurahan: Some(own.clone()),
            ..b
        }),
        Row::Visit(v) => Row::from(Visit {
            kelurahan: Some(own.clone()),
            ..v
        }),
        other => other,
    });
    let rows: Vec<Row> = rows.collect();
    let read = |kind| {
        let scope = Scope {
            office: OFFICE,
            today: date(TODAY),
            kind,
        };
        let seen = world(rows.iter().filter_map(|row| scope.view(row)));
        tally(&seen, &office(), date(TODAY)).of(Some(&own))
    };
    let by_head = read(Kind::Head);
    assert_eq!(read(Kind::Kelurahan(own.clone())), by_head);
    assert_eq!(numbers(&by_head), [9, 8, 3, 3, 2, 2, 5]);
}

/// Sheets that wait are for the people counted without one, and for those who must have an e-KTP later.
#[test]
fn the_sheets_of_an_rt_are_those_of_the_people_counted() {
    let mut rows = neighbourhood();
    for row in &mut rows {
        if let Row::Invitation(i) = row
            && i.id.0.as_u128() == 1_010
        {
            i.proposal = at("2026-12-01T08:30");
        }
    }
    let world = world(rows);
    for (day, ahead, uninvited) in [(TODAY, 1, 5), ("2026-11-30", 0, 6)] {
        let day = date(day);
        let counts = tally(&world, &office(), day).all;
        assert_eq!((counts.ahead, counts.uninvited()), (ahead, uninvited));
        let duty = crate::duty::Duty::read(&world, &office(), day, None);
        let sheets: u32 = duty.stacks.iter().map(|stack| stack.waiting()).sum();
        let missing = counts.missing;
        let with_sheet = missing.not_printed + missing.not_handed_on + missing.no_word;
        assert_eq!(sheets, with_sheet + ahead, "{day}");
    }
}

#[test]
fn a_week_later_the_youngest_is_due() {
    let figures = tally(&world(neighbourhood()), &office(), date("2026-11-30"));
    assert_eq!(figures.all.due, 10);
}

#[test]
fn by_name_with_the_reason() {
    let found = uninvited(&world(neighbourhood()), &office(), date(TODAY), None);
    let found: Vec<_> = found
        .iter()
        .map(|one| (one.resident.0.as_u128(), one.rt, one.why))
        .collect();
    let until = Some(date("2026-12-20"));
    let away = Why::Undeliverable {
        reason: Reason::Away,
        until,
    };
    assert_eq!(found.len(), 5);
    for wanted in [
        (4, Some(1), Why::NoPlace),
        (5, Some(2), Why::NotPrinted),
        (6, Some(2), Why::NotHandedOn),
        (7, Some(2), Why::NoWord),
        (8, Some(2), away),
    ] {
        assert!(found.contains(&wanted), "{wanted:?} in {found:?}");
    }
    assert_eq!(found[0].1, Some(1), "by neighbourhood");
    let nobody = code("1571081002");
    let none = uninvited(
        &world(neighbourhood()),
        &office(),
        date(TODAY),
        Some(&nobody),
    );
    assert!(none.is_empty());
}

#[test]
fn within_a_neighbourhood_by_name() {
    let rows = ["Zainal", "Agus"]
        .into_iter()
        .zip(1..)
        .flat_map(|(name, n)| {
            let (mut r, i) = resident(n, 1, State::Planned);
            r.name = PersonName::parse(name).unwrap();
            [Row::from(r), i.into()]
        });
    let found = uninvited(&world(rows), &office(), date(TODAY), None);
    let names: Vec<_> = found.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Agus", "Zainal"]);
}

proptest::proptest! {
    /// A head's device knows no birth dates: rows cut today, and looked at on any later day, count as
    /// whole ones do.
    #[test]
    fn cut_rows_count_as_whole_ones(
        people in proptest::collection::vec((0u64..1_200, proptest::bool::ANY, 0u8..5), 1..40),
        later in 0u64..800,
    ) {
        let born = |days| BirthDate::from_date(date("2008-06-01") + Days::new(days)).ok();
        let rows = people.iter().zip(1u32..).flat_map(|(&(days, married, knows), n)| {
            let (mut r, i) = resident(n, u16::try_from(n % 3).unwrap(), State::Planned);
            r.birth = born(days).filter(|_| knows > 0);
            r.married = married && knows == 1;
            [Row::from(r), i.into()]
        });
        let whole: Vec<Row> = rows.collect();
        let head = Scope { office: OFFICE, today: date(TODAY), kind: Kind::Head };
        let cut: Vec<Row> = whole.iter().filter_map(|row| head.view(row)).collect();
        let no_birth = |row: &Row| !matches!(row, Row::Resident(r) if r.birth.is_some());
        proptest::prop_assert!(cut.iter().all(no_birth));
        let on = date(TODAY) + Days::new(later);
        let (whole, cut) = (world(whole), world(cut));
        let counted = tally(&cut, &office(), on);
        proptest::prop_assert_eq!(&counted, &tally(&whole, &office(), on));
        // The parts are the whole.
        let sum: u32 = counted.by_kelurahan.values().flat_map(|p| p.by_rt.values()).map(|c| c.due).sum();
        proptest::prop_assert_eq!(sum, counted.all.due);
        let missing = uninvited(&cut, &office(), on, None);
        proptest::prop_assert_eq!(missing.len(), counted.all.uninvited() as usize);
    }
}

/// Eight seats an hour at two stations: four bookings, two papers and three lent seats, of which the
/// tablet has used one.
fn full_hour() -> Vec<Row> {
    let hour = "2026-11-24T07:30";
    let mut rows: Vec<Row> = (1..=3)
        .map(|n| booking(n, hour, booking::State::Confirmed).into())
        .collect();
    rows.push(booking(4, hour, booking::State::Arrived).into());
    rows.push(booking(5, "2026-11-25T07:30", booking::State::Confirmed).into());
    rows.push(booking(6, hour, booking::State::Cancelled).into());
    if let Some(Row::Booking(cancelled)) = rows.last_mut() {
        cancelled.seated = false;
    }
    for n in [7, 8] {
        let (_, mut invitation) = resident(n, 1, State::Printed);
        invitation.proposal = at(hour);
        rows.push(invitation.into());
    }
    let start: SlotStart = hour.parse().unwrap();
    let device = crate::fixtures::device(1);
    let lease = Lease {
        id: LeaseId::of(device, start),
        office: OFFICE,
        device,
        start,
        seats: 2,
        used: 1,
        session: None,
    };
    rows.push(lease.into());
    rows
}

/// Hours that begin half an hour later leave no slot of the usual ones; days that are over do not count.
#[test]
fn what_other_hours_for_a_week_would_move() {
    let hours = serde_json::json!({
        "open": "08:00:00", "close": "15:00:00", "break_from": "12:00:00", "break_to": "13:00:00"
    });
    let of = |from: &str, to: &str| -> SetWeek {
        serde_json::from_value(serde_json::json!({ "from": from, "to": to, "change": {
            "is": "hours", "name": "Ramadan", "week": [hours, hours, hours, hours, hours, null, null],
        }}))
        .unwrap()
    };
    let moved = |today: &str, set: &SetWeek| {
        let moved = moved_by_week(&world(full_hour()), &office(), date(today), set);
        (moved.bookings, moved.invitations)
    };
    assert_eq!(moved(TODAY, &of("2026-11-23", "2026-11-27")), (4, 2));
    assert_eq!(moved(TODAY, &of("2026-11-24", "2026-11-24")), (3, 2));
    assert_eq!(moved(TODAY, &of("2026-11-26", "2026-12-31")), (0, 0));
    assert_eq!(moved("2026-11-25", &of("2026-11-23", "2026-11-27")), (1, 0));
    let usual = SetWeek {
        change: WeekChange::AsUsual,
        ..of("2026-11-23", "2026-11-27")
    };
    assert_eq!(moved(TODAY, &usual), (0, 0));
}

#[test]
fn what_a_change_would_move() {
    let reason = || "Listrik padam".to_owned();
    let staffed = |stations| DayChange::Staffed {
        stations,
        reason: reason(),
    };
    let all = DayChange::Closed { reason: reason() };
    let cases = [
        // Everybody who has not come yet.
        (
            all,
            Moved {
                bookings: 3,
                invitations: 2,
            },
        ),
        // Four seats for eight: both papers, then two bookings.
        (
            staffed(1),
            Moved {
                bookings: 2,
                invitations: 2,
            },
        ),
        (staffed(2), Moved::default()),
        (
            staffed(0),
            Moved {
                bookings: 3,
                invitations: 2,
            },
        ),
        (DayChange::AsUsual, Moved::default()),
    ];
    let world = world(full_hour());
    for (change, expected) in cases {
        let found = moved_by(&world, &office(), date("2026-11-24"), &change);
        assert_eq!(found, expected, "{change:?}");
    }
}
