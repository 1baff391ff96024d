//! What the people of a history do, from what their device shows them.

use super::{
    Chance,
    device::Device,
    people::{PEOPLE, any_slot, person},
    server::Server,
};
use chrono::{DateTime, TimeDelta, Utc};
use shared::{
    booking::Booking,
    command::{
        Applicant, Command, ConfirmArrival, DayChange, Proof, RequestBooking, RescheduleBooking,
        SetDay, WalkIn,
    },
    flag::Flag,
    ids::DeviceId,
    invitation::{self, Invitation},
    lease::{Lease, Tablet},
    person::BirthDate,
    removal::PhoneId,
    resident::{Claim, ClaimHash, Resident},
    row::{Key, Of},
    slot::SlotStart,
    sync::Role,
    visit::{Mistake, Outcome, QueueNumber, Reason, Visit},
};

fn any<'a, T: Of + 'static>(device: &'a Device, chance: &mut Chance) -> Option<&'a T> {
    let all: Vec<&T> = device.client.view.all::<T>().collect();
    chance.pick(&all).copied()
}

fn wishes(chance: &mut Chance) -> Vec<SlotStart> {
    (0..1 + chance.below(3)).map(|_| any_slot(chance)).collect()
}

/// The code on the `n`th slip.
pub fn code(n: usize) -> ClaimHash {
    let mut random = [0; 10];
    random
        .iter_mut()
        .zip(n.to_be_bytes())
        .for_each(|(to, from)| *to = from);
    ClaimHash::of_code(&ClaimHash::code_from(random)).expect("a code")
}

fn request(chance: &mut Chance, who: Applicant) -> RequestBooking {
    RequestBooking {
        who,
        choices: wishes(chance),
        any_that_week: chance.one_in(4),
        wait_if_full: chance.one_in(2),
        priority: chance.one_in(6),
        claim: chance.one_in(4).then(|| code(chance.below(6))),
    }
}

/// A person; now and then with a birth date that does not fit the roll.
fn draft(chance: &mut Chance) -> Applicant {
    let mut draft = person(chance.below(PEOPLE));
    if chance.one_in(6) {
        draft.birth = BirthDate::parse("1999-09-09").ok();
    }
    Applicant::New(Box::new(draft))
}

fn queue(device: &Device) -> QueueNumber {
    let id = device.client.device;
    let letters = device
        .client
        .view
        .get::<Tablet>(Key(shared::row::Entity::Tablet, id.0))
        .map_or("ZZ", |tablet| tablet.letters.as_str());
    let last = device.client.view.all::<Visit>().filter(|v| v.device == id);
    let number = last.map(|v| v.queue.number()).max().unwrap_or(0) + 1;
    QueueNumber::new(letters, number).expect("letters and a number")
}

/// What people know of each other without their devices.
#[derive(Default)]
pub struct Town {
    pub phones: Vec<DeviceId>,
    /// Slips as they are printed, with the birth date of whose they are.
    pub papers: Vec<(ClaimHash, BirthDate)>,
}

impl Town {
    /// Of these devices; the codes are those that slips are printed with.
    pub fn of(devices: &[Device], server: &Server) -> Self {
        let paper = |n: usize| {
            let code = code(n);
            let mut claims = server.all::<Claim>();
            let claim = claims.find(|claim| claim.code == code.kept())?;
            let mut people = server.all::<Resident>();
            let person = people.find(|person| person.id == claim.resident)?;
            Some((code, person.birth?))
        };
        Self {
            phones: devices.iter().map(|d| d.client.device).collect(),
            papers: (0..6).filter_map(paper).collect(),
        }
    }
}

/// Something this device's person might do now.
pub fn act(
    device: &Device,
    town: &Town,
    chance: &mut Chance,
    now: DateTime<Utc>,
) -> Option<Command> {
    match device.who().role {
        Role::Resident => resident(device, town, chance),
        _ if chance.one_in(8) => phones(device, town, chance),
        Role::Kelurahan => kelurahan(device, chance),
        Role::Operator => operator(device, chance, now),
        _ => head(device, chance),
    }
}

fn change(device: &Device, chance: &mut Chance) -> Option<Command> {
    let booking = any::<Booking>(device, chance)?;
    // Late or early, for a seat that was kept or none of them.
    if let Some(offer) = booking.offer.as_ref().filter(|_| !chance.one_in(3)) {
        let slot = chance.pick(&offer.slots).copied();
        let slot = slot.filter(|_| !chance.one_in(3));
        let booking = booking.id;
        return Some(Command::AnswerOffer { booking, slot });
    }
    let booking = booking.id;
    Some(if chance.one_in(2) {
        Command::CancelBooking { booking }
    } else {
        let (choices, any_that_week) = (wishes(chance), chance.one_in(4));
        Command::RescheduleBooking(RescheduleBooking {
            booking,
            choices,
            any_that_week,
        })
    })
}

/// Staff let all phones of somebody stay, or remove one of them.
fn phones(device: &Device, town: &Town, chance: &mut Chance) -> Option<Command> {
    let resident = any::<Resident>(device, chance)?.id;
    let phone = *chance.pick(&town.phones)?;
    Some(if chance.one_in(3) {
        Command::KeepPhones { resident }
    } else {
        let phone = PhoneId::of(phone, resident);
        Command::RemovePhone { resident, phone }
    })
}

fn resident(device: &Device, town: &Town, chance: &mut Chance) -> Option<Command> {
    match chance.below(11) {
        0..4 => {
            let who = draft(chance);
            Some(Command::RequestBooking(request(chance, who)))
        }
        4 => {
            let who = Applicant::Known(any::<Resident>(device, chance)?.id);
            Some(Command::RequestBooking(request(chance, who)))
        }
        5..7 => change(device, chance),
        7 => {
            let resident = any::<Resident>(device, chance)?.id;
            Some(Command::KeepPhones { resident })
        }
        _ => {
            let guess = (code(chance.below(6)), person(chance.below(PEOPLE)).birth?);
            let paper = chance.pick(&town.papers).copied();
            let (code, birth) = paper.filter(|_| !chance.one_in(4)).unwrap_or(guess);
            let remove_others = chance.one_in(2);
            Some(Command::ClaimResident {
                code,
                birth,
                remove_others,
            })
        }
    }
}

fn kelurahan(device: &Device, chance: &mut Chance) -> Option<Command> {
    match chance.below(7) {
        0..2 => {
            let who = Applicant::Known(any::<Resident>(device, chance)?.id);
            Some(Command::RequestBooking(request(chance, who)))
        }
        2 => {
            let resident = any::<Resident>(device, chance)?.id;
            Some(Command::IssueSlip {
                resident,
                claim: code(chance.below(6)),
            })
        }
        3..5 => {
            let invitation = any::<Invitation>(device, chance)?.id;
            let outcome = match chance.below(3) {
                0 => invitation::State::Delivered { to: None },
                1 => invitation::State::Undeliverable {
                    reason: invitation::Reason::Away,
                    until: None,
                },
                _ => invitation::State::Undeliverable {
                    reason: invitation::Reason::Moved,
                    until: None,
                },
            };
            Some(Command::RecordDelivery {
                invitation,
                outcome,
            })
        }
        5 => change(device, chance),
        _ => review(device, chance),
    }
}

fn review(device: &Device, chance: &mut Chance) -> Option<Command> {
    let booking = any::<Booking>(device, chance)?.id;
    Some(Command::ReviewRequest {
        booking,
        accept: chance.one_in(2),
    })
}

fn operator(device: &Device, chance: &mut Chance, now: DateTime<Utc>) -> Option<Command> {
    let queue = queue(device);
    let at = chance
        .one_in(5)
        .then(|| now - TimeDelta::minutes(chance.below(600) as i64));
    Some(match chance.below(13) {
        0 => Command::PrepareTablet {},
        1..4 => {
            let booking = any::<Booking>(device, chance)?.id;
            let said = chance.one_in(2);
            let priority = (!chance.one_in(4)).then_some(said);
            Command::ConfirmArrival(ConfirmArrival {
                booking,
                queue,
                proof: Proof::List,
                priority,
                at,
            })
        }
        4..6 => {
            let leases: Vec<&Lease> = device.client.view.all::<Lease>().collect();
            let lease = chance.pick(&leases).map(|lease| lease.id);
            let who = match any::<Resident>(device, chance) {
                Some(known) if chance.one_in(3) => Applicant::Known(known.id),
                _ => draft(chance),
            };
            let (priority, unknown_ticket) = (chance.one_in(3), chance.one_in(8));
            Command::WalkIn(WalkIn {
                who,
                queue,
                priority,
                lease,
                unknown_ticket,
                at,
            })
        }
        6 => Command::CallVisit {
            visit: any::<Visit>(device, chance)?.id,
        },
        7..10 => {
            let outcomes = [
                Outcome::Recorded,
                Outcome::NotRecorded {
                    reason: Reason::Network,
                },
                Outcome::Left,
            ];
            let visit = any::<Visit>(device, chance)?.id;
            Command::CloseVisit {
                visit,
                outcome: *chance.pick(&outcomes)?,
            }
        }
        10 => Command::ReopenVisit {
            visit: any::<Visit>(device, chance)?.id,
        },
        11 => Command::TakeArrivalBack {
            visit: any::<Visit>(device, chance)?.id,
            reason: *chance.pick(&Mistake::ALL)?,
        },
        _ => Command::ReturnLease {
            lease: any::<Lease>(device, chance)?.id,
        },
    })
}

/// A day is closed, shrunk or opened again.
fn set_day(chance: &mut Chance) -> Command {
    let reason = "Listrik padam".to_owned();
    let stations = 1;
    let change = match chance.below(4) {
        0 => DayChange::Closed { reason },
        1 | 2 => DayChange::Staffed { stations, reason },
        _ => DayChange::AsUsual,
    };
    let date = any_slot(chance).date();
    Command::SetDay(SetDay { date, change })
}

fn head(device: &Device, chance: &mut Chance) -> Option<Command> {
    match chance.below(4) {
        0 => Some(Command::ResolveFlag {
            flag: any::<Flag>(device, chance)?.id,
        }),
        1 => review(device, chance),
        2 => Some(set_day(chance)),
        _ => change(device, chance),
    }
}
