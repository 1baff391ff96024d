//! Everything that reads text from outside, on any text: an answer, never a panic, and what is read
//! is written back so that it reads the same. Names, numbers, phones and dates have their own
//! properties beside their code.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use shared::{
    calendar, office::Office, person::PersonName, region::RegionCode, resident::ClaimHash,
    slot::SlotStart, sync::Cursor, ticket::Ticket, visit::QueueNumber,
};
use tests::{harness::TestApp, sim::Chance, soak};

fn cases() -> ProptestConfig {
    let cases = u32::try_from(soak::times(2_000, 200_000)).unwrap();
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

/// Text that is nearly right, and any other.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[A-Z]{0,4}-?[0-9]{0,7}",
        "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}",
        "[0-9.]{0,14}",
        "RK[A-Za-z0-9_-]{0,130}",
        "[0-9A-Z -]{8,14}",
    ]
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn slots_queue_numbers_and_regions_read_back_as_they_are_written(text in text()) {
        if let Ok(slot) = text.parse::<SlotStart>() {
            prop_assert_eq!(slot.to_string().parse::<SlotStart>().unwrap(), slot);
        }
        if let Ok(queue) = text.parse::<QueueNumber>() {
            prop_assert_eq!(queue.to_string().parse::<QueueNumber>().unwrap(), queue);
        }
        if let Ok(region) = RegionCode::parse(&text) {
            prop_assert_eq!(RegionCode::parse(&region.dotted()).unwrap(), region);
        }
        if let Ok(name) = PersonName::parse(&text) {
            prop_assert!(!name.as_str().contains('\0'));
            let again = PersonName::parse(name.as_str()).unwrap();
            prop_assert_eq!(again, name);
        }
    }

    #[test]
    fn no_text_is_a_ticket_or_breaks_reading_one(text in text()) {
        prop_assert!(Ticket::verify(&text, &[]).is_err());
        let _ = ClaimHash::of_code(&text);
        let _ = serde_json::from_str::<Office>(&text);
        let _ = serde_json::from_str::<Cursor>(&text);
    }

    #[test]
    fn any_settings_of_an_office_give_slots_or_none(
        stations in any::<u16>(), minutes in any::<u16>(), walk_in in any::<u16>(),
        unverified in any::<u16>(), day in 0_i64..4_000_000
    ) {
        let mut office = tests::story::office();
        office.settings.stations = stations;
        office.settings.minutes_per_recording = minutes;
        let json = serde_json::to_value(&office).unwrap();
        let mut changed = json.clone();
        changed["settings"]["walk_in_percent"] = walk_in.into();
        changed["settings"]["unverified_percent"] = unverified.into();
        let read = serde_json::from_value::<Office>(changed);
        let office = read.unwrap_or(office);
        let days = chrono::TimeDelta::days(day);
        let date = chrono::NaiveDate::MIN.checked_add_signed(days).unwrap_or(chrono::NaiveDate::MAX);
        let offer = office.offer(date, &[], date.and_hms_opt(0, 0, 0).unwrap());
        for slot in &offer.slots {
            prop_assert!(u32::from(slot.free) <= u32::from(u16::MAX));
        }
        let _: Option<calendar::Closed> = offer.closed;
    }
}

/// What the server reads outside of bodies: the token, the cookie, the cursor, the range, the id.
#[tokio::test]
async fn headers_and_queries_of_any_kind_are_answered() {
    let app = TestApp::start().await;
    let phone = app.phone();
    let mut chance = Chance::new(5);
    let letters: Vec<char> = "aA0-_.=;, %/\\{}[]\"'\u{e9}\u{202e}".chars().collect();
    let http = reqwest::Client::new();
    for _ in 0..soak::times(150, 20_000) {
        let text: String = (0..chance.below(40))
            .map(|_| *chance.pick(&letters).unwrap())
            .collect();
        let coded = URL_SAFE_NO_PAD.encode(&text);
        let mut url: reqwest::Url = app.url("/api/v1/sync/pull").parse().unwrap();
        let cursor = if chance.one_in(2) { &coded } else { &text };
        url.query_pairs_mut().append_pair("cursor", cursor);
        let token = format!("Bearer {}.{}", phone.device, phone.token);
        let pull = http.get(url).header("authorization", token);
        let mut url: reqwest::Url = app.url("/api/v1/offices/1/slots").parse().unwrap();
        url.query_pairs_mut()
            .append_pair("from", &text)
            .append_pair("to", &text);
        let slots = http.get(url).header("if-none-match", coded.clone());
        let header = reqwest::header::HeaderValue::from_bytes(text.as_bytes());
        let header = header.unwrap_or_else(|_| "x".parse().unwrap());
        let asked = [
            pull,
            slots,
            http.get(app.url("/api/v1/sync/pull"))
                .header("authorization", header.clone()),
            http.get(app.url("/api/v1/session"))
                .header("cookie", header.clone()),
            http.get(app.url("/")).header("accept-encoding", header),
        ];
        for request in asked {
            let answer = request.send().await.unwrap();
            let status = answer.status().as_u16();
            assert!(status < 500, "{status} for {text:?}: {}", answer.url());
        }
    }
}
