// Starts the part of the app that this browser needs over the static first screen, then registers
// the service worker.
//
// Update: when a new version waits, <html data-update="waiting"> is set and `rekam-update` is sent
// on window. The app answers with `rekam-accept-update` once no form is dirty; the page reloads.

const SLOW_MS = 15000;
const OFFICE = { js: "/office.js", wasm: "/office_bg.wasm" };

const screen = document.getElementById("boot");
const state = document.getElementById("boot-state");

function say(text) {
  if (state) state.textContent = text;
}

function fail(text) {
  if (!screen) return;
  screen.classList.add("boot--failed");
  say(text);
  const again = document.createElement("p");
  again.className = "boot__text";
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = "Muat ulang / Reload";
  again.append(link);
  screen.append(again);
}

// The app sets it where somebody went to a page of the office.
function isOffice() {
  try {
    return localStorage.getItem("rekam.office") === "true";
  } catch {
    return false;
  }
}

async function start() {
  if (typeof WebAssembly !== "object") {
    fail(
      "Peramban ini terlalu lama untuk Rekam. Perbarui peramban, pakai ponsel lain, atau datang ke " +
        "kantor kelurahan. / This browser is too old for Rekam.",
    );
    return;
  }
  const slow = setTimeout(() => say("Sambungan lambat, masih memuat… / Slow connection, still loading…"), SLOW_MS);
  try {
    const { js, wasm } = isOffice() ? OFFICE : document.querySelector('meta[name="app"]').dataset;
    const module = await import(js);
    await module.default({ module_or_path: wasm });
    screen?.remove();
  } catch (error) {
    console.error("the app did not start", error);
    fail(
      "Rekam belum dapat dibuka. Data yang tersimpan di perangkat ini aman. Periksa sambungan, lalu " +
        "muat ulang. / Rekam could not start. What is saved on this device is safe. Check the connection and reload.",
    );
  } finally {
    clearTimeout(slow);
  }
}

function announce() {
  document.documentElement.dataset.update = "waiting";
  window.dispatchEvent(new CustomEvent("rekam-update"));
}

function watch(registration) {
  // Without a controller this is the first visit: nothing is replaced, so nothing is asked.
  const isUpdate = () => navigator.serviceWorker.controller !== null;
  if (registration.waiting && isUpdate()) announce();
  registration.addEventListener("updatefound", () => {
    const worker = registration.installing;
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && isUpdate()) announce();
    });
  });
  window.addEventListener("rekam-accept-update", () => {
    if (!registration.waiting) return;
    navigator.serviceWorker.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting.postMessage("activate");
  });
  // A tablet at the desk stays open for days, and browsers only look when a page is opened.
  const look = () => registration.update().catch(() => {});
  setInterval(look, 60 * 60 * 1000);
  window.addEventListener("online", look);
}

async function register() {
  if (!("serviceWorker" in navigator)) return;
  try {
    watch(await navigator.serviceWorker.register("/sw.js", { updateViaCache: "none" }));
    if (isOffice()) (await navigator.serviceWorker.ready).active.postMessage("office");
  } catch (error) {
    console.warn("no offline start on this device", error);
  }
}

// Even where this version fails to start: the next one must be able to arrive.
start().then(register);
