//! Accounts for every role of the demo offices. Their password is known to everybody: for trying out
//! only.

use shared::{ids::UserId, office::Kelurahan, sync::Role};

use super::DemoOffice;
use crate::{
    app::Backend,
    auth::password,
    store::accounts::{self, Account},
};

/// The password of all demo accounts.
pub const PASSWORD: &str = "rekam-demo-2026";

/// One account to sign in with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DemoAccount {
    pub username: String,
    pub role: Role,
    pub office: DemoOffice,
    pub kelurahan: Option<Kelurahan>,
    pub name: String,
}

fn short(office: DemoOffice) -> &'static str {
    match office {
        DemoOffice::Jelutung => "jelutung",
        DemoOffice::SamarindaIlir => "samarinda",
    }
}

/// Two operators, a head, an administrator, and staff of every other kelurahan.
#[must_use]
pub fn of(office: DemoOffice) -> Vec<DemoAccount> {
    let account = |prefix: &str, role, kelurahan: Option<Kelurahan>, name: String| DemoAccount {
        username: format!("{prefix}.{}", short(office)),
        role,
        office,
        kelurahan,
        name,
    };
    let mut all = vec![
        account("operator", Role::Operator, None, "Operator 1".to_owned()),
        account("operator2", Role::Operator, None, "Operator 2".to_owned()),
    ];
    for (n, kelurahan) in (1..).zip(office.kelurahan().into_iter().step_by(2)) {
        let prefix = if n == 1 {
            "kelurahan".to_owned()
        } else {
            format!("kelurahan{n}")
        };
        let name = format!("Petugas {}", kelurahan.name);
        all.push(account(&prefix, Role::Kelurahan, Some(kelurahan), name));
    }
    all.push(account("head", Role::Head, None, "Kepala Seksi".to_owned()));
    all.push(account(
        "admin",
        Role::Admin,
        None,
        "Administrator".to_owned(),
    ));
    all
}

/// Enters the accounts that are missing. The administrator comes last, by `complete`.
pub(super) async fn create(backend: &Backend, office: DemoOffice) -> anyhow::Result<Vec<Account>> {
    let hash = password::hash(PASSWORD.to_owned()).await?;
    let mut rows = Vec::new();
    for account in of(office) {
        if account.role != Role::Admin {
            rows.push(enter(backend, account, &hash).await?);
        }
    }
    Ok(rows)
}

/// Enters the administrator: the office is complete.
pub(super) async fn complete(backend: &Backend, office: DemoOffice) -> anyhow::Result<()> {
    let hash = password::hash(PASSWORD.to_owned()).await?;
    for account in of(office) {
        if account.role == Role::Admin {
            enter(backend, account, &hash).await?;
        }
    }
    Ok(())
}

async fn enter(
    backend: &Backend,
    account: DemoAccount,
    password_hash: &str,
) -> anyhow::Result<Account> {
    let mut tx = backend.db.write().await?;
    if let Some(found) = accounts::by_username(&mut tx, &account.username).await? {
        return Ok(found);
    }
    let row = Account {
        id: UserId(backend.clock.new_id()),
        username: account.username,
        office: account.office.id(),
        role: account.role,
        kelurahan: account.kelurahan.map(|kelurahan| kelurahan.code),
        name: account.name,
        password_hash: password_hash.to_owned(),
        revoked: false,
    };
    accounts::create(&mut tx, &row).await?;
    tx.commit().await?;
    Ok(row)
}
