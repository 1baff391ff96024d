//! From the address to a booking form that takes what is typed: on a phone that has never been here,
//! and on one that has. The phone is cheap and its network slow.

use anyhow::Result;
use serde_json::json;

use super::{ask, slow_network, slow_processor};
use crate::{
    bench::report::{Report, percentile},
    browser::{Browser, PHONE},
    site::Site,
};

const TIMES: usize = 5;

/// Touches the office where one must be chosen first, and notes when the field of the NIK is drawn.
const WATCH: &str = "
    new MutationObserver((_, watch) => {
        const field = document.querySelector('form input[inputmode=numeric]');
        if (!field) {
            const offices = [...document.querySelectorAll('main .list button.row')];
            offices.find(button => button.innerText.includes('Jelutung'))?.click();
            return;
        }
        watch.disconnect();
        requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now(); }));
    }).observe(document, { childList: true, subtree: true });";

const USABLE: &str = "
    const done = arguments[0];
    const look = () => window.usable ? done(window.usable) : setTimeout(look, 20);
    look();";

async fn open(phone: &Browser) -> Result<f64> {
    phone.go("/book").await;
    ask(phone, USABLE, vec![]).await
}

pub async fn measure(report: &mut Report) -> Result<()> {
    let site = Site::open(60, false).await;
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..TIMES {
        let phone = Browser::open(&site.base(), PHONE, site.now()).await;
        let watch = json!({ "source": WATCH });
        phone
            .cdp("Page.addScriptToEvaluateOnNewDocument", watch)
            .await;
        slow_processor(&phone).await;
        slow_network(&phone).await;
        first.push(open(&phone).await?);
        phone.installed().await;
        again.push(open(&phone).await?);
        phone.close().await;
    }
    report.put("app.usable_first_ms", percentile(&mut first, 0.5));
    report.put("app.usable_again_ms", percentile(&mut again, 0.5));
    Ok(())
}
