//! Somebody with a paper in their hands: what weeks of planning, printing and carrying come to.

use chrono::NaiveDate;
use server::{
    demo::load::{invitation_id, resident_id},
    store::slots,
};
use shared::{
    booking::Booking,
    command::Command,
    ids::{BookingId, InvitationId, ResidentId, SessionId},
    invitation::{Invitation, Proposal, State},
    office::{ClosedDay, Office},
    resident::{Claim, ClaimHash, Resident},
    row::Row,
    session::{Checklist, Details, Session},
    slot::{Slot, SlotStart},
};
use uuid::Uuid;

use crate::{
    browser::Browser,
    harness::{DEMO, OFFICE, person},
    site::Site,
    steps::{born, identify},
};

/// A Wednesday that lies ahead.
pub const DAY: &str = "2026-12-02T08:30";

/// The time that people of these tests are asked to come at.
#[must_use]
pub fn day() -> SlotStart {
    DAY.parse().expect("a slot")
}

/// Who is invited, and to what.
struct Invited {
    invitation: InvitationId,
    resident: ResidentId,
    place: Proposal,
    /// The slot with the seat held.
    seat: Slot,
}

impl Invited {
    fn person(n: usize, session: Option<SessionId>, seat: Slot) -> Self {
        Self {
            invitation: invitation_id(DEMO, n),
            resident: resident_id(DEMO, n),
            place: Proposal {
                slot: seat.start,
                session,
                held: true,
            },
            seat,
        }
    }

    /// Puts the invitation into their hands and gives the code that stands on it.
    async fn has_it(self, site: &Site) -> String {
        let all: Vec<Resident> = site.rows(OFFICE).await;
        let resident = all.iter().find(|r| r.id == self.resident);
        let kelurahan = resident.and_then(|r| r.kelurahan.clone());
        let planned = Invitation::planned(
            self.invitation,
            OFFICE,
            self.resident,
            kelurahan,
            site.now(),
            None,
        );
        let invitation = Invitation {
            state: State::Delivered { to: None },
            delivered_at: Some(site.now()),
            proposal: Some(self.place),
            ..planned
        };
        let [.., last] = *self.resident.0.as_bytes();
        let code = ClaimHash::code_from([last; 10]);
        let hash = ClaimHash::of_code(&code).expect("a code");
        let claim = Claim::new(hash, OFFICE, self.resident, Some(self.invitation));
        let rows = vec![invitation.into(), claim.into(), self.seat.into()];
        site.put_all(OFFICE, rows).await;
        code
    }
}

/// Invites the `n`th person of the roll to the office, with a seat held, and gives the code of the paper.
pub async fn invite(site: &Site, n: usize) -> String {
    let seat = held(site, day()).await.expect("a seat is free");
    Invited::person(n, None, seat).has_it(site).await
}

/// As [`invite`], to a village.
pub async fn invite_to_village(site: &Site, n: usize) -> (Session, String) {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let session = village(site).await;
    let plan = session.slot(&office, day()).expect("they work then");
    let seat = Slot::new(OFFICE, plan).hold().expect("a seat is free");
    let invited = Invited::person(n, Some(session.id), seat);
    (session, invited.has_it(site).await)
}

/// A day in a village, on [`DAY`].
pub async fn village(site: &Site) -> Session {
    village_on(site, day().date()).await
}

/// A day in a village, with the hours of a Wednesday.
pub async fn village_on(site: &Site, date: NaiveDate) -> Session {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let hours = office.settings.week.0[2].expect("hours of a Wednesday");
    let session = Session {
        id: SessionId(Uuid::from_u128(0x5e55_0001)),
        office: OFFICE,
        what: Details {
            kelurahan: vec![DEMO.kelurahan()[0].code.clone()],
            place: "Balai Warga Sukadamai".to_owned(),
            coordinates: None,
            date,
            hours,
            stations: 2,
            staff: 2,
            from_office: 0,
        },
        checklist: Checklist::default(),
        cancelled: None,
        version: 1,
        former: Vec::new(),
    };
    site.put(OFFICE, Row::Session(session.clone())).await;
    session
}

/// Invites somebody for a later hour of today; gives who it is and the code of the paper.
pub async fn invite_for_today(site: &Site) -> (Resident, String) {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let slots = office.slots(office.today(site.now()));
    let mut seat = None;
    for plan in slots.expect("the office works today") {
        if seat.is_none() && office.starts(plan.start) > site.now() {
            seat = held(site, plan.start).await;
        }
    }
    let seat = seat.expect("a seat is free today");
    let all: Vec<Resident> = site.rows(OFFICE).await;
    let is_free = |r: &&Resident| r.active.is_none() && r.recorded_on.is_none() && !r.forgotten;
    let found = all
        .iter()
        .filter(is_free)
        .find_map(|r| Some((r.clone(), r.invitation?)));
    let (resident, invitation) = found.expect("somebody is due");
    let invited = Invited {
        invitation,
        resident: resident.id,
        place: Proposal {
            slot: seat.start,
            session: None,
            held: true,
        },
        seat,
    };
    let code = invited.has_it(site).await;
    (resident, code)
}

/// A slot at the office with one more seat held.
async fn held(site: &Site, start: SlotStart) -> Option<Slot> {
    let office = site.rows::<Office>(OFFICE).await.remove(0);
    let plan = office.slot(start).expect("the office works then");
    let slot = slot(site, start).await;
    slot.unwrap_or_else(|| Slot::new(OFFICE, plan)).hold().ok()
}

/// A slot at the office, once somebody has claimed from it.
pub async fn slot(site: &Site, start: SlotStart) -> Option<Slot> {
    let app = site.app.as_ref().expect("the server runs");
    let mut tx = app.backend.db.read().await.expect("a transaction");
    let all = slots::all(&mut tx, OFFICE).await.expect("the slots");
    all.into_iter()
        .map(|(slot, _)| slot)
        .find(|slot| slot.start == start && slot.session.is_none())
}

/// Opens the link of the paper and types the birth date.
pub async fn claim(phone: &Browser, n: usize, code: &str) {
    phone
        .go(&format!("/claim#office={OFFICE}&code={code}"))
        .await;
    phone.see("Kode klaim").await;
    born(phone, person(n).birth.expect("a birth date")).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Undangan Anda").await;
}

/// The `n`th person books by themselves, and then the office closes the day they were given.
pub async fn lose_the_day(site: &Site, phone: &Browser, n: usize) -> BookingId {
    phone.tap("Kecamatan Jelutung").await;
    phone.tap("Pesan jadwal").await;
    identify(phone, n).await;
    phone.tap_at("//form//button[@type='submit']").await;
    phone.see("Pilih waktu").await;
    // Not the last day: the seats offered instead come after it.
    let day = "(//ol[contains(@class, 'days')]//button[not(contains(@class, 'closed'))])[3]";
    phone.tap_at(day).await;
    phone
        .tap_at("(//ul[contains(@class, 'slots')]//button[not(@disabled)])[1]")
        .await;
    phone.tap("Lanjut").await;
    phone.see("Periksa lagi").await;
    phone.tap("Kirim pesanan").await;
    phone.see("Jadwal Anda dipastikan").await;
    let resident = resident_id(DEMO, n);
    let own = |b: &Booking| b.resident == resident;
    let booking = site.holds(OFFICE, 1, own).await.remove(0);
    close_day_of(site, &booking).await;
    booking.id
}

/// The office closes the day of a booking and offers other seats for it.
pub async fn close_day_of(site: &Site, booking: &Booking) {
    let mut office = site.rows::<Office>(OFFICE).await.remove(0);
    office.settings.closed.push(ClosedDay {
        date: booking.slot.expect("a seat").date(),
        reason: "Listrik padam".to_owned(),
    });
    let closed = Command::SetOffice {
        office: Box::new(office),
    };
    let offer = Command::OfferSlots {
        booking: booking.id,
    };
    site.say(OFFICE, vec![closed, offer]).await;
}
