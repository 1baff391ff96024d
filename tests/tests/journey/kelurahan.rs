//! Kelurahan staff on their round without a network, and the phone that claims what they booked.

use shared::{
    booking::{self, Booking},
    invitation::{self, Invitation},
};
use tests::{
    browser::PHONE,
    harness::{DEMO, OFFICE, person},
    site::Site,
    steps::{ROLL, born, codes_of_slip, grown_ups_of, name, pick},
};

#[tokio::test]
async fn the_round_and_a_slip_without_a_network_arrive_and_a_phone_claims_the_booking() {
    let mut site = Site::open(ROLL, false).await;
    let own = &DEMO.kelurahan()[0].code;
    let [given, moved, helped] = grown_ups_of(own, ROLL)[..3] else {
        panic!("three grown-ups");
    };
    let staff = site.staff(PHONE, "kelurahan.jelutung").await;
    staff.see(&name(helped)).await;
    staff.kept().await;
    site.stop().await;

    staff.go("/kelurahan").await;
    let search = "//input[@type='search']";
    staff.fill_at(search, &name(given)).await;
    let button =
        |who: usize, what: &str| format!("//button[@aria-label=\"Undangan {} {what}\"]", name(who));
    staff.see("Belum menerima").await;
    // Nobody printed it, so nobody can have been given it.
    staff.find(&button(given, "tidak sampai")).await;
    let delivered = "return document.querySelectorAll('[aria-label$=\"sudah sampai\"]').length";
    assert_eq!(staff.run::<u32>(delivered).await, 0);
    staff.fill_at(search, &name(moved)).await;
    staff.tap_at(&button(moved, "tidak sampai")).await;
    staff.tap("Sudah pindah").await;
    staff
        .tap_at(&format!(
            "//li[contains(., 'Sudah pindah')]//a[contains(., \"{}\")]",
            name(moved)
        ))
        .await;
    staff.see("Tidak tinggal lagi di alamat ini").await;

    staff.go("/kelurahan").await;
    staff.fill_at(search, &name(helped)).await;
    staff.tap(&name(helped)).await;
    staff.tap("Buatkan janji").await;
    pick(&staff).await;
    staff.tap("Simpan dan buat slip").await;
    let (ticket, claim) = codes_of_slip(&staff).await;
    let paper = staff.see("Diminta, menunggu jawaban kantor").await;
    assert!(paper.contains(&name(helped)), "{paper}");

    site.start().await;
    let gone = |i: &Invitation| {
        let reason = invitation::Reason::Moved;
        let until = None;
        i.state == invitation::State::Undeliverable { reason, until }
    };
    site.holds::<Invitation>(OFFICE, 1, gone).await;
    let sure = |b: &Booking| b.state == booking::State::Confirmed && b.code.as_str() == ticket;
    site.holds::<Booking>(OFFICE, 1, sure).await;

    let phone = site.device(PHONE).await;
    phone.tap("Kecamatan Jelutung").await;
    phone.go("/claim").await;
    phone.fill("Kode klaim", &claim).await;
    born(&phone, person(helped).birth.unwrap()).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Kode diterima").await;
    phone.tap("Lihat pesanan").await;
    let shown = phone.see("Kode tiket").await.replace([' ', '-', '·'], "");
    assert!(shown.contains(&ticket), "{shown}");
    phone.find("//*[local-name()='svg'][@role='img']").await;
    for browser in [staff, phone] {
        browser.close().await;
    }
}
