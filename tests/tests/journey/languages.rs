//! Indonesian first, whatever the browser prefers; English when asked, and it stays.

use tests::{browser::PHONE, site::Site};

#[tokio::test]
async fn both_languages() {
    let site = Site::open(0, false).await;
    let phone = site.device(PHONE).await;
    phone.see("Pilih kantor").await;
    phone.tap("EN").await;
    phone.see("Choose the office").await;
    phone.reload().await;
    phone.see("Choose the office").await;
    phone.tap("ID").await;
    phone.see("Pilih kantor").await;
    phone.close().await;
}
