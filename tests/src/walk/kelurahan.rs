//! Pages of kelurahan staff.

use crate::{
    browser::{Browser, TABLET},
    bundles::ask_to_come,
    harness::{DEMO, OFFICE},
    site::Site,
    steps::{grown_ups_of, name, name_of, pick},
};
use shared::{
    booking::{Booking, State},
    resident::Resident,
    row::Row,
};

use super::{Look, page};

pub async fn show(look: &impl Look, mut site: Site, residents: usize) -> anyhow::Result<()> {
    let own = DEMO.kelurahan()[0].code.clone();
    let mine = |b: &&Booking| b.kelurahan.as_ref() == Some(&own) && b.state == State::Confirmed;
    let all: Vec<Booking> = site.rows(OFFICE).await;
    let booked: Vec<&Booking> = all.iter().filter(mine).collect();
    let (doubtful, sure) = (booked[0].clone(), booked[1].clone());
    let review = State::Requested { review: true };
    let doubtful = Booking {
        state: review,
        slot: None,
        ticket: None,
        seated: false,
        verified: false,
        ..doubtful
    };
    site.put(OFFICE, Row::Booking(doubtful.clone())).await;

    let staff = site.staff(TABLET, "kelurahan.jelutung").await;
    staff.see("menunggu Anda lihat").await;
    look.keep(&staff, "kelurahan").await?;
    staff.fill_at("//input[@type='search']", "xyzzy").await;
    staff.see("Tidak ada yang cocok").await;
    look.keep(&staff, "kelurahan-none").await?;
    staff.tap("Tampilkan semua").await;
    staff.tap("Lihat permintaan").await;
    look.keep(&staff, "kelurahan-review-list").await?;
    staff
        .tap(&name_of(&site, OFFICE, doubtful.resident).await)
        .await;
    staff.see("perlu Anda lihat").await;
    look.keep(&staff, "kelurahan-review").await?;
    let booked = format!("/kelurahan/residents/{}", sure.resident);
    page(look, &staff, "kelurahan-booked", &booked, "Kode tiket").await?;
    staff.tap("Batalkan janji").await;
    staff.see("Ya, batalkan").await;
    look.keep(&staff, "kelurahan-cancel").await?;
    let today = "/kelurahan/today";
    page(look, &staff, "kelurahan-today", today, "Terdaftar").await?;
    let missing = "/kelurahan/slip/00000000-0000-0000-0000-000000000000";
    page(
        look,
        &staff,
        "slip-missing",
        missing,
        "Slip tidak ditemukan",
    )
    .await?;
    book_for(look, &site, &staff, grown_ups_of(&own, residents)[0]).await?;
    newcomer(look, &staff).await?;
    let asked = grown_ups_of(&own, residents).into_iter().skip(2);
    ask_to_come(&site, &asked.take(7).collect::<Vec<_>>()).await;
    invitations(look, &staff).await?;
    staff.kept().await;
    site.stop().await;
    let other = grown_ups_of(&own, residents)[1];
    staff.go("/kelurahan").await;
    staff.fill_at("//input[@type='search']", &name(other)).await;
    staff.tap(&name(other)).await;
    staff.tap("Buatkan janji").await;
    pick(&staff).await;
    look.keep(&staff, "kelurahan-book-offline").await?;
    staff.tap("Simpan dan buat slip").await;
    staff.see("Kode klaim").await;
    look.keep(&staff, "slip-offline").await?;
    look.print(&staff, "slip-offline").await?;
    page(
        look,
        &staff,
        "kelurahan-offline",
        "/kelurahan",
        "Tanpa jaringan",
    )
    .await?;
    staff.close().await;
    Ok(())
}

async fn book_for(
    look: &impl Look,
    site: &Site,
    staff: &Browser,
    who: usize,
) -> anyhow::Result<()> {
    let all: Vec<Resident> = site.rows(OFFICE).await;
    let person = all
        .iter()
        .find(|r| r.name.as_str() == name(who))
        .expect("the roll has them");
    let path = format!("/kelurahan/residents/{}", person.id);
    page(look, staff, "kelurahan-person", &path, "Buatkan janji").await?;
    staff
        .tap_at("//button[not(@aria-label)][contains(., 'Tidak sampai')]")
        .await;
    staff.see("Mengapa tidak sampai").await;
    look.keep(staff, "kelurahan-why").await?;
    staff.tap("Sedang tidak ada").await;
    staff.see("Kapan kembali").await;
    look.keep(staff, "kelurahan-away").await?;
    staff.tap("Belum tahu kapan").await;
    staff.see("Perbaiki catatan").await;
    look.keep(staff, "kelurahan-undeliverable").await?;
    staff.tap("Buatkan janji").await;
    staff.see("kursi").await;
    pick(staff).await;
    look.keep(staff, "kelurahan-book").await?;
    staff.tap("Simpan dan buat slip").await;
    staff.see("Kode klaim").await;
    staff
        .until("the office's answer", |text| {
            !text.contains("menunggu jawaban")
        })
        .await;
    look.keep(staff, "slip").await?;
    look.print(staff, "slip").await?;
    staff.tap("Sudah tercetak").await;
    staff.see("tidak ada lagi di perangkat ini").await;
    look.keep(staff, "slip-printed").await
}

async fn newcomer(look: &impl Look, staff: &Browser) -> anyhow::Result<()> {
    let path = "/kelurahan/residents/new";
    page(look, staff, "kelurahan-newcomer", path, "Warga baru").await?;
    staff.tap("Lanjut memilih waktu").await;
    staff.see("perlu diperbaiki").await;
    look.keep(staff, "kelurahan-newcomer-errors").await
}

/// From the list of bundles to the printed papers and back to what became of them.
async fn invitations(look: &impl Look, staff: &Browser) -> anyhow::Result<()> {
    page(
        look,
        staff,
        "kelurahan-duty",
        "/kelurahan",
        "undangan belum dicetak",
    )
    .await?;
    let bundles = "/kelurahan/invitations";
    page(
        look,
        staff,
        "kelurahan-invitations",
        bundles,
        "RT 05 / RW 01",
    )
    .await?;
    staff.tap("RT 05 / RW 01").await;
    staff.see("Langkah berikutnya").await;
    look.keep(staff, "kelurahan-bundle-print").await?;
    staff.tap("Ganti pengantar").await;
    staff.see("Nama pengantar").await;
    look.keep(staff, "kelurahan-bundle-carrier").await?;
    staff.tap("Tutup").await;
    staff
        .tap_at("//a[starts-with(@href, '/kelurahan/print/')]")
        .await;
    staff.see("siap dicetak").await;
    look.keep(staff, "kelurahan-print").await?;
    look.print(staff, "invitations").await?;
    staff
        .run::<bool>("window.print = () => { window.asked = 1; }; return true")
        .await;
    staff.tap_at("//button[contains(., 'Cetak')]").await;
    staff.until_asked_to_print().await;
    staff.tap("Sudah tercetak").await;
    staff.see("Gunting").await;
    look.keep(staff, "kelurahan-printed").await?;
    staff.tap("Daftar undangan").await;
    staff.tap("RT 05 / RW 01").await;
    staff.see("Diserahkan kepada").await;
    look.keep(staff, "kelurahan-bundle-hand-over").await?;
    staff.fill("Diserahkan kepada", "Pak Darmo").await;
    staff.tap("Serahkan").await;
    staff.see("di pengantar").await;
    staff.tap("Semua sampai").await;
    staff.see("Ya, catat").await;
    look.keep(staff, "kelurahan-bundle-all").await?;
    staff.tap("Ya, catat").await;
    staff.see("Tidak ada yang perlu dikerjakan").await;
    look.keep(staff, "kelurahan-bundle-done").await
}
