// What may be said of a document without its register: only what was seen, when it was seen, and what it states itself.

const WITHDRAWN = ["revoked", "suspended", "superseded", "paused", "handed-back"]; // the last two of labels
const SEEN = "numericite.seen"; // in localStorage: {SHA-256 of the code: [verdict, milliseconds since 1970, 1 if no stolen key may have made it]}
const KEPT_MS = 90 * 86_400_000, KEPT_COUNT = 200;

/**
 * The name of the headline of a page that has no network.
 *
 * Green needs three things at once: a right signature, dates that hold, and a status seen less than a ttl ago. A clock
 * that was set back makes a sight of the future, which is no fresh one.
 */
function standing({ statement, seen, now, ttl }) {
  if (seen && WITHDRAWN.includes(seen.verdict)) return seen.verdict;
  if (statement && now < statement.validFrom) return "not_yet_valid";
  if (statement && statement.validUntil !== null && now >= statement.validUntil) return "expired";
  if (!seen) return "never-seen";
  const age = now - seen.at;
  if (!statement || seen.verdict !== "valid" || age < 0 || age >= ttl) return "seen";
  return statement.isDemonstration ? "demonstration" : "valid";
}

/** Codes are kept as hashes: what lies here leads to nobody, unless one has the paper already. */
async function lastSeen(code) {
  const found = code && readSeen()[await hashOf(code)];
  return found ? { verdict: found[0], at: found[1], isOurs: Boolean(found[2]) } : null;
}

async function remember(code, verdict, now, isOurs) {
  const kept = { ...readSeen(), [await hashOf(code)]: [verdict, now, Number(isOurs)] };
  const recent = Object.entries(kept).filter(([, [, at]]) => now - at < KEPT_MS);
  recent.sort(([, [, one]], [, [, other]]) => other - one);
  try {
    localStorage.setItem(SEEN, JSON.stringify(Object.fromEntries(recent.slice(0, KEPT_COUNT))));
  } catch {} // a browser that keeps nothing confirms nothing
}

function readSeen() {
  try {
    return JSON.parse(localStorage.getItem(SEEN)) ?? {};
  } catch {
    return {};
  }
}

async function hashOf(text) {
  return toHex(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}
