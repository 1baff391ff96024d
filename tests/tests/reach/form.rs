//! The form reads as a sentence where it complains, and keeps what is typed in any order.

use tests::{
    browser::PHONE,
    site::Site,
    steps::{ROLL, part_of_birth},
};

#[tokio::test]
async fn labels_in_a_sentence_keep_their_abbreviations() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    phone.see("Data diri").await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("perlu diperbaiki").await;
    let lines: Vec<String> = phone
        .run("return [...document.querySelectorAll('.errors a')].map(e => e.innerText)")
        .await;
    for line in [
        "Isi NIK",
        "Isi nomor KK",
        "Isi nama lengkap",
        "Isi tanggal lahir",
    ] {
        assert!(lines.iter().any(|other| other == line), "{line}: {lines:?}");
    }
    phone.close().await;
}

#[tokio::test]
async fn a_date_of_birth_is_typed_in_any_order() {
    let site = Site::open(ROLL, false).await;
    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.see("Pesan jadwal").await;
    let whole = ["07", "3", "2009"];
    for order in [[3, 2, 1], [1, 2, 3], [2, 1, 3], [1, 3, 2]] {
        phone.forget("drafts").await;
        phone.go("/book").await;
        phone.see("Data diri").await;
        for n in order {
            // Digit by digit: each is a date that is not whole yet.
            let value = whole[n - 1];
            for end in 1..=value.len() {
                phone.fill_at(&part_of_birth(n), &value[..end]).await;
            }
        }
        let mut parts = Vec::new();
        for n in 1..=3 {
            let field = phone.find(&part_of_birth(n)).await;
            parts.push(field.prop("value").await.unwrap().unwrap());
        }
        assert_eq!(parts, whole, "{order:?}");
        // The draft has it whole too.
        phone.see("Isian tersimpan di HP ini").await;
        phone.reload().await;
        phone.see("Data diri").await;
        for n in 1..=3 {
            let field = phone.find(&part_of_birth(n)).await;
            let kept = field.prop("value").await.unwrap().unwrap();
            let number = |text: &str| text.parse::<u32>().ok();
            assert_eq!(number(&kept), number(whole[n - 1]), "{order:?}");
        }
    }
    phone.close().await;
}
