//! What a camera sees: a film of one QR code, for Chromium's pretended camera.

use std::path::{Path, PathBuf};

use fast_qr::qr::QRBuilder;

const WIDTH: usize = 640;
const HEIGHT: usize = 480;
/// Pixels a module takes: a ticket held at an arm's length.
const MODULE: usize = 7;
const FRAMES: usize = 10;
const PAPER: u8 = 235;
const INK: u8 = 16;

/// Writes a film that shows the text as a QR code, and the arguments that make it the camera.
///
/// # Panics
/// When the code does not fit into the picture, or the film cannot be written.
#[must_use]
pub fn showing(text: &str, folder: &Path) -> Vec<String> {
    let film = film(text, &folder.join("ticket.y4m"));
    vec![
        "--use-fake-device-for-media-stream".to_owned(),
        "--use-fake-ui-for-media-stream".to_owned(),
        format!("--use-file-for-fake-video-capture={}", film.display()),
    ]
}

fn film(text: &str, path: &Path) -> PathBuf {
    let code = QRBuilder::new(text).build().expect("a QR code");
    let side = code.size * MODULE;
    assert!(side + 8 * MODULE <= HEIGHT, "{} modules", code.size);
    let (left, top) = ((WIDTH - side) / 2, (HEIGHT - side) / 2);
    let mut picture = vec![PAPER; WIDTH * HEIGHT];
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, module) in modules.iter().enumerate() {
            if module.value() {
                let (x, y) = (left + column * MODULE, top + row * MODULE);
                for line in y..y + MODULE {
                    picture[line * WIDTH + x..][..MODULE].fill(INK);
                }
            }
        }
    }
    // No colour: both planes at the middle.
    picture.resize(WIDTH * HEIGHT * 3 / 2, 128);
    let mut film = format!("YUV4MPEG2 W{WIDTH} H{HEIGHT} F10:1 Ip A1:1 C420jpeg\n").into_bytes();
    for _ in 0..FRAMES {
        film.extend(b"FRAME\n");
        film.extend(&picture);
    }
    std::fs::write(path, film).expect("the film is written");
    path.to_owned()
}
