//! Signing out holds, also where nobody hears of it at once.

use tests::{browser::TABLET, site::Site, steps::ROLL};

#[tokio::test]
async fn a_sign_out_without_a_network_is_not_undone_when_it_comes_back() {
    let mut site = Site::open(ROLL, true).await;
    let tablet = site.staff(TABLET, "operator.jelutung").await;
    tablet.kept().await;
    assert!(tablet.stored("rows").await > 0);
    site.stop().await;
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.see("Nama pengguna").await;
    site.start().await;
    tablet.reload().await;
    // By then it has pulled: the sign-out has reached the server, and no row came.
    let due = "return new Promise(done => { const open = indexedDB.open('rekam'); \
        open.onsuccess = () => { const db = open.result; \
        const ask = db.transaction('meta').objectStore('meta').get('sign_out_due'); \
        ask.onsuccess = () => { db.close(); done(ask.result === undefined) } } })";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while !tablet.run::<bool>(due).await {
        assert!(std::time::Instant::now() < end, "still due");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
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
    let end = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while tablet.stored("drafts").await == 0 {
        assert!(std::time::Instant::now() < end, "no draft is kept");
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    tablet.go("/settings").await;
    tablet.tap("Ganti pengguna").await;
    tablet.see("Nama pengguna").await;
    assert_eq!(tablet.stored("drafts").await, 0);
    tablet.close().await;
}
