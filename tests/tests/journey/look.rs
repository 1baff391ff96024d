use tests::{browser::PHONE, site::Site};
#[tokio::test]
async fn look() {
    let site = Site::open(60, true).await;
    let b = site.device(PHONE).await;
    println!("{}", b.text().await);
    std::fs::write("/tmp/a.png", b.picture().await).unwrap();
    b.go("/book").await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    println!("{}", b.text().await);
    std::fs::write("/tmp/b.png", b.picture().await).unwrap();
    b.close().await;
    let b = site
        .staff(tests::browser::TABLET, "operator.jelutung")
        .await;
    tokio::time::sleep(std::time::Duration::from_secs(4)).await;
    println!("{}", b.text().await);
    std::fs::write("/tmp/c.png", b.picture().await).unwrap();
    b.close().await;
}
