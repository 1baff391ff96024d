//! Long without a network, and in more than one tab.

use chrono::TimeDelta;
use shared::{invitation::Invitation, visit::Visit};
use tests::{
    browser::PHONE,
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{ROLL, alone_at_the_desk, confirm, grown_ups_of, name},
};

#[tokio::test]
async fn signed_in_staff_work_for_a_day_without_a_network_and_then_the_data_is_hidden() {
    let mut site = Site::open(ROLL, true).await;
    let (tablet, booking, who) = alone_at_the_desk(&mut site).await;

    tablet.set_clock(site.now() + TimeDelta::hours(7)).await;
    tablet.go("/desk").await;
    confirm(&tablet, &who).await;
    tablet.set_clock(site.now() + TimeDelta::hours(25)).await;
    tablet.reload().await;
    let page = tablet.see("Data kantor disembunyikan").await;
    assert!(!page.contains(&who), "{page}");
    assert!(
        page.contains("Yang belum terkirim tetap tersimpan"),
        "{page}"
    );

    // What was taken down on the day arrives all the same.
    site.clock.advance(TimeDelta::hours(25));
    site.start().await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
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
