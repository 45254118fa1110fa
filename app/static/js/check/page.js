// The page of a code: what its QR code carries, compared with the address and, without a network, with what was seen.
// Every sentence is in the page, in <template> elements: here they are chosen and their blanks filled.

const board = document.querySelector("[data-check]");

if (board) {
  const code = codeOfPage();
  const check = () => checkPage(code, fragmentOfPage());
  check();
  addEventListener("hashchange", () => fragmentOfPage() && check());
  for (const link of document.querySelectorAll("a[hreflang]")) link.addEventListener("click", () => (link.hash = location.hash));
  if ("remembers" in board.dataset) prepareOffline(code);
  offerErasure();
}

/** {typed, normal}: the code in the address; `normal` is null when it cannot be one. */
function codeOfPage() {
  const typed = /^\/c\/([^/]+)$/.exec(location.pathname)?.[1] ?? "";
  try {
    return { typed, normal: normaliseCode(decodeURIComponent(typed)) };
  } catch {
    return { typed, normal: null };
  }
}

/** What follows # in the address, unless it is a place of the page. */
function fragmentOfPage() {
  const text = location.hash.slice(1);
  return document.getElementById(text) ? "" : text;
}

async function checkPage(code, fragment) {
  const isOffline = "offline" in board.dataset;
  const { statement, refusal } = fragment ? await outcomeOf(code, fragment) : {};
  const seen = isOffline && globalThis.crypto?.subtle ? await lastSeen(code.normal ?? statement?.code) : null;
  const verdict = isOffline ? seen?.verdict : board.dataset.verdict;
  if (isOffline) {
    const isNamed = Boolean(code.typed || fragment);
    const stand = standing({ statement, seen, now: Date.now(), ttl: Number(board.dataset.ttl) * 1000 });
    headline(refusal ?? (isNamed ? stand : "no-code"), { statement, seen });
  }
  const place = board.querySelector("[data-carried]");
  place.replaceChildren();
  place.hidden = !(statement || (refusal && !isOffline));
  if (statement) place.append(factsOf(statement, { hidesLevels: WITHDRAWN.includes(verdict), hidesName: verdict === "superseded" }));
  else if (!place.hidden) {
    place.append(banner(`refusal-${refusal}`));
    place.querySelector("p").append(piece("register-first"));
  }
}

async function outcomeOf(code, fragment) {
  try {
    const statement = await readFragment(fragment, await publishedKeys());
    if (code.typed && code.normal !== statement.code) throw new Refused("other-code");
    return { statement };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { refusal: error.code };
  }
}

async function publishedKeys() {
  try {
    const answer = await fetch("/.well-known/jwks.json", { credentials: "omit" });
    return answer.ok ? (await answer.json()).keys : null;
  } catch {
    return null;
  }
}

function headline(name, { statement, seen }) {
  const place = board.querySelector("[data-headline]"), chosen = template(`headline-${name}`);
  place.className = `verdict tone-${chosen.dataset.tone}`;
  place.replaceChildren(chosen.content.cloneNode(true));
  if (statement && (!WITHDRAWN.includes(name) || (seen.isOurs && !statement.isSupervised))) {
    const words = JSON.parse(board.dataset.authentic)[Number(statement.isNameVerified)];
    place.querySelector("h1").after(firstLine(words));
  }
  fill(place, "seen-verdict", seen && template(`word-${seen.verdict}`)?.content.textContent);
  fill(place, "seen-at", seen && moment(seen.at));
  fill(place, "valid-from", statement && moment(statement.validFrom));
  fill(place, "valid-until", statement?.validUntil && moment(statement.validUntil));
  document.title = document.title.replace(/^[^·]+/, `${place.querySelector("h1").textContent} `);
}

function factsOf(statement, { hidesLevels, hidesName }) {
  const facts = piece("facts"), names = JSON.parse(board.dataset.names)[statement.framework];
  const { none } = facts.querySelector("[data-none]").dataset;
  const levelName = (level) => (level ? names?.levels[level - 1] ?? `L${level}` : none);
  keep(facts, "named", !hidesName); // of a replaced document it may be a former one
  keep(facts, "name", statement.name !== null);
  keep(facts, "no-name", statement.name === null);
  keep(facts, "name-unverified", !statement.isNameVerified);
  keep(facts, "statement", !statement.isCertificate && !statement.label);
  keep(facts, "label", statement.label !== null);
  keep(facts, "certificate", statement.isCertificate);
  keep(facts, "supervised", statement.isSupervised);
  keep(facts, "unsupervised", !statement.isSupervised);
  keep(facts, "demonstration", statement.isDemonstration);
  keep(facts, "provisional", statement.isProvisional);
  keep(facts, "levels", !hidesLevels && !statement.label);
  keep(facts, "until", statement.validUntil !== null);
  keep(facts, "no-until", statement.validUntil === null);
  keep(facts, "from", statement.validFrom !== statement.issuedAt);
  fill(facts, "name", hidesName ? "" : statement.name);
  fill(facts, "subject", `${names?.title ?? statement.framework} (${statement.framework} ${statement.version})`);
  fill(facts, "number", statement.label?.number);
  fill(facts, "profession", names?.professions?.[statement.label?.profession] ?? statement.label?.profession);
  fill(facts, "level", levelName(statement.level));
  fill(facts, "sat-on", day(statement.satOn, "UTC"));
  fill(facts, "issued-at", day(statement.issuedAt));
  fill(facts, "valid-from", day(statement.validFrom));
  fill(facts, "valid-until", statement.validUntil !== null && day(statement.validUntil));
  fill(facts, "code", statement.code.match(/.{4}/g).join(" "));
  for (const [number, level] of statement.areas) {
    const row = document.createElement("li"), told = document.createElement("strong");
    told.textContent = levelName(level);
    row.append(`${names?.areas[number] ?? `${statement.framework}-${number}`}\u00a0: `, told);
    facts.querySelector("[data-areas]")?.append(row);
  }
  return facts;
}

/** Online, once the page is there: what was seen is noted, and the worker keeps what a check without network needs. */
function prepareOffline(code) {
  if (!navigator.serviceWorker) return; // an old browser, or no https: the page is complete without
  if (code.normal) remember(code.normal, board.dataset.verdict, Date.now(), "ours" in board.dataset);
  addEventListener("load", async () => {
    try {
      await navigator.serviceWorker.register("/service-worker.js", { scope: "/c/" });
      const { active } = await navigator.serviceWorker.ready;
      active.postMessage({ language: document.documentElement.lang });
    } catch {} // a browser that forbids it
  });
}

function offerErasure() {
  const button = board.querySelector("[data-erase]");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", async () => {
    localStorage.removeItem(SEEN);
    for (const name of (await caches.keys()).filter((one) => one.startsWith("controle-"))) await caches.delete(name);
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
    button.replaceWith(piece("erased"));
  });
}
