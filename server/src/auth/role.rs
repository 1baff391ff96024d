//! Roles as types: an endpoint that takes a [`Head`] is reached by heads only. Nobody without a session
//! learns more than that one is missing.

use axum::extract::FromRequestParts;
use http::request::Parts;
use shared::{ids::OfficeId, problem::Code, sync::Role};

use super::session::Session;
use crate::{error::ApiError, state::Shared, store::accounts::Account};

macro_rules! roles {
    ($($(#[$doc:meta])* $name:ident = $($role:ident)|+;)+) => {$(
        $(#[$doc])*
        pub struct $name(pub Session);

        impl FromRequestParts<Shared> for $name {
            type Rejection = ApiError;

            async fn from_request_parts(
                parts: &mut Parts,
                state: &Shared,
            ) -> Result<Self, ApiError> {
                let session = Session::from_request_parts(parts, state).await?;
                match session.account.role {
                    $(Role::$role)|+ => Ok(Self(session)),
                    _ => Err(Code::NotAllowed.into()),
                }
            }
        }

        impl $name {
            /// # Errors
            /// `other_office` unless the account belongs to this office.
            pub fn of(self, office: OfficeId) -> Result<Account, ApiError> {
                let account = self.0.account;
                if account.office == office {
                    Ok(account)
                } else {
                    Err(Code::OtherOffice.into())
                }
            }
        }
    )+};
}

roles! {
    /// Anybody with an account.
    Staff = Kelurahan | Operator | Head | Admin;
    /// People who help residents.
    Helper = Kelurahan | Operator | Head;
    /// Whoever receives people at the office.
    Desk = Operator | Head;
    /// Who answers for the office.
    Head = Head;
    /// Who keeps the office's roll.
    RollKeeper = Head | Admin;
}
