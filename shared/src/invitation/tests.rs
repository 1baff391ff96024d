use super::*;
use proptest::prelude::*;
use uuid::Uuid;

fn at(minute: i64) -> DateTime<Utc> {
    let monday: DateTime<Utc> = "2026-11-23T01:00:00Z".parse().unwrap();
    monday + chrono::TimeDelta::minutes(minute)
}

fn user(n: u128) -> Option<UserId> {
    Some(UserId(Uuid::from_u128(n)))
}

fn planned() -> Invitation {
    let id = InvitationId(Uuid::from_u128(1));
    let resident = ResidentId(Uuid::from_u128(2));
    Invitation::planned(id, OfficeId(1), resident, None, at(0), None)
}

fn word(state: State, minute: i64, by: u128) -> Word {
    Word {
        state,
        at: at(minute),
        by: user(by),
    }
}

fn handed() -> State {
    State::HandedOver {
        to: PersonName::parse("Pak Darmo").ok(),
    }
}

fn delivered() -> State {
    State::Delivered { to: None }
}

fn gone(reason: Reason) -> State {
    State::Undeliverable {
        reason,
        until: None,
    }
}

#[test]
fn each_step_follows_the_one_before_and_none_goes_back() {
    let mut invitation = planned();
    for (n, (state, expected)) in [
        (State::Printed, State::Printed),
        (handed(), handed()),
        // Printed once more while the first paper is on its way.
        (State::Printed, handed()),
        (delivered(), delivered()),
        (handed(), delivered()),
        (State::Printed, delivered()),
        (gone(Reason::Moved), gone(Reason::Moved)),
        // Taken back: the paper is where it was.
        (State::Planned, handed()),
        (delivered(), delivered()),
    ]
    .into_iter()
    .enumerate()
    {
        invitation = invitation.record(word(state, n as i64 + 1, 1));
        assert_eq!(invitation.state, expected, "{n}");
    }
    assert_eq!(invitation.delivered_at, Some(at(9)));
}

#[test]
fn a_word_that_arrives_late_leaves_the_newer_one() {
    let invitation =
        planned()
            .record(word(delivered(), 20, 1))
            .record(word(gone(Reason::Away), 10, 2));
    assert_eq!((invitation.state, invitation.by), (delivered(), user(1)));
    let taken_back = planned()
        .record(word(handed(), 5, 1))
        .record(word(State::Planned, 20, 1))
        .record(word(delivered(), 10, 2));
    assert_eq!(taken_back.state, handed());
    assert_eq!(taken_back.delivered_at, None);
}

#[test]
fn planned_anew_what_was_said_before_counts_no_more() {
    let anew = planned()
        .record(word(State::Printed, 1, 1))
        .record(word(gone(Reason::Away), 2, 1))
        .replan(at(30), None);
    assert_eq!((&anew.state, anew.at), (&State::Planned, at(30)));
    let same = anew.clone().record(word(delivered(), 10, 2));
    assert_eq!(same, anew);
    let printed = anew.record(word(State::Printed, 31, 1));
    assert_eq!(printed.state, State::Printed);
}

#[test]
fn names_of_those_who_took_it_go() {
    let forgotten = planned()
        .record(word(handed(), 1, 1))
        .record(word(delivered(), 2, 1))
        .forgotten();
    assert!(!format!("{forgotten:?}").contains("Darmo"));
}

fn any_word() -> impl Strategy<Value = Word> {
    let states = prop_oneof![
        Just(State::Planned),
        Just(State::Printed),
        Just(handed()),
        Just(State::HandedOver { to: None }),
        Just(delivered()),
        Just(gone(Reason::Away)),
        Just(gone(Reason::Moved)),
    ];
    (states, 1_i64..6, 1_u128..4).prop_map(|(state, minute, by)| word(state, minute, by))
}

/// A second way to the same answer: all words are there at once.
fn expected(words: &[Word]) -> State {
    let last = |wanted: fn(&State) -> bool| {
        let mut of: Vec<&Word> = words.iter().filter(|w| wanted(&w.state)).collect();
        of.sort_by_key(|w| (w.at, w.by, format!("{:?}", w.state)));
        of.last().map(|word| word.state.clone())
    };
    let outcome = last(|state| state.is_settled() || *state == State::Planned);
    let paper = last(|state| matches!(state, State::HandedOver { .. }))
        .or_else(|| last(|state| *state == State::Printed));
    outcome
        .filter(State::is_settled)
        .or(paper)
        .unwrap_or(State::Planned)
}

proptest! {
    /// Two or three devices tell the same facts in any order.
    #[test]
    fn whatever_the_order_the_end_is_the_same(
        (words, shuffled) in prop::collection::vec(any_word(), 0..7)
            .prop_flat_map(|words| (Just(words.clone()), Just(words).prop_shuffle()))
    ) {
        let tell = |words: &[Word]| words.iter().cloned().fold(planned(), Invitation::record);
        let (one, other) = (tell(&words), tell(&shuffled));
        prop_assert_eq!(&one, &other);
        prop_assert_eq!(&one.state, &expected(&words));
        // What was told twice changes nothing.
        prop_assert_eq!(words.iter().cloned().fold(one.clone(), Invitation::record), one);
    }
}
