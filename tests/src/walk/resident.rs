//! A resident's pages: the way to a ticket, pages that need nobody signed in, and trouble.

use crate::{
    browser::{Browser, PHONE},
    harness::{DEMO, OFFICE},
    invited,
    site::Site,
    steps::{choose, identify, is_grown_up, name, pick},
};

use server::demo::load::resident_id;
use shared::{
    invitation::{Invitation, Proposal, Reply},
    row::Row,
};

use super::{Look, page, states};

/// Pages that need nobody signed in, with a word that stands on each when it is ready.
const OPEN: [(&str, &str, &str); 7] = [
    ("home", "/", "Pesan jadwal"),
    ("bookings-empty", "/bookings", "Belum ada pesanan"),
    ("sign-in", "/sign-in", "Kata sandi"),
    ("settings", "/settings", "Bahasa"),
    ("attention-empty", "/attention", "Semua beres"),
    ("not-found", "/nowhere", "tidak ditemukan"),
    ("no-right", "/desk", "untuk petugas"),
];

pub async fn show(look: &impl Look, mut site: Site, residents: usize) -> anyhow::Result<()> {
    let mut grown_ups = (0..residents).rev().filter(is_grown_up);
    let (who, other) = (grown_ups.next().unwrap(), grown_ups.next().unwrap());
    let guest = grown_ups.next().unwrap();
    let phone = site.device(PHONE).await;
    phone.see("Pilih kantor").await;
    look.keep(&phone, "first-visit").await?;
    phone.tap("Kecamatan Jelutung").await;
    for (name, path, word) in OPEN {
        page(look, &phone, name, path, word).await?;
    }
    to_ticket(look, &phone, who).await?;
    claim(look, &phone).await?;
    invitation(look, &site, &phone, guest).await?;
    let id = states::show(look, &site, &phone).await?;

    // Other people's phones stand still in their forms while the server goes.
    phone.go("/book").await;
    phone.tap("Orang lain").await;
    identify(&phone, other).await;
    phone.kept().await;
    // It has been on a page for staff: that part must be here too before the server goes.
    let kept = "return caches.match('/office_bg.wasm', { ignoreVary: true }).then(file => !!file)";
    let end = std::time::Instant::now() + std::time::Duration::from_secs(40);
    while !phone.run::<bool>(kept).await {
        assert!(
            std::time::Instant::now() < end,
            "the staff's part is not kept"
        );
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    site.stop().await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Pilih waktu").await;
    pick(&phone).await;
    look.keep(&phone, "book-slot-offline").await?;
    phone.tap("Lanjut").await;
    look.keep(&phone, "book-review-offline").await?;
    phone.tap("Kirim pesanan").await;
    phone.see("Tersimpan di HP ini").await;
    look.keep(&phone, "book-done-offline").await?;
    page(
        look,
        &phone,
        "attention-unsent",
        "/attention",
        "belum terkirim",
    )
    .await?;
    page(look, &phone, "settings-unsent", "/settings", "catatan").await?;
    let ticket = format!("/bookings/{id}");
    page(look, &phone, "ticket-offline", &ticket, "Terputus").await?;
    phone.go("/sign-in").await;
    phone.fill("Nama pengguna", "operator.jelutung").await;
    phone.fill("Kata sandi", "rahasia").await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Tidak ada jaringan").await;
    look.keep(&phone, "sign-in-offline").await?;

    // The app is there, but nothing has ever come from the server.
    phone.forget_site().await;
    page(look, &phone, "never-reached", "/", "belum ada di HP ini").await?;
    site.publish("second");
    site.start().await;
    phone.network_back().await;
    phone.see("Versi baru siap").await;
    look.keep(&phone, "update-bar").await?;
    storage(look, &phone, other).await?;
    phone.close().await;
    site.stop().await;
    Ok(())
}

async fn to_ticket(look: &impl Look, phone: &Browser, who: usize) -> anyhow::Result<()> {
    phone.go("/book").await;
    phone.see("Data diri").await;
    look.keep(phone, "book").await?;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("perlu diperbaiki").await;
    look.keep(phone, "book-errors").await?;
    identify(phone, who).await;
    look.keep(phone, "book-filled").await?;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("kursi").await;
    look.keep(phone, "book-slot").await?;
    phone
        .tap_at("//ol[contains(@class, 'days')]//button[contains(@class, 'closed')]")
        .await;
    phone.see("Kantor tidak buka").await;
    look.keep(phone, "book-closed-day").await?;
    choose(phone).await;
    look.keep(phone, "book-review").await?;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    look.keep(phone, "book-done").await?;
    page(look, phone, "bookings-one", "/bookings", "Dipastikan").await?;
    page(look, phone, "home-ticket", "/", "Jadwal Anda").await?;
    page(look, phone, "book-who", "/book", "Untuk siapa").await?;
    phone.go("/bookings").await;
    phone.tap(&name(who)).await;
    phone.see("Kode tiket").await;
    look.keep(phone, "ticket").await?;
    phone.tap("EN").await;
    phone.see("Ticket code").await;
    look.keep(phone, "ticket-english").await?;
    phone.tap("ID").await;
    phone.tap("Batalkan").await;
    phone.see("Ya, batalkan").await;
    look.keep(phone, "ticket-cancel").await?;
    phone.tap("Tidak jadi").await;
    phone.tap("Ganti waktu").await;
    phone.see("Jadwal lama tetap berlaku").await;
    look.keep(phone, "ticket-change").await
}

async fn claim(look: &impl Look, phone: &Browser) -> anyhow::Result<()> {
    page(look, phone, "claim", "/claim", "Kode klaim").await?;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("tanggal, bulan, tahun").await;
    look.keep(phone, "claim-errors").await?;
    phone.fill("Kode klaim", "ABCDEFGHJK").await;
    crate::steps::born(phone, crate::harness::person(0).birth.unwrap()).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Coba kode lagi").await;
    look.keep(phone, "claim-wrong").await?;
    page(look, phone, "attention", "/attention", "Ditolak kantor").await?;
    phone.go("/sign-in").await;
    phone.fill("Nama pengguna", "operator.jelutung").await;
    phone.fill("Kata sandi", "bukan ini").await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("tidak cocok").await;
    look.keep(phone, "sign-in-failed").await
}

/// An invitation from the code on its paper, and as it stands later.
async fn invitation(
    look: &impl Look,
    site: &Site,
    phone: &Browser,
    who: usize,
) -> anyhow::Result<()> {
    let (_, code) = invited::invite_to_village(site, who).await;
    invited::claim(phone, who, &code).await;
    phone.see("Saya datang").await;
    look.keep(phone, "invitation").await?;
    phone.tap("Tidak bisa").await;
    phone.see("Ya, lepas").await;
    look.keep(phone, "invitation-decline").await?;
    page(look, phone, "home-invitation", "/", "Buka undangan").await?;
    let resident = resident_id(DEMO, who);
    let mut all: Vec<Invitation> = site.rows(OFFICE).await;
    all.retain(|invitation| invitation.resident == resident);
    let open = all.remove(0);
    let path = format!("/invitations/{}", open.id);
    let past = open.proposal.map(|proposal| Proposal {
        slot: "2026-11-20T08:00".parse().expect("a slot"),
        ..proposal
    });
    let rows = [
        (
            "invitation-changed",
            Invitation {
                changed: true,
                ..open.clone()
            },
            "tidak berlaku lagi",
        ),
        (
            "invitation-past",
            Invitation {
                proposal: past,
                ..open.clone()
            },
            "sudah lewat",
        ),
        (
            "invitation-unplanned",
            Invitation {
                proposal: None,
                ..open.clone()
            },
            "sedang disusun",
        ),
        (
            "invitation-declined",
            Invitation {
                reply: Some(Reply::Declined),
                ..open
            },
            "tidak bisa datang",
        ),
    ];
    for (name, invitation, word) in rows {
        site.put(OFFICE, Row::Invitation(invitation)).await;
        page(look, phone, name, &path, word).await?;
    }
    Ok(())
}

async fn storage(look: &impl Look, phone: &Browser, who: usize) -> anyhow::Result<()> {
    phone.tap("Nanti").await;
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    phone.see("Data diri").await;
    phone.room(false).await;
    identify(phone, who).await;
    phone.see("belum bisa disimpan").await;
    look.keep(phone, "book-full").await?;
    phone.tap_at("//form//button[@type='submit']").await;
    choose(phone).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Ruang simpan perangkat penuh").await;
    look.keep(phone, "storage-full").await?;
    phone.room(true).await;
    // As a newer version of the app in another tab takes the database.
    let taken = "const open = indexedDB.open('rekam', 2); \
                 return new Promise((done) => { open.onsuccess = () => done(true) })";
    phone.run::<bool>(taken).await;
    phone.tap("Kirim pesanan").await;
    phone.see("Penyimpanan tertutup").await;
    look.keep(phone, "storage-closed").await?;
    Ok(())
}
