//! Journeys in real Chromium over the built, optimised app. Offline means that the server is
//! stopped.

mod arrival;
mod booking;
mod camera;
mod desk;
mod head;
mod kelurahan;
mod languages;
mod lock;
mod offline;
mod review;
mod roll;
mod storage;
mod update;
mod zones;
