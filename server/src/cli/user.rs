//! `rekam user`: accounts of staff. Passwords are read from the terminal or drawn, never given as an
//! argument, where other users of the machine could read them.

use std::{
    io::{self, BufRead},
    process::ExitCode,
};

use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use shared::{
    ids::{OfficeId, UserId},
    office::Office,
    region::RegionCode,
    resident::ClaimHash,
    row::Key,
    sync::Role,
};

use crate::{
    auth::{password, sign_in},
    clock::Clock,
    config::DatabaseArgs,
    store::{
        Db, StoreError, Tx,
        accounts::{self, Account},
        audit, rows, sessions, trust,
    },
};

#[derive(Subcommand)]
pub enum UserCommand {
    /// Adds an account
    Add(AddArgs),
    /// Lists all accounts
    List,
    /// Gives an account another password and ends its sessions
    Passwd {
        username: String,
        #[command(flatten)]
        password: PasswordArgs,
    },
    /// Locks an account and ends its sessions; of what its devices still send, facts are taken in and
    /// marked, and the rest is put aside
    Revoke {
        username: String,
        /// Unlock it again
        #[arg(long)]
        undo: bool,
    },
}

#[derive(Args)]
pub struct AddArgs {
    username: String,
    #[arg(long)]
    office: i64,
    #[arg(long, value_enum)]
    role: StaffRole,
    /// Code of the kelurahan, for its staff
    #[arg(long)]
    kelurahan: Option<String>,
    /// The person's name
    #[arg(long)]
    name: String,
    #[command(flatten)]
    password: PasswordArgs,
}

#[derive(Args)]
pub struct PasswordArgs {
    /// Read the password from standard input; otherwise one is drawn and printed
    #[arg(long)]
    password_stdin: bool,
}

#[derive(Clone, Copy, ValueEnum)]
enum StaffRole {
    Kelurahan,
    Operator,
    Head,
    Admin,
}

impl From<StaffRole> for Role {
    fn from(role: StaffRole) -> Self {
        match role {
            StaffRole::Kelurahan => Self::Kelurahan,
            StaffRole::Operator => Self::Operator,
            StaffRole::Head => Self::Head,
            StaffRole::Admin => Self::Admin,
        }
    }
}

pub async fn run(database: &DatabaseArgs, command: UserCommand) -> anyhow::Result<ExitCode> {
    let db = Db::open_known(&database.database)
        .await
        .context("cannot open the database")?;
    match command {
        UserCommand::Add(args) => add(&db, args).await?,
        UserCommand::List => list(&db).await?,
        UserCommand::Passwd { username, password } => passwd(&db, &username, &password).await?,
        UserCommand::Revoke { username, undo } => revoke(&db, &username, !undo).await?,
    }
    db.close().await;
    Ok(ExitCode::SUCCESS)
}

async fn add(db: &Db, args: AddArgs) -> anyhow::Result<()> {
    let username = sign_in::username(&args.username);
    if username.is_empty() || username.chars().count() > sign_in::USERNAME {
        bail!("a username has 1 to 64 characters");
    }
    let role = Role::from(args.role);
    let code = args
        .kelurahan
        .as_deref()
        .map(RegionCode::parse)
        .transpose()?;
    if (role == Role::Kelurahan) != code.is_some() {
        bail!("--kelurahan is for the role kelurahan, and needed there");
    }
    let id = OfficeId(args.office);
    let office: Option<Office> = rows::get(&mut db.read().await?, id, Key::office(id)).await?;
    let office = office.with_context(|| format!("there is no office {id}"))?;
    if let Some(code) = code
        .as_ref()
        .filter(|code| office.kelurahan(code).is_none())
    {
        bail!("{} does not serve {}", office.name, code.dotted());
    }
    let known = [&username, &args.name, &office.name].map(String::as_str);
    let (password_hash, drawn) = new_password(&args.password, &known).await?;
    let mut tx = db.write().await?;
    let account = Account {
        id: UserId(Clock::system().new_id()),
        username,
        office: office.id,
        role,
        kelurahan: code,
        name: args.name,
        password_hash,
        revoked: false,
    };
    match accounts::create(&mut tx, &account).await {
        Err(error) if error.is_unique_violation() => bail!("the username is taken"),
        created => created?,
    }
    note(&mut tx, &account, "account_added").await?;
    tx.commit().await?;
    tell(drawn);
    Ok(())
}

async fn list(db: &Db) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    println!(
        "{:<24} {:<10} {:>6} {:<12} name",
        "username", "role", "office", "kelurahan"
    );
    for account in accounts::list(&mut tx).await? {
        let role = format!("{:?}", account.role).to_lowercase();
        let code = account.kelurahan.map(String::from).unwrap_or_default();
        let locked = if account.revoked { " (locked)" } else { "" };
        let (username, office, name) = (account.username, account.office.0, account.name);
        println!("{username:<24} {role:<10} {office:>6} {code:<12} {name}{locked}");
    }
    Ok(())
}

async fn passwd(db: &Db, username: &str, given: &PasswordArgs) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let account = find(&mut tx, username).await?;
    let (id, name) = (account.office, &account.name);
    let office: Option<Office> = rows::get(&mut tx, id, Key::office(id)).await?;
    drop(tx);
    let office = office.map(|office| office.name).unwrap_or_default();
    let known = [&account.username, name, &office].map(String::as_str);
    let (hash, drawn) = new_password(given, &known).await?;
    let mut tx = db.write().await?;
    accounts::set_password(&mut tx, account.id, &hash).await?;
    trust::doubt(&mut tx, account.id, Clock::system().now()).await?;
    sessions::end_all(&mut tx, account.id).await?;
    note(&mut tx, &account, "account_password").await?;
    tx.commit().await?;
    tell(drawn);
    Ok(())
}

async fn revoke(db: &Db, username: &str, revoked: bool) -> anyhow::Result<()> {
    let mut tx = db.write().await?;
    let account = find(&mut tx, username).await?;
    accounts::set_revoked(&mut tx, account.id, revoked).await?;
    sessions::end_all(&mut tx, account.id).await?;
    if revoked {
        trust::doubt(&mut tx, account.id, Clock::system().now()).await?;
    }
    let kind = if revoked {
        "account_revoked"
    } else {
        "account_restored"
    };
    note(&mut tx, &account, kind).await?;
    tx.commit().await?;
    Ok(())
}

/// Writes into the office's audit chain what was done to the account.
async fn note(tx: &mut Tx, account: &Account, kind: &str) -> Result<(), StoreError> {
    let (now, id) = (Clock::system().now(), account.id.to_string());
    audit::note_cli(tx, account.office, now, kind, id).await
}

async fn find(tx: &mut Tx, username: &str) -> anyhow::Result<Account> {
    let account = accounts::by_username(tx, &sign_in::username(username)).await?;
    account.context("there is no such account")
}

/// Returns the hash, and the password where it was drawn.
async fn new_password(
    given: &PasswordArgs,
    known: &[&str],
) -> anyhow::Result<(String, Option<String>)> {
    let (password, drawn) = if given.password_stdin {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        let chosen = line.trim_end_matches(['\r', '\n']);
        shared::password::check(chosen, known)?;
        (chosen.to_owned(), None)
    } else {
        let drawn = draw()?;
        (drawn.clone(), Some(drawn))
    };
    Ok((password::hash(password).await?, drawn))
}

/// Once it is saved: nobody notes down a password that does not open anything.
fn tell(drawn: Option<String>) {
    if let Some(drawn) = drawn {
        println!("password: {drawn}");
    }
}

/// Twenty letters that are easy to read aloud: a hundred bits.
fn draw() -> anyhow::Result<String> {
    let mut halves = Vec::new();
    for _ in 0..2 {
        let mut bytes = [0; 10];
        getrandom::fill(&mut bytes).context("the system gives no random bytes")?;
        halves.push(ClaimHash::code_from(bytes).to_lowercase());
    }
    Ok(halves.join("-"))
}
