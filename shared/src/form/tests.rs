use super::*;
use crate::fixtures::office;

fn on() -> NaiveDate {
    "2026-11-24".parse().unwrap()
}

fn filled() -> IdentityForm {
    IdentityForm {
        nik: "1571 0855 0510 0001".to_owned(),
        kk: "1571081203150042".to_owned(),
        name: " Siti Aminah ".to_owned(),
        birth: "15/05/2005".to_owned(),
        sex: Some(Sex::Female),
        phone: "0812 7455 6677".to_owned(),
        kelurahan: "15.71.08.1001".to_owned(),
        rt: "007".to_owned(),
        recorded_before: Some(false),
        ..IdentityForm::default()
    }
}

fn errors(form: &IdentityForm, strictness: Strictness) -> Vec<(Field, &'static str)> {
    let errors = form.finish(&office(), on(), strictness).unwrap_err();
    errors.iter().map(|e| (e.field, e.code)).collect()
}

#[test]
fn a_filled_form_becomes_a_draft() {
    let mut form = filled();
    form.nik = "1571085505050001".to_owned();
    let draft = form.finish(&office(), on(), Strictness::Resident).unwrap();
    assert_eq!(draft.name.as_str(), "Siti Aminah");
    assert_eq!(draft.birth.unwrap().to_string(), "2005-05-15");
    assert_eq!(draft.kelurahan, Some(office().kelurahan[0].code.clone()));
    assert_eq!((draft.rt, draft.rw, draft.guardian), (Some(7), None, None));
}

/// Reading from the top, the person meets the errors in the order of the fields.
#[test]
fn errors_come_in_the_forms_order_once_a_field() {
    use Field::{Birth, Kelurahan, Kk, Name, Nik, Phone, RecordedBefore, Rt, Rw, Sex};
    let empty = errors(&IdentityForm::default(), Strictness::Resident);
    let needed = [RecordedBefore, Nik, Kk, Name, Birth, Sex, Kelurahan];
    assert_eq!(empty, needed.map(|field| (field, "required")));
    let empty = errors(&IdentityForm::default(), Strictness::Staff);
    assert_eq!(empty, [Name, Kelurahan].map(|field| (field, "required")));

    let wrong = IdentityForm {
        nik: "157108".to_owned(),
        kk: "x".to_owned(),
        birth: "31-02-2005".to_owned(),
        phone: "123".to_owned(),
        kelurahan: "6472040001".to_owned(),
        rt: "0".to_owned(),
        rw: "1000".to_owned(),
        recorded_before: Some(true),
        ..filled()
    };
    let fields: Vec<_> = errors(&wrong, Strictness::Resident)
        .into_iter()
        .map(|(field, _)| field)
        .collect();
    assert_eq!(
        fields,
        [RecordedBefore, Nik, Kk, Birth, Kelurahan, Rt, Rw, Phone]
    );
}

#[test]
fn age_and_guardian() {
    let aged = |birth: &str, change: fn(&mut IdentityForm)| {
        let mut form = filled();
        form.nik = "1571085505050001".to_owned();
        form.birth = birth.to_owned();
        change(&mut form);
        form.finish(&office(), on(), Strictness::Resident)
            .map(|draft| draft.guardian.is_some())
            .map_err(|errors| errors.iter().map(|e| (e.field, e.code)).collect::<Vec<_>>())
    };
    let named = |form: &mut IdentityForm| form.guardian = "Ibu Wati".to_owned();
    let agreed = |form: &mut IdentityForm| {
        form.guardian = "Ibu Wati".to_owned();
        form.guardian_consents = true;
    };
    let married = |form: &mut IdentityForm| form.married = true;
    let garbled = |form: &mut IdentityForm| form.guardian = "123".to_owned();
    let none = |_: &mut IdentityForm| {};
    let guardian = |code| Err(vec![(Field::Guardian, code)]);
    // On 24 November 2026: 17 that day, 16 since a day, 15 still.
    assert_eq!(aged("24-11-2009", none), Ok(false));
    assert_eq!(aged("25-11-2009", none), guardian("guardian_missing"));
    assert_eq!(
        aged("25-11-2009", named),
        guardian("guardian_consent_missing")
    );
    assert_eq!(aged("25-11-2009", agreed), Ok(true));
    assert_eq!(aged("24-11-2010", agreed), Ok(true));
    assert_eq!(
        aged("25-11-2010", agreed),
        Err(vec![(Field::Birth, "too_young")])
    );
    assert_eq!(aged("25-11-2010", married), Ok(false));
    assert_eq!(
        aged("25-11-2026", none),
        Err(vec![(Field::Birth, "birth_future")])
    );
    assert_eq!(
        aged("24-11-2009", agreed),
        Ok(false),
        "a grown-up needs no guardian"
    );
    assert_eq!(
        aged("25-11-2009", garbled).map_err(|e| e[0].0),
        Err(Field::Guardian)
    );
}

/// A new version of the app must not lose what somebody has typed into the one before.
#[test]
fn a_saved_draft_reads_back_even_from_an_older_app() {
    let text = serde_json::to_string(&filled()).unwrap();
    assert_eq!(
        serde_json::from_str::<IdentityForm>(&text).unwrap(),
        filled()
    );
    let older: IdentityForm = serde_json::from_str(r#"{"nik":"15"}"#).unwrap();
    assert_eq!((older.nik.as_str(), older.recorded_before), ("15", None));
}
