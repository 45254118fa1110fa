// A check without a network: the shell page, its files and our public keys are kept; nothing else is.
//
// Its scope is /c/, so that it never sees a page of an account. Pages of codes are always asked of the network first and
// never kept: they name people. The fragment of an address is not sent by fetch, nor kept here.
"use strict";

const VERSION = {{ version|tojson }};
const CACHE = `controle-${VERSION}`;
const SHELL = {{ url_for("verification.offline")|tojson }};
const KEYS = {{ url_for("verification.jwks")|tojson }};
const FILES = {{ files|tojson }};
const HOUR_MS = 3_600_000;
const PATIENCE_MS = 8_000; // a network that does not answer is none

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => event.waitUntil(refresh(event.data?.language)));
addEventListener("fetch", (event) => {
  const { request } = event, { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request));
  else if (pathname === KEYS) event.respondWith(keys(request));
  else if (FILES.includes(pathname)) event.respondWith(kept(pathname).then((found) => found ?? fetch(request)));
});

async function install() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...FILES, KEYS, SHELL].map((path) => new Request(path, { credentials: "omit" })));
  await skipWaiting();
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith("controle-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await clients.claim();
}

/** Once an hour, or in another language: the keys and the shell again, without any cookie. */
async function refresh(language) {
  if (!["fr", "en"].includes(language)) return;
  const before = await kept(SHELL), age = Date.now() - Date.parse(before?.headers.get("Date") ?? 0);
  if (before?.headers.get("Content-Language") === language && age >= 0 && age < HOUR_MS) return;
  const cache = await caches.open(CACHE);
  try {
    const [shell, set] = await Promise.all([`${SHELL}?lang=${language}`, KEYS].map((path) => fetch(path, { credentials: "omit", cache: "no-cache" })));
    if (set.ok) await cache.put(KEYS, set);
    // The shell of a later version needs files that its own worker will bring.
    if (shell.ok && (await shell.clone().text()).includes(VERSION)) await cache.put(SHELL, shell);
  } catch {} // the network went away: what is kept stays
}

async function kept(path) {
  return (await caches.open(CACHE)).match(path, { ignoreVary: true });
}

async function page(request) {
  try {
    return await inTime(fetch(request));
  } catch {
    return (await kept(SHELL)) ?? Response.error();
  }
}

async function keys(request) {
  try {
    const answer = await inTime(fetch(request));
    if (answer.ok) await (await caches.open(CACHE)).put(KEYS, answer.clone());
    return answer;
  } catch {
    return (await kept(KEYS)) ?? Response.error();
  }
}

function inTime(promise) {
  return Promise.race([promise, new Promise((_, reject) => setTimeout(reject, PATIENCE_MS, new Error("late")))]);
}
