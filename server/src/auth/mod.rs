//! Who is asking: a device by its token, a member of staff by the session cookie. Endpoints name what
//! they need as the type of an argument.

pub mod device;
pub mod origin;
pub mod password;
pub mod role;
pub mod seal;
pub mod session;
pub mod sign_in;
pub mod token;
