//! The locked screen of a tablet, and the page on which its PIN is made.

use super::{Look, page};
use crate::{
    browser::TABLET,
    pins::{self, FIRST, FIRST_PIN, SECOND, SECOND_PIN},
    site::{Site, sign_in},
};

pub async fn show(look: &impl Look, mut site: Site) -> anyhow::Result<()> {
    pins::lock_after(&site, 10).await;
    let tablet = site.staff(TABLET, FIRST).await;
    tablet.see("Buat PIN untuk tablet ini").await;
    look.keep(&tablet, "pin-make").await?;
    pins::type_pin(&tablet, "123456").await;
    tablet.see("terlalu mudah ditebak").await;
    look.keep(&tablet, "pin-easy").await?;
    pins::type_pin(&tablet, FIRST_PIN).await;
    tablet.see("Ketik PIN yang sama").await;
    look.keep(&tablet, "pin-again").await?;
    pins::type_pin(&tablet, FIRST_PIN).await;
    tablet.see("Hari ini").await;
    tablet.kept().await;
    pins::leave_alone(&tablet).await;
    look.keep(&tablet, "pin-locked").await?;
    sign_in(&tablet, SECOND).await;
    pins::make(&tablet, SECOND_PIN).await;
    tablet.see("Hari ini").await;
    pins::leave_alone(&tablet).await;
    look.keep(&tablet, "pin-locked-two").await?;
    for _ in 0..5 {
        pins::type_pin(&tablet, "907318").await;
        tablet.see("PIN tidak cocok").await;
        tablet
            .until("the wait", |text| !text.contains("Sebentar"))
            .await;
        let script = "return !document.querySelector('#pin').readOnly";
        while !tablet.run::<bool>(script).await && !tablet.text().await.contains("15 detik") {}
    }
    look.keep(&tablet, "pin-wait").await?;
    tablet.tap("Masuk dengan kata sandi").await;
    tablet.see("Nama pengguna").await;
    look.keep(&tablet, "pin-sign-in").await?;
    site.stop().await;
    page(look, &tablet, "pin-locked-offline", "/desk", "tidak ada").await?;
    tablet.close().await;
    Ok(())
}
