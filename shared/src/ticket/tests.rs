use super::*;
use proptest::prelude::*;

fn ticket() -> Ticket {
    Ticket {
        booking: BookingId(Uuid::from_u128(0x0192_3456_789a_7bcd_8ef0_1234_5678_9abc)),
        starts: "2026-12-01T00:30:00Z".parse().unwrap(),
    }
}

fn signer(id: u8) -> TicketSigner {
    TicketSigner::new(id, &[id; 32])
}

#[test]
fn no_changed_bit_passes() {
    let keys = [signer(1).public(), signer(2).public()];
    let text = signer(1).sign(ticket());
    assert_eq!(Ticket::verify(&text, &keys), Ok(ticket()));
    let bytes = URL_SAFE_NO_PAD.decode(&text[2..]).unwrap();
    assert_eq!(bytes.len(), 86);
    for bit in 0..bytes.len() * 8 {
        let mut changed = bytes.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let changed = format!("RK{}", URL_SAFE_NO_PAD.encode(changed));
        assert!(Ticket::verify(&changed, &keys).is_err(), "bit {bit}");
    }
    // And in the text itself, where a bit may turn a letter into one outside the alphabet.
    for bit in 0..text.len() * 7 {
        let mut changed = text.clone().into_bytes();
        changed[bit / 7] ^= 1 << (bit % 7);
        let changed = String::from_utf8(changed).unwrap();
        assert_ne!(Ticket::verify(&changed, &keys), Ok(ticket()), "{changed}");
        assert!(Ticket::verify(&changed, &keys).is_err(), "{changed}");
    }
}

#[test]
fn each_refusal_has_its_cause() {
    let keys = [signer(1).public()];
    let text = signer(1).sign(ticket());
    let mut bytes = URL_SAFE_NO_PAD.decode(&text[2..]).unwrap();
    let coded = |bytes: &[u8]| format!("RK{}", URL_SAFE_NO_PAD.encode(bytes));
    let (whole, short) = (coded(&bytes), coded(&bytes[..85]));
    let long = coded(&[bytes.as_slice(), &[0]].concat());
    bytes[0] = 2;
    let newer = coded(&bytes);
    let other_secret = TicketSigner::new(1, &[9; 32]).sign(ticket());
    for (text, expected) in [
        (whole.as_str(), Ok(ticket())),
        (&format!(" {whole}\n"), Ok(ticket())),
        (&newer, Err(TicketError::Version)),
        (&signer(2).sign(ticket()), Err(TicketError::UnknownKey)),
        (&other_secret, Err(TicketError::Forged)),
        (&short, Err(TicketError::NotATicket)),
        (&long, Err(TicketError::NotATicket)),
        (&whole[2..], Err(TicketError::NotATicket)),
        ("RK", Err(TicketError::NotATicket)),
        ("", Err(TicketError::NotATicket)),
        (
            "https://example.com/pay?to=calo",
            Err(TicketError::NotATicket),
        ),
        ("1571085708080001", Err(TicketError::NotATicket)),
        ("RKé😀", Err(TicketError::NotATicket)),
    ] {
        assert_eq!(Ticket::verify(text, &keys), expected, "{text:?}");
    }
}

/// While keys overlap, both tickets are good; when the old key is gone, only the new one is.
#[test]
fn keys_are_changed_with_an_overlap() {
    let (old, new) = (signer(1), signer(2));
    let (early, late) = (old.sign(ticket()), new.sign(ticket()));
    let both = [old.public(), new.public()];
    assert_eq!(Ticket::verify(&early, &both), Ok(ticket()));
    assert_eq!(Ticket::verify(&late, &both), Ok(ticket()));
    let after = [new.public()];
    assert_eq!(Ticket::verify(&early, &after), Err(TicketError::UnknownKey));
    assert_eq!(Ticket::verify(&late, &after), Ok(ticket()));
    let broken = TicketKey {
        id: 1,
        public: "zu kurz".to_owned(),
    };
    assert_eq!(
        Ticket::verify(&early, &[broken]),
        Err(TicketError::UnknownKey)
    );
}

#[test]
fn a_ticket_names_nobody_and_fits_a_small_code() {
    let text = signer(1).sign(ticket());
    assert_eq!(text, signer(1).sign(ticket()), "the same on every instance");
    assert!(text.is_ascii() && text.len() <= 120, "{}", text.len());
}

proptest! {
    #[test]
    fn signed_and_read_back(id: u128, minute in 0i64..4_000_000_000i64 / 60, key: u8, secret: [u8; 32]) {
        let starts = DateTime::from_timestamp(minute * 60, 0).unwrap();
        let ticket = Ticket { booking: BookingId(Uuid::from_u128(id)), starts };
        let signer = TicketSigner::new(key, &secret);
        prop_assert_eq!(Ticket::verify(&signer.sign(ticket), &[signer.public()]), Ok(ticket));
    }

    #[test]
    fn foreign_text_is_refused_calmly(text in "(RK)?\\PC{0,140}") {
        prop_assert!(Ticket::verify(&text, &[signer(1).public()]).is_err());
    }
}
