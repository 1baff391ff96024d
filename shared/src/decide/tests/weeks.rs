//! Weeks with other hours: who may set them, and whom they move.

use super::offer::{THURSDAY, TUESDAY, applied, offer, offered, seated};
use crate::{
    booking::State,
    command::{Command, SetWeek, WeekChange},
    fixtures::{OFFICE, Story, device, refusal, staff},
    office::{Hours, Office, WorkingWeek},
    problem::Code,
    row::Key,
    sync::Role,
};
use chrono::NaiveTime;

/// Ramadan begins: slots start at 08:00, so whoever booked 09:30 is offered others; on days before and after
/// nobody moves.
#[test]
fn weeks_with_other_hours_ask_those_to_move_whose_hour_is_gone() {
    let mut story = Story::new();
    let gone = seated(&mut story, 1, TUESDAY);
    let stays = seated(&mut story, 2, THURSDAY);
    let day = Hours {
        open: NaiveTime::from_hms_opt(8, 0, 0).unwrap(),
        close: NaiveTime::from_hms_opt(15, 0, 0).unwrap(),
        break_from: NaiveTime::from_hms_opt(12, 0, 0).unwrap(),
        break_to: NaiveTime::from_hms_opt(12, 30, 0).unwrap(),
    };
    let week = |hours| {
        WorkingWeek([
            Some(hours),
            Some(hours),
            Some(hours),
            None,
            None,
            None,
            None,
        ])
    };
    let set = |from: &str, to: &str, change| SetWeek {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
        change,
    };
    let name = "Ramadan".to_owned();
    let ramadan = WeekChange::Hours {
        name,
        week: Box::new(week(day)),
    };
    let say = |story: &mut Story, who: Role, set: SetWeek| {
        story.say(device(80), &staff(who), Command::SetWeek(set))
    };
    let first = || set("2026-11-23", "2026-11-25", ramadan.clone());
    let refused = |story: &mut Story, set| refusal(&say(story, Role::Head, set));
    assert_eq!(
        refusal(&say(&mut story, Role::Operator, first())),
        Code::NotAllowed
    );
    let past = set("2026-11-09", "2026-11-20", ramadan.clone());
    assert_eq!(refused(&mut story, past), Code::DayPast);
    let long = Hours {
        close: NaiveTime::from_hms_opt(16, 0, 0).unwrap(),
        ..day
    };
    let name = "Ramadan".to_owned();
    let too_long = WeekChange::Hours {
        name,
        week: Box::new(week(long)),
    };
    let too_long = set("2026-11-23", "2026-11-25", too_long);
    assert_eq!(refused(&mut story, too_long), Code::Workload);
    let reversed = set("2026-11-25", "2026-11-23", ramadan.clone());
    assert_eq!(refused(&mut story, reversed), Code::OfficeSettings);

    applied(say(&mut story, Role::Head, first()));
    let second = set("2026-11-25", "2026-11-27", ramadan.clone());
    assert_eq!(refused(&mut story, second), Code::WeeksOverlap);
    let asked = offer(&mut story, gone.id);
    assert_eq!(asked.state, State::Offered);
    assert_eq!(offered(&asked)[0], "2026-11-24T10:00");
    assert_eq!(offer(&mut story, stays.id).state, State::Confirmed);

    let back = set("2026-11-23", "2026-11-25", WeekChange::AsUsual);
    applied(say(&mut story, Role::Head, back));
    let office: &Office = story.get(Key::office(OFFICE));
    assert_eq!(office.settings.weeks, []);
}
