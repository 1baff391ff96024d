//! Another version of the app arrives while a form is being filled: it waits, and eats nothing.

use tests::{
    browser::{Browser, PHONE},
    site::Site,
    steps::{ROLL, grown_up, identify, name},
};

/// Which edition of the app the page is.
async fn edition(phone: &Browser) -> Option<String> {
    phone
        .run("return document.querySelector('meta[name=edition]')?.content ?? null")
        .await
}

#[tokio::test]
async fn a_new_version_waits_to_be_taken_and_keeps_the_half_filled_form() {
    let mut site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    identify(&phone, grown_up(0)).await;
    site.stop().await;
    site.publish("second");
    site.start().await;
    // The browser looks by itself once an hour; here at once.
    phone.network_back().await;
    phone.see("Versi baru siap").await;
    let typed = "return [...document.querySelectorAll('input')].map(i => i.value).join('|')";
    let before: String = phone.run(typed).await;
    assert!(before.contains(&name(grown_up(0))), "{before}");
    // Nothing happens to the form until the person says so.
    phone.fill("Nama lengkap", "Nama yang diganti").await;
    let before = before.replace(&name(grown_up(0)), "Nama yang diganti");
    assert_eq!(phone.run::<String>(typed).await, before);
    assert_eq!(edition(&phone).await, None);

    phone.tap("Perbarui").await;
    let end = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while edition(&phone).await.as_deref() != Some("second") {
        assert!(
            tokio::time::Instant::now() < end,
            "the version was not taken"
        );
    }
    // The new one starts without a network too, with the form as it was.
    site.stop().await;
    phone.go("/book").await;
    phone.see("NIK").await;
    assert_eq!(edition(&phone).await.as_deref(), Some("second"));
    assert_eq!(phone.run::<String>(typed).await, before);
    phone.close().await;
}
