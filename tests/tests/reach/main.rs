//! Everybody gets through: with a screen reader, with a keyboard alone, with large letters, without
//! motion, and a returning resident in a few touches. In real Chromium over the built app.

mod axe;
mod form;
mod keyboard;
mod large_text;
mod messages;
mod pages;
mod taps;
