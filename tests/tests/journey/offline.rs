//! Long without a network, and in more than one tab.

use chrono::TimeDelta;
use serde_json::Value;
use shared::{
    command::Command,
    invitation::Invitation,
    office::{ClosedDay, Office},
    visit::Visit,
};
use tests::{
    browser::{PHONE, TABLET},
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{ROLL, alone_at_the_desk, confirm, expected, fill_date, grown_ups_of, name},
};

#[tokio::test]
async fn signed_in_staff_work_for_three_working_days_without_a_network_and_then_the_data_is_hidden()
{
    let mut site = Site::open(ROLL, true).await;
    let (tablet, booking, who) = alone_at_the_desk(&mut site).await;

    tablet.set_clock(site.now() + TimeDelta::hours(7)).await;
    tablet.go("/desk").await;
    confirm(&tablet, &who).await;
    // Thursday evening, the last of three working days.
    let hours = TimeDelta::days(3) + TimeDelta::hours(7);
    tablet.set_clock(site.now() + hours).await;
    tablet.reload().await;
    let page = tablet.see("26 November").await;
    assert!(!page.contains("Data kantor disembunyikan"), "{page}");
    tablet.set_clock(site.now() + TimeDelta::days(4)).await;
    tablet.reload().await;
    let page = tablet.see("Data kantor disembunyikan").await;
    assert!(!page.contains(&who), "{page}");
    assert!(
        page.contains("Yang belum terkirim tetap tersimpan"),
        "{page}"
    );

    // What was taken down on the day arrives all the same.
    site.clock.advance(TimeDelta::days(4));
    site.start().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await;
    tablet.close().await;
}

/// The page has been open since before the head closed the days, so its public list of offices is older.
#[tokio::test]
async fn days_that_the_office_closes_do_not_count_among_the_three() {
    let mut site = Site::open(ROLL, true).await;
    let (_, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.kept().await;
    let before = tablet.note("pulled").await;
    let mut office = site.rows::<Office>(OFFICE).await.remove(0);
    for date in ["2026-11-26", "2026-11-27"] {
        office.settings.closed.push(ClosedDay {
            date: date.parse().unwrap(),
            reason: "Banjir".to_owned(),
        });
    }
    let closed = Command::SetOffice {
        office: Box::new(office),
    };
    site.say(OFFICE, vec![closed]).await;
    let has_days = |pulled: &Value| pulled["cursor"] != before["cursor"];
    tablet.until_noted("pulled", has_days).await;
    site.stop().await;
    for (days, hidden) in [(6, false), (8, true)] {
        tablet.set_clock(site.now() + TimeDelta::days(days)).await;
        tablet.reload().await;
        let page = tablet
            .until("the desk", |page| {
                page.contains("Data kantor disembunyikan") || page.contains("Menunggu")
            })
            .await;
        let is_hidden = page.contains("Data kantor disembunyikan");
        assert_eq!(is_hidden, hidden, "after {days} days: {page}");
    }
    tablet.close().await;
}

#[tokio::test]
async fn a_tablet_whose_clock_is_a_day_off_shows_the_offices_day_and_says_so() {
    let mut site = Site::open(ROLL, true).await;
    let (booking, who) = expected(&site, OFFICE).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.see(&who).await;
    tablet.kept().await;
    for days in [-1, 1] {
        tablet.set_clock(site.now() + TimeDelta::days(days)).await;
        tablet.go("/desk").await;
        tablet.see("Jam perangkat ini salah").await;
        tablet.see(&who).await;
        // The difference is kept for the time without a network.
        site.stop().await;
        tablet.reload().await;
        tablet.see(&who).await;
        site.start().await;
        tablet.network_back().await;
    }
    // Back by days, and no server to say so.
    site.stop().await;
    tablet.set_clock(site.now() - TimeDelta::days(9)).await;
    tablet.reload().await;
    tablet.see("Tanggal perangkat ini mundur").await;
    tablet.see(&who).await;
    let today = site.now().date_naive();
    // A mistyped year does not lock the tablet.
    let next_year = today + TimeDelta::days(365);
    fill_date(&tablet, "Hari ini tanggal berapa?", next_year).await;
    tablet.tap("Pakai tanggal ini").await;
    tablet.see("Tulis tanggal hari ini, antara").await;
    fill_date(&tablet, "Hari ini tanggal berapa?", today).await;
    tablet.tap("Pakai tanggal ini").await;
    tablet.see("Tanggal ini ditulis petugas").await;
    confirm(&tablet, &who).await;

    // Somebody sets the clock right while the page is closed: today is asked for and not hidden.
    tablet.set_clock(site.now()).await;
    tablet.reload().await;
    tablet.see("Jam perangkat ini melompat maju").await;
    tablet.see(&who).await;
    site.start().await;
    tablet.network_back().await;
    let visit = site
        .holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await
        .remove(0);
    assert_eq!(visit.day, today, "and not nine days ago");
    tablet
        .until("a right clock", |text| !text.contains("melompat maju"))
        .await;
    tablet.close().await;
}

#[tokio::test]
async fn two_tabs_of_one_device_show_the_same_and_lose_nothing() {
    let mut site = Site::open(ROLL, false).await;
    let [first, second] = grown_ups_of(&DEMO.kelurahan()[0].code, ROLL)[..2] else {
        panic!("two grown-ups");
    };
    let staff = site.staff(PHONE, "kelurahan.jelutung").await;
    staff.see(&name(first)).await;
    staff.kept().await;
    let one = staff.shown().await;
    let other = staff.tab(site.now()).await;
    staff.go("/kelurahan").await;
    staff.see(&name(first)).await;
    site.stop().await;

    let not_given = |n: usize| {
        format!(
            "//button[@aria-label=\"Undangan {} tidak sampai\"]",
            name(n)
        )
    };
    let moved = "//dialog//button[contains(., 'Sudah pindah')]";
    let done = |n: usize| {
        format!(
            "//li[contains(., \"{}\")][contains(., 'Sudah pindah')]",
            name(n)
        )
    };
    staff.tap_at(&not_given(first)).await;
    staff.tap_at(moved).await;
    staff.find(&done(first)).await;
    staff.show(&one).await;
    staff.find(&done(first)).await;
    staff.tap_at(&not_given(second)).await;
    staff.tap_at(moved).await;
    staff.find(&done(second)).await;
    staff.show(&other).await;
    staff.find(&done(second)).await;

    site.start().await;
    for tab in [&one, &other] {
        staff.show(tab).await;
        staff.network_back().await;
    }
    let gone = |i: &Invitation| i.state.is_settled();
    site.holds::<Invitation>(OFFICE, 2, gone).await;
    let unsent = "return document.querySelector('.chip__long').innerText";
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while staff.run::<String>(unsent).await != "Tersambung" {
        assert!(
            tokio::time::Instant::now() < end,
            "{}",
            staff.run::<String>(unsent).await
        );
    }
    staff.close().await;
}
