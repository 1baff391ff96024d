//! Journeys in real Chromium over the built, optimised app. Offline means that the server is
//! stopped.

mod arrival;
mod booking;
mod camera;
mod counts;
mod desk;
mod distribution;
mod head;
mod invitation;
mod kelurahan;
mod languages;
mod lock;
mod offline;
mod phones;
mod pin;
mod plan;
mod requirements;
mod review;
mod roll;
mod sign_out;
mod storage;
mod trip;
mod update;
mod zones;
