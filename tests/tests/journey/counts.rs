//! One quantity has one name and one number, whoever reads it: heads and kelurahan staff.

use std::collections::BTreeMap;

use tests::{
    browser::{Browser, DESKTOP},
    bundles::ask_to_come,
    harness::DEMO,
    site::Site,
    steps::{ROLL, grown_ups_of},
};

type Numbers = BTreeMap<String, String>;

/// The large numbers of a page by their names, and the lines below them.
async fn of_page(staff: &Browser) -> Numbers {
    let script = "const text = (e, of) => e.querySelector(of).innerText.trim(); \
        return Object.fromEntries([ \
            ...[...document.querySelectorAll('.stat')] \
                .map(e => [text(e, '.stat__label'), text(e, '.stat__value')]), \
            ...[...document.querySelectorAll('.facts__row')] \
                .map(e => [text(e, 'dt'), text(e, 'dd')])])";
    staff.run(script).await
}

/// The numbers of a kelurahan in the head's table.
async fn of_line(head: &Browser, kelurahan: &str) -> Numbers {
    let script = format!(
        "const line = [...document.querySelectorAll('tr')] \
            .find(e => e.querySelector('th[scope=row]')?.textContent.includes(\"{kelurahan}\")); \
         return Object.fromEntries([...line.querySelectorAll('td')] \
            .map(e => [e.dataset.label, e.innerText.trim()]))"
    );
    head.run(&script).await
}

fn number(numbers: &Numbers, name: &str) -> u32 {
    let found = numbers.get(name);
    let found = found.unwrap_or_else(|| panic!("no {name} in {numbers:?}"));
    found.parse().expect("a number")
}

fn assert_same(mine: &Numbers, of_head: &Numbers, names: &[&str]) {
    for name in names {
        assert_eq!(number(mine, name), number(of_head, name), "{name}");
    }
}

#[tokio::test]
async fn kelurahan_staff_read_the_names_numbers_and_day_of_their_head() {
    let site = Site::open(ROLL, false).await;
    let own = &DEMO.kelurahan()[0];
    let people: Vec<usize> = grown_ups_of(&own.code, ROLL).into_iter().take(4).collect();
    ask_to_come(&site, &people).await;
    let staff = site.staff(DESKTOP, "kelurahan.jelutung").await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;

    head.go("/head/figures").await;
    head.see("wajib KTP terekam").await;
    let reached = of_line(&head, &own.name).await;
    let due = number(&reached, "Wajib KTP");
    assert!(number(&reached, "Diundang") >= 4 && due > 4, "{reached:?}");
    let lead = format!("{due} wajib KTP per Senin, 23 November 2026");
    for path in ["/kelurahan", "/kelurahan/invitations"] {
        staff.go(path).await;
        staff.see(&lead).await;
        let mine = of_page(&staff).await;
        assert_same(&mine, &reached, &["Diundang", "Undangan sampai"]);
    }
    // Each person whom no paper has reached is in one of the lines.
    let mine = of_page(&staff).await;
    assert_same(&mine, &reached, &["Belum menerima"]);
    let parts = [
        "Belum ada tempat di rencana",
        "Belum dicetak",
        "Masih di kelurahan",
        "Di pengantar, belum ada kabar",
        "Tidak sampai",
    ];
    let sum: u32 = parts.iter().map(|part| number(&mine, part)).sum();
    assert_eq!(sum, number(&mine, "Belum menerima"));
    assert_eq!(number(&mine, "Belum dicetak"), 4);
    // The list's filter has the same name and the same number.
    staff.go("/kelurahan").await;
    staff.see(&lead).await;
    let filter = staff.find("//button[contains(@class, 'segment')][contains(., 'Belum menerima')]");
    let filter = filter.await.text().await.expect("the filter's text");
    assert_eq!(filter.replace('\n', " "), format!("Belum menerima {sum}"));

    for browser in [staff, head] {
        browser.close().await;
    }
}

#[tokio::test]
async fn kelurahan_staff_and_their_head_count_today_alike() {
    let site = Site::open(ROLL, true).await;
    let own = &DEMO.kelurahan()[0];
    let staff = site.staff(DESKTOP, "kelurahan.jelutung").await;
    let head = site.staff(DESKTOP, "head.jelutung").await;
    head.see("Per kelurahan").await;
    let today = of_line(&head, &own.name).await;
    assert!(number(&today, "Terdaftar") > 0, "{today:?}");
    staff.go("/kelurahan/today").await;
    staff.see("Terdaftar").await;
    let mine = of_page(&staff).await;
    assert_same(
        &mine,
        &today,
        &["Terdaftar", "Datang", "Terekam", "Tidak datang"],
    );
    for browser in [staff, head] {
        browser.close().await;
    }
}
