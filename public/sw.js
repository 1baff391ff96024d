// Keeps the whole app on the device, so that it starts with no network.
//
// The list is written in at build time: [path, sha256 of the bytes]. Names alone are not trusted,
// since two builds can give different bytes the same name. Requests to /api/ are never touched.

const FILES = /*precache*/[];
// The office's part: kept only where it is used.
const OFFICE = /*office*/[];

const PREFIX = "rekam-";
const DIGESTS = new Map([...FILES, ...OFFICE]);

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

// A version is named by everything in its list.
const cacheName = sha256(new TextEncoder().encode(JSON.stringify([FILES, OFFICE]))).then((sum) => PREFIX + sum);

// The body was decoded on arrival, so headers about its encoding no longer hold; the others (the
// content security policy above all) are kept.
function keep(response, bytes) {
  const headers = new Headers(response.headers);
  headers.delete("content-encoding");
  headers.delete("content-length");
  return new Response(bytes, { status: 200, headers });
}

async function verified(response, sum) {
  if (!response?.ok) return null;
  const bytes = await response.arrayBuffer();
  return (await sha256(bytes)) === sum ? keep(response, bytes) : null;
}

async function fromCaches(path, sum) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(PREFIX)) continue;
    const cache = await caches.open(name);
    const found = await verified(await cache.match(path, { ignoreVary: true }), sum);
    if (found) return found;
  }
  return null;
}

// The page has usually just loaded the file, so the browser's own cache is asked first; what it
// has may be of another build, hence the second try.
async function fromNetwork(path, sum) {
  for (const mode of ["default", "reload"]) {
    const found = await verified(await fetch(path, { cache: mode }), sum);
    if (found) return found;
  }
  throw new Error(`${path} is not the file of this version`);
}

// What arrived before a connection broke stays, and the next attempt goes on from there.
async function add(files) {
  const cache = await caches.open(await cacheName);
  await Promise.all(
    files.map(async ([path, sum]) => {
      await cache.put(path, (await fromCaches(path, sum)) ?? (await fromNetwork(path, sum)));
    }),
  );
}

async function usesOffice() {
  const kept = await Promise.all(OFFICE.map(([path]) => caches.match(path, { ignoreVary: true })));
  return kept.some((file) => file !== undefined);
}

// A device of the office changes to a new version whole, so that it starts without a network then too.
async function install() {
  await add((await usesOffice()) ? [...FILES, ...OFFICE] : FILES);
}

async function activate() {
  const current = await cacheName;
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== current);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

// This version's cache first, always: asking the network first would show a new version once and
// the old one again when the server is away.
async function answer(path, request) {
  const cache = await caches.open(await cacheName);
  return (await cache.match(path, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));

self.addEventListener("message", (event) => {
  if (event.data === "activate") self.skipWaiting();
  if (event.data === "office") event.waitUntil(add(OFFICE));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/api/")) return;
  const isFile = url.pathname.split("/").pop().includes(".");
  if (request.mode === "navigate" && !isFile) {
    event.respondWith(answer("/", request));
  } else if (DIGESTS.has(url.pathname)) {
    event.respondWith(answer(url.pathname, request));
  }
});
