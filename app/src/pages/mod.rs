//! Pages by role.

pub mod attention;
pub mod desk;
pub mod head;
mod inputs;
pub mod kelurahan;
pub mod lock;
pub mod reached;
pub mod resident;
pub mod settings;
pub mod sign_in;
