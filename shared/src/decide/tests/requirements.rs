//! What residents bring: who may set it, and that nothing else of the office changes.

use crate::{
    command::{Command, SetRequirements},
    decide::Who,
    fixtures::{OFFICE, Story, device, refusal, staff},
    office::{Office, Requirement},
    problem::Code,
    row::Key,
    sync::Role,
};

#[test]
fn a_head_says_what_residents_bring_and_nothing_else_changes() {
    let mut story = Story::new();
    let before = story.get::<Office>(Key::office(OFFICE)).clone();
    let set = |also: &[&str]| {
        Command::SetRequirements(SetRequirements {
            rt_letter: false,
            land_tax_slip: true,
            also: also.iter().map(|text| (*text).to_owned()).collect(),
        })
    };
    for role in [Role::Operator, Role::Kelurahan] {
        let refused = story.say(device(80), &staff(role), set(&[]));
        assert_eq!(refusal(&refused), Code::NotAllowed, "{role:?}");
    }
    let refused = story.say(device(81), &Who::resident(), set(&[]));
    assert_eq!(refusal(&refused), Code::NotAllowed);
    let refused = story.say(device(80), &staff(Role::Head), set(&["Akta\u{0}lahir"]));
    assert_eq!(refusal(&refused), Code::OfficeSettings);
    let long = "a".repeat(81);
    let refused = story.say(device(80), &staff(Role::Head), set(&[&long]));
    assert_eq!(refusal(&refused), Code::TooLarge);
    assert_eq!(story.get::<Office>(Key::office(OFFICE)), &before);

    let said = story.say(device(80), &staff(Role::Head), set(&["", " Akta lahir "]));
    super::offer::applied(said);
    let after = story.get::<Office>(Key::office(OFFICE));
    let asked = [
        Requirement::FamilyCard,
        Requirement::LandTaxSlip,
        Requirement::Other("Akta lahir".to_owned()),
    ];
    assert_eq!(after.settings.requirements(), asked);
    let settings = before
        .settings
        .with_requirements(&after.settings.asks_for());
    let settings = settings.unwrap();
    assert_eq!(*after, Office { settings, ..before });
}
