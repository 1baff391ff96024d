//! An operator's morning without a network: people without a booking, the queue, the paper.

use chrono::{DateTime, Utc};
use shared::{
    lease::Lease,
    visit::{Reason, State, Visit},
};
use tests::{
    browser::TABLET,
    harness::OFFICE,
    site::Site,
    steps::{ROLL, alone_at_the_desk, name_of, walk_in},
};

#[tokio::test]
async fn walk_ins_from_lent_seats_are_queued_called_and_closed_without_a_network() {
    let mut site = Site::open(ROLL, false).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.go("/desk/walk-in").await;
    tablet.see("untuk jam ini").await;
    tablet.kept().await;
    site.stop().await;

    walk_in(&tablet, "Budi Hartono", false).await;
    walk_in(&tablet, "Sri Mulyati", false).await;
    walk_in(&tablet, "Aminah Lubis", true).await;
    tablet.go("/desk/queue").await;
    tablet.see("Menunggu: 3").await;
    let order: Vec<String> = tablet
        .run("return [...document.querySelectorAll('.queue__name')].map(e => e.innerText)")
        .await;
    assert_eq!(order, ["Aminah Lubis", "Budi Hartono", "Sri Mulyati"]);
    for outcome in ["Terekam", "Berkas kurang", "Pulang"] {
        tablet
            .tap_at("(//ol//button[contains(., 'Panggil')])[1]")
            .await;
        tablet.see("Panggil lagi").await;
        tablet
            .tap_at(&format!(
                "//*[@class='outcomes']//button[contains(., '{outcome}')]"
            ))
            .await;
        tablet
            .until("the next", |text| !text.contains("Panggil lagi"))
            .await;
    }
    tablet.see("Selesai hari ini: 3").await;

    site.start().await;
    tablet.network_back().await;
    site.holds::<Visit>(OFFICE, 3, |v| v.lease.is_some() && !v.state.is_open())
        .await;
    for (who, state, priority) in [
        ("Aminah Lubis", State::Recorded, true),
        (
            "Budi Hartono",
            State::NotRecorded {
                reason: Reason::Document,
            },
            false,
        ),
        ("Sri Mulyati", State::Left, false),
    ] {
        let visit = site
            .holds::<Visit>(OFFICE, 1, |v| v.state == state)
            .await
            .remove(0);
        assert_eq!(visit.priority, priority);
        assert_eq!(name_of(&site, OFFICE, visit.resident).await, who);
    }
    let used: u16 = site
        .rows::<Lease>(OFFICE)
        .await
        .iter()
        .map(|l| l.used)
        .sum();
    assert_eq!(used, 3);
    let other = site.staff(TABLET, "operator2.jelutung").await;
    other.see("Hari ini").await;
    other.go("/desk/queue").await;
    other.see("Selesai hari ini: 3").await;
    for browser in [tablet, other] {
        browser.close().await;
    }
}

#[tokio::test]
async fn an_arrival_from_paper_counts_from_its_real_time() {
    let mut site = Site::open(ROLL, true).await;
    let (tablet, booking, who) = alone_at_the_desk(&mut site).await;

    tablet.go("/desk/paper").await;
    tablet.tap("Masukkan dari kertas").await;
    tablet.fill("Jam datang", "08.59").await;
    tablet.fill("Cari nama atau kode", &who).await;
    tablet.tap(&who).await;
    tablet.tap("Simpan kedatangan").await;
    tablet.see("Jam itu belum lewat").await;
    tablet.fill("Jam datang", "07.42").await;
    tablet.tap("Simpan kedatangan").await;
    tablet.see("07.42").await;
    tablet.see("Baru dimasukkan").await;

    site.start().await;
    let visit = site
        .holds::<Visit>(OFFICE, 1, |v| v.booking == Some(booking.id))
        .await
        .remove(0);
    let real: DateTime<Utc> = "2026-11-23T00:42:00Z".parse().unwrap();
    assert_eq!(visit.arrived_at, real);
    tablet.go("/desk/queue").await;
    tablet.see("Menunggu").await;
    tablet
        .find(&format!(
            "//li[contains(@class, 'queue__item')][contains(., \"{who}\")][contains(., 'menunggu 2')]"
        ))
        .await;
    tablet.close().await;
}
