//! Signing out holds, also where nobody hears of it at once.

use serde_json::{Value, json};
use server::{maintenance, store::Db};
use shared::{client::QueuedOp, resident::Resident, visit::Visit};
use tests::{
    browser::TABLET,
    harness::OFFICE,
    site::Site,
    steps::{ROLL, walk_in},
};

#[tokio::test]
async fn a_sign_out_without_a_network_is_not_undone_when_it_comes_back() {
    let mut site = Site::open(ROLL, true).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.kept().await;
    assert!(tablet.stored("rows").await > 0);
    site.stop().await;
    let before = tablet.note("pulled").await;
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet
        .see("baru bisa masuk lagi di perangkat ini setelah ada jaringan")
        .await;
    tablet.tap("Ya, keluar").await;
    tablet.see("Nama pengguna").await;
    assert_eq!(tablet.stored("rows").await, 0);
    site.start().await;
    tablet.reload().await;
    // A pull that began after the sign-out has come to its end.
    let is_later = |pulled: &Value| !pulled["at"].is_null() && pulled["at"] != before["at"];
    let pulled = tablet
        .until_noted("pulled", |pulled| {
            pulled["owner"].is_null() && is_later(pulled)
        })
        .await;
    assert!(tablet.note("sign_out_due").await.is_null(), "told first");
    assert_eq!(pulled["cursor"]["scopes"], json!({}));
    assert_eq!(tablet.stored("rows").await, 0);
    tablet.close().await;
}

/// What a clerk was typing about somebody does not stay for whoever has the tablet next.
#[tokio::test]
async fn drafts_of_staff_go_when_they_sign_out() {
    let site = Site::open(ROLL, false).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.go("/desk/walk-in").await;
    tablet.fill("Nama lengkap", "Rahmat Siregar").await;
    tablet.until_stored("drafts", |count| count != 0).await;
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.see("Ada isian yang belum dikirim").await;
    assert_ne!(tablet.stored("drafts").await, 0, "not before they say yes");
    tablet.tap("Ya, keluar").await;
    tablet.see("Nama pengguna").await;
    assert_eq!(tablet.stored("drafts").await, 0);
    tablet.close().await;
}

/// A whole day at the desk, and then the tablet lies on a table: a script that reads all that the browser keeps
/// finds no number and no name of anybody.
#[tokio::test]
async fn nobody_can_be_read_on_a_tablet_that_was_signed_out() {
    let site = Site::open(ROLL, true).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    let name = "Rahmat Siregar";
    walk_in(&tablet, name, false).await;
    site.holds::<Visit>(OFFICE, 1, |v| v.booking.is_none())
        .await;
    tablet.kept().await;
    tablet.network_back().await;
    let people = site.rows::<Resident>(OFFICE).await;
    let found = |kept: &str| {
        let is_kept = |text: &str| kept.to_lowercase().contains(&text.to_lowercase());
        let of = |r: &Resident| {
            let numbers = [
                r.nik.as_ref().map(|n| n.as_str().to_owned()),
                r.kk.as_ref().map(|n| n.as_str().to_owned()),
            ];
            let texts = numbers
                .into_iter()
                .flatten()
                .chain([r.name.as_str().to_owned()]);
            texts.filter(|text| is_kept(text)).count()
        };
        people.iter().map(of).sum::<usize>() + usize::from(is_kept(name))
    };
    assert_ne!(
        found(&tablet.everything().await),
        0,
        "before, it is all there"
    );
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.see("Nama pengguna").await;
    // Closed a little later: signing out does not wait for it.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let kept = tablet.everything().await;
        if found(&kept) == 0 {
            break;
        }
        assert!(
            std::time::Instant::now() < end,
            "{} texts are left",
            found(&kept)
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tablet.close().await;
}

/// The server loses what happened after its backup; nobody is signed in any more on the tablet, and nobody
/// can read there what it sends again.
#[tokio::test]
async fn a_sign_out_and_an_older_backup_lose_nothing() {
    let mut site = Site::open(ROLL, false).await;
    let folder = tempfile::tempdir().unwrap();
    let backup = folder.path().join("backup.db");
    let db = Db::open(site.database()).await.unwrap();
    maintenance::backup(&db, &backup).await.unwrap();
    db.close().await;

    let tablet = site.staff(TABLET, "operator.jelutung").await;
    let name = "Rahmat Siregar";
    walk_in(&tablet, name, false).await;
    let before = site.holds::<Visit>(OFFICE, 1, |_| true).await;
    tablet.network_back().await;
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.see("Nama pengguna").await;
    // Closed a little later: signing out does not wait for it.
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    loop {
        let kept = tablet.outbox().await;
        let fact = |op: &&QueuedOp| op.envelope.kind == "walk_in";
        let closed = kept.iter().find(fact).expect("it is kept for such a day");
        let text = serde_json::to_string(closed).unwrap();
        if !text.contains(name) && !text.contains("\"visit\"") {
            break;
        }
        assert!(
            std::time::Instant::now() < end,
            "anybody can read it: {text}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }

    site.stop().await;
    maintenance::restore(site.database(), Some(&backup), &site.clock)
        .await
        .unwrap();
    site.start().await;
    assert_eq!(site.rows::<Visit>(OFFICE).await, []);
    tablet.reload().await;
    let after = site.holds::<Visit>(OFFICE, 1, |_| true).await;
    // The tablet's clock runs and the test's server's stands: the time is right within that.
    let fact = |visits: &[Visit]| {
        let visit = visits[0].clone();
        (
            visit.id,
            visit.resident,
            visit.queue,
            visit.day,
            visit.lease,
        )
    };
    assert_eq!(fact(&after), fact(&before));
    assert_eq!(tablet.stored("rows").await, 0, "nobody is signed in");
    tablet.close().await;
}
