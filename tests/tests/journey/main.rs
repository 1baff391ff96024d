//! Journeys in real Chromium over the built, optimised app. Offline means that the server is
//! stopped.

mod arrival;
mod booking;
mod languages;
