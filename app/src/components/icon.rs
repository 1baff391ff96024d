//! The icons of the catalogue: strokes in the text's colour.

use leptos::prelude::*;

/// An icon beside a word; screen readers hear the word. `size` is `s`, `l` or empty.
#[component]
pub fn Icon(
    #[prop(into)] name: Signal<&'static str>,
    #[prop(optional)] size: &'static str,
    /// Turns, while something is under way.
    #[prop(optional)]
    turn: bool,
) -> impl IntoView {
    let class = match (size, turn) {
        ("s", false) => "icon icon--s",
        ("l", false) => "icon icon--l",
        (_, true) => "icon icon--turn",
        _ => "icon",
    };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <path d=move || path(name.get())/>
        </svg>
    }
}

fn path(name: &str) -> &'static str {
    match name {
        "home" => "M3 11.5 12 4l9 7.5M5.5 9.8V20h13V9.8M10 20v-6h4v6",
        "calendar" => "M4 6h16v14H4zM4 10.5h16M8 3.5V8M16 3.5V8M8 14.5h2M14 14.5h2",
        "ticket" => {
            "M3 6h18v4a2 2 0 0 0 0 4v4H3v-4a2 2 0 0 0 0-4zM14.5 6v2.5M14.5 11v2M14.5 15.5V18"
        }
        "qr" => {
            "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v2M14 20h2.5M20 19v1M18 17.5v.5"
        }
        "camera" => {
            "M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 10.2a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 1 0 0-6.4"
        }
        "check" => "M4.5 12.5 10 18 20 6.5",
        "check-circle" => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M7.8 12.3l3 3 5.5-6.3",
        "clock" => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 7v5.3l3.5 2",
        "warning" => "M12 3.5 22 20.5H2zM12 10v4.5M12 17.5v.1",
        "info" => "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M12 11v5.5M12 7.5v.1",
        "offline" => {
            "M3 3l18 18M8 7.3A6 6 0 0 1 17.6 11a4.2 4.2 0 0 1 2.9 6.5M17 19H7.5a4.5 4.5 0 0 1-1.3-8.8"
        }
        "cloud" => {
            "M7.5 19a4.5 4.5 0 0 1-.9-8.9A6 6 0 0 1 17.9 11 4.1 4.1 0 0 1 17.5 19zM9 14.3l2.2 2.2 4-4.4"
        }
        "sync" => {
            "M4.5 11a7.6 7.6 0 0 1 13-4.3L20 9M20 4v5h-5M19.5 13a7.6 7.6 0 0 1-13 4.3L4 15M4 20v-5h5"
        }
        "saved" => "M7 2.5h10v19H7zM10.8 18.5h2.4M9.8 10l1.7 1.7 3-3.4",
        "send" => "M21 3 3 10.5l7 3.5 3.5 7zM10 14 21 3",
        "user" => "M12 3.5a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4.5 20.5c.6-4 3.6-6 7.5-6s6.9 2 7.5 6",
        "users" => {
            "M9 4.5a3.5 3.5 0 1 0 0 7a3.5 3.5 0 1 0 0-7M2.5 20c.5-3.6 3-5.5 6.5-5.5s6 1.9 6.5 5.5M15.5 4.9a3.5 3.5 0 0 1 0 6.2M18 15.3c2 .7 3.2 2.3 3.5 4.7"
        }
        "list" => "M8.5 6H20M8.5 12H20M8.5 18H20M4 6h.1M4 12h.1M4 18h.1",
        "printer" => "M7 9V3.5h10V9M7 17H4V9h16v8h-3M7 14h10v6.5H7z",
        "search" => "M10.5 4a6.5 6.5 0 1 0 0 13a6.5 6.5 0 1 0 0-13M15.5 15.5 20.5 20.5",
        "plus" => "M12 4.5v15M4.5 12h15",
        "arrow-left" => "M20 12H4.5M11 5l-7 7 7 7",
        "arrow-right" => "M4 12h15.5M13 5l7 7-7 7",
        "chevron-right" => "M9 5l7 7-7 7",
        "chevron-down" => "M5 9l7 7 7-7",
        "close" => "M5.5 5.5l13 13M18.5 5.5l-13 13",
        "exit" => "M13.5 4H5v16h8.5M10 12h10.5M16.5 8l4 4-4 4",
        "edit" => "M4 20l1-4.5L16 4.5l3.5 3.5L8.5 19zM13.5 7l3.5 3.5",
        "walk-in" => {
            "M13 3.2a1.7 1.7 0 1 0 0 3.4a1.7 1.7 0 1 0 0-3.4M7.5 11.5 12 9l3.5 3.5L19 13.5M12 9l-1 6 3.5 2.5 1 4M11 15l-1.5 3.5L6.5 21"
        }
        "call" => {
            "M4 9.5v5h3.5l7.5 4.5v-14L7.5 9.5zM18 9a4.2 4.2 0 0 1 0 6M20.5 6a8.5 8.5 0 0 1 0 12"
        }
        "flag" => "M5.5 21.5V4M5.5 4.5c4-2.5 8 2.5 13 0v9c-5 2.5-9-2.5-13 0",
        "settings" => {
            "M4 7h9M18.5 7H20M4 17h2M11.5 17H20M15.7 4.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5M8.7 14.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5"
        }
        "language" => {
            "M12 3a9 9 0 1 0 0 18a9 9 0 1 0 0-18M3 12h18M12 3c-5 5.5-5 12.5 0 18M12 3c5 5.5 5 12.5 0 18"
        }
        "sun" => {
            "M12 8a4 4 0 1 0 0 8a4 4 0 1 0 0-8M12 2.5v2M12 19.5v2M2.5 12h2M19.5 12h2M5.3 5.3l1.4 1.4M17.3 17.3l1.4 1.4M18.7 5.3l-1.4 1.4M6.7 17.3l-1.4 1.4"
        }
        "moon" => "M20 14.5A8.5 8.5 0 0 1 9.5 4 8.5 8.5 0 1 0 20 14.5z",
        "document" => "M6 3h8.5L19 7.5V21H6zM14 3v5h5M9.5 12.5h6M9.5 16.5h6",
        "pin" => {
            "M12 21.5c4.5-4.7 7-8 7-11.5a7 7 0 0 0-14 0c0 3.5 2.5 6.8 7 11.5zM12 7.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5"
        }
        "priority" => "M12 3.5l2.6 5.5 6 .8-4.4 4.2 1.1 6-5.3-2.9L6.7 20l1.1-6L3.4 9.8l6-.8z",
        "chart" => "M4 20h16M6.5 20v-7M12 20V5M17.5 20v-10",
        "tablet" => "M5 2.5h14v19H5zM11 18.5h2",
        "phone" => "M7 2.5h10v19H7zM11 18.5h2",
        "erase" => "M4 6.5h16M9 6.5V4h6v2.5M6.5 6.5l1 14h9l1-14M10.5 10.5v6M13.5 10.5v6",
        "lock" => "M5.5 10.5h13V21h-13zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5",
        "more" => "M5 12h.1M12 12h.1M19 12h.1",
        _ => "",
    }
}
