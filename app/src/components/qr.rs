//! A QR code as one SVG path, drawn on the device.

use fast_qr::qr::QRBuilder;
use leptos::prelude::*;
use std::fmt::Write;

/// Modules around the code that scanners need.
const MARGIN: usize = 2;

/// A QR code; `label` is what screen readers hear. Put it into `ticket__qr` or `slip__qr`.
#[component]
pub fn Qr(
    #[prop(into)] text: Signal<String>,
    #[prop(into)] label: Signal<String>,
) -> impl IntoView {
    move || {
        let (size, path) = draw(&text.get())?;
        let view_box = format!("0 0 {size} {size}");
        Some(view! {
            <svg viewBox=view_box role="img" aria-label=move || label.get() shape-rendering="crispEdges">
                <path fill="#fff" d=format!("M0 0h{size}v{size}H0z")/>
                <path fill="#000" d=path/>
            </svg>
        })
    }
}

/// The code's width in modules with its margin, and the path of its dark modules.
fn draw(text: &str) -> Option<(usize, String)> {
    let code = QRBuilder::new(text).build().ok()?;
    let mut path = String::new();
    let rows = code.data.chunks(code.size.max(1)).take(code.size);
    for (row, modules) in rows.enumerate() {
        for (column, module) in modules.iter().enumerate() {
            if module.value() {
                let _ = write!(path, "M{} {}h1v1h-1z", column + MARGIN, row + MARGIN);
            }
        }
    }
    Some((code.size + 2 * MARGIN, path))
}
