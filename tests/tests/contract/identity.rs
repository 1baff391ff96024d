//! Who speaks: the database itself, devices, accounts and their sessions.

use crate::base::Base;
use chrono::TimeDelta;
use server::ring::LiveRing;
use server::store::{
    accounts::{self, Account},
    devices::{self, Checked},
    meta, sessions,
};
use shared::{
    ids::{DeviceId, OfficeId, UserId},
    region::RegionCode,
    sync::Role,
    ticket::TicketSigner,
};
use uuid::Uuid;

pub async fn a_database_keeps_its_epoch_and_its_secrets(base: &Base) {
    let mut tx = base.db.write().await.unwrap();
    let epoch = meta::epoch(&mut tx).await.unwrap();
    assert!(!epoch.is_empty());
    let first = meta::secret(&mut tx, "nik", [1; 32]).await.unwrap();
    assert_eq!(first, [1; 32]);
    tx.commit().await.unwrap();

    let mut tx = base.db.write().await.unwrap();
    assert_eq!(
        meta::secret(&mut tx, "nik", [2; 32]).await.unwrap(),
        [1; 32]
    );
    meta::first_epoch(&mut tx, Uuid::new_v4()).await.unwrap();
    assert_eq!(meta::epoch(&mut tx).await.unwrap(), epoch);
    meta::new_epoch(&mut tx, Uuid::new_v4()).await.unwrap();
    assert_ne!(meta::epoch(&mut tx).await.unwrap(), epoch);
}

pub async fn the_one_ticket_key_of_before_is_the_first_of_the_ring(base: &Base) {
    let now = base.clock.now();
    let mut tx = base.db.write().await.unwrap();
    meta::secret(&mut tx, "ticket", [5; 32]).await.unwrap();
    let mut ring = meta::ring(&mut tx, [6; 32]).await.unwrap();
    tx.commit().await.unwrap();
    let before = LiveRing::new(ring.clone()).public(now);
    assert_eq!(before, [TicketSigner::new(1, &[5; 32]).public()]);

    let mut tx = base.db.write().await.unwrap();
    ring.add(&[7; 32], now, now);
    meta::save_ring(&mut tx, &ring).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = base.db.write().await.unwrap();
    let kept = LiveRing::new(meta::ring(&mut tx, [8; 32]).await.unwrap());
    let keys = [1, 2].map(|id| TicketSigner::new(id, &[[5; 32], [7; 32]][usize::from(id) - 1]));
    assert_eq!(kept.public(now), keys.map(|key| key.public()));
    assert_eq!(kept.signer(now).unwrap().id(), 2);
}

pub async fn devices_register_once(base: &Base) {
    let (id, now) = (DeviceId(Uuid::new_v4()), base.clock.now());
    let (token, other) = ([1; 32], [2; 32]);
    let mut tx = base.db.write().await.unwrap();
    for (given, expected) in [
        (&token, Checked::Unknown),
        (&token, Checked::Known),
        (&other, Checked::WrongToken),
    ] {
        let got = devices::register_or_check(&mut tx, id, given, now)
            .await
            .unwrap();
        assert_eq!(got, expected);
    }
    let later = now + TimeDelta::minutes(3);
    devices::contact(&mut tx, id, later).await.unwrap();
    let contacts = devices::contacts(&mut tx, &[id]).await.unwrap();
    assert_eq!(contacts[&id], Some(later));
    devices::revoke(&mut tx, id, true).await.unwrap();
    assert_eq!(
        devices::check(&mut tx, id, &token).await.unwrap(),
        Checked::Revoked
    );
    assert!(devices::contacts(&mut tx, &[id]).await.unwrap().is_empty());
    devices::revoke(&mut tx, id, false).await.unwrap();
    assert_eq!(
        devices::check(&mut tx, id, &token).await.unwrap(),
        Checked::Known
    );

    // Whoever registers as an office before it exists loses the device when it does.
    let system = DeviceId::system(OfficeId(7));
    devices::register_or_check(&mut tx, system, &token, now)
        .await
        .unwrap();
    devices::reserve_system(&mut tx, OfficeId(7), now)
        .await
        .unwrap();
    let got = devices::register_or_check(&mut tx, system, &token, now)
        .await
        .unwrap();
    assert_eq!(got, Checked::WrongToken);
    assert_eq!(devices::last_seq(&mut tx, id).await.unwrap(), 0);
}

pub async fn accounts_and_sessions(base: &Base) {
    let now = base.clock.now();
    let account = Account {
        id: UserId(Uuid::new_v4()),
        username: "siti".to_owned(),
        office: OfficeId(1),
        role: Role::Kelurahan,
        kelurahan: Some(RegionCode::parse("1571081001").unwrap()),
        name: "Siti 'Aminah'".to_owned(),
        password_hash: "$argon2id$".to_owned(),
        revoked: false,
    };
    let mut tx = base.db.write().await.unwrap();
    accounts::create(&mut tx, &account).await.unwrap();
    let found = accounts::by_username(&mut tx, "siti").await.unwrap();
    assert_eq!(found.as_ref(), Some(&account));
    assert_eq!(accounts::by_username(&mut tx, "budi").await.unwrap(), None);
    assert_eq!(
        accounts::list(&mut tx).await.unwrap(),
        vec![account.clone()]
    );
    accounts::set_password(&mut tx, account.id, "other")
        .await
        .unwrap();
    let found = accounts::by_username(&mut tx, "siti")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(found.password_hash, "other");

    let (phone, token) = (DeviceId(Uuid::new_v4()), [3; 32]);
    assert!(
        accounts::on_devices(&mut tx, &[(phone, account.id)])
            .await
            .unwrap()
            .is_empty()
    );
    devices::link_account(&mut tx, phone, account.id)
        .await
        .unwrap();
    devices::link_account(&mut tx, phone, account.id)
        .await
        .unwrap();
    let linked = accounts::on_devices(&mut tx, &[(phone, account.id)])
        .await
        .unwrap();
    assert_eq!(linked[&(phone, account.id)].account.username, "siti");

    let until = now + TimeDelta::hours(12);
    sessions::create(&mut tx, &token, account.id, phone, now, until)
        .await
        .unwrap();
    let (session, of) = sessions::find_live(&mut tx, &token, now)
        .await
        .unwrap()
        .unwrap();
    assert_eq!(
        (session.device, session.expires_at, of.id),
        (phone, until, account.id)
    );
    let late = until + TimeDelta::seconds(1);
    assert!(
        sessions::find_live(&mut tx, &token, late)
            .await
            .unwrap()
            .is_none()
    );
    sessions::touch(&mut tx, &token, now, late + TimeDelta::hours(1))
        .await
        .unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, late)
            .await
            .unwrap()
            .is_some()
    );
    accounts::set_revoked(&mut tx, account.id, true)
        .await
        .unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, now)
            .await
            .unwrap()
            .is_none()
    );
    accounts::set_revoked(&mut tx, account.id, false)
        .await
        .unwrap();
    sessions::end(&mut tx, &token).await.unwrap();
    assert!(
        sessions::find_live(&mut tx, &token, now)
            .await
            .unwrap()
            .is_none()
    );
    sessions::create(&mut tx, &[4; 32], account.id, phone, now, until)
        .await
        .unwrap();
    sessions::end_all(&mut tx, account.id).await.unwrap();
    assert!(
        sessions::find_live(&mut tx, &[4; 32], now)
            .await
            .unwrap()
            .is_none()
    );
    assert_eq!(
        sessions::forget(&mut tx, late + TimeDelta::days(9))
            .await
            .unwrap(),
        2
    );

    // The second of that name, last: on PostgreSQL it ends the transaction.
    let twice = Account {
        id: UserId(Uuid::new_v4()),
        ..account
    };
    let error = accounts::create(&mut tx, &twice).await.unwrap_err();
    assert!(error.is_unique_violation() && !error.is_connection() && !error.is_retryable());
}
