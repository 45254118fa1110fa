// The compact form of a certificate: fragment -> what it states, or a refusal. The same steps, in the same order, as
// certificates/compact.py, which says what each byte is; the two are held together by the same tables of cases.
//
// 1. base64url of one tagged COSE_Sign1 of ours, whole and followed by nothing      truncated, malformed
// 2. its key is among those that we publish                                         no-keys, unknown-key
// 3. the signature covers header and payload                                        unsupported, bad-signature
// 4. the payload is what we would write                                             malformed
//
// A compromised key is not published, so that it is an unknown one here, whatever the date.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const MAXIMUM_BYTES = 320, LONGEST_NAME = 48, CODE_BYTES = 10, KID_BYTES = 8;
const SIGN1 = 18, VERSION = 1, LABEL_VERSION = 2, FIELDS = 9, LABEL_FIELDS = 11, LETTERS = "ABCDEFGHJKLMNPQRSTUVWXY";
const STATED = 65_536; // the label -65537, as CBOR counts below zero
const EXPIRES = 4, BEGINS = 5, ISSUED = 6, IDENTITY = 7;
const HIGHEST_LEVEL = 4, ALL_BITS = 31, LAST_DAY = 2_932_896, LATEST = 2 ** 33 - 1; // seconds; days since 1970
const HEADER_START = [0xa3, 1, 0x26, 4], HEADER_END = [0x10, 0x18, 0x3d];

async function readFragment(text, keys) {
  const { bytes, isCanonical } = fromBase64url(text);
  const [header, payload, signature] = members(bytes);
  if (!isCanonical) throw new Refused("malformed");
  const kid = keyName(header);
  if (!keys) throw new Refused("no-keys");
  const key = keys.find((one) => one.kty === "EC" && one.crv === "P-256" && isSame(shortName(one.kid), kid));
  if (!key) throw new Refused("unknown-key");
  if (!(await isSigned(key, header, payload, signature))) throw new Refused("bad-signature");
  try {
    return statementOf(new Reader(payload));
  } catch (error) {
    throw error instanceof Refused ? new Refused("malformed") : error; // it is whole: its signature was right
  }
}

function fromBase64url(text) {
  if (!/^[A-Za-z0-9_-]*$/.test(text) || text.length > MAXIMUM_BYTES * 2) throw new Refused("malformed");
  const whole = text.slice(0, text.length - (text.length % 4 === 1 ? 1 : 0));
  const bytes = Uint8Array.from(atob(whole.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  if (bytes.length > MAXIMUM_BYTES) throw new Refused("malformed");
  return { bytes, isCanonical: toBase64url(bytes) === text };
}

function toBase64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function members(bytes) {
  const reader = new Reader(bytes);
  reader.expect(TAG, SIGN1);
  reader.expect(ARRAY, 4);
  const header = reader.byteString();
  reader.expect(MAP, 0);
  const parts = [header, reader.byteString(), reader.byteString()];
  reader.end();
  return parts;
}

/** The key that a header names; the header is nothing but ES256, this name and our type. */
function keyName(header) {
  const inside = header.subarray(HEADER_START.length, header.length - HEADER_END.length);
  if (!isSame(header, [...HEADER_START, ...inside, ...HEADER_END])) throw new Refused("malformed");
  try {
    const reader = new Reader(inside), kid = reader.byteString();
    reader.end();
    return kid;
  } catch {
    throw new Refused("malformed");
  }
}

function shortName(kid) {
  return fromBase64url(kid).bytes.subarray(0, KID_BYTES);
}

function isSame(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}

async function isSigned({ kty, crv, x, y }, header, payload, signature) {
  if (!globalThis.crypto?.subtle) throw new Refused("unsupported");
  const words = [..."Signature1"].map((one) => one.charCodeAt(0));
  const signed = Uint8Array.of(0x84, 0x6a, ...words, ...writtenBytes(header), 0x40, ...writtenBytes(payload));
  const curve = { name: "ECDSA", namedCurve: "P-256" };
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y }, curve, false, ["verify"]);
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, key, signature, signed);
}

function statementOf(reader) {
  const claims = {};
  let left = reader.head(MAP), last = 0;
  for (; left > 1; left -= 1) {
    const label = reader.unsigned();
    if (label <= last || label < EXPIRES || label > IDENTITY) throw new Refused("malformed");
    claims[label] = label === IDENTITY ? reader.byteString() : reader.unsigned(LATEST);
    last = label;
  }
  reader.expect(NEGATIVE, STATED);
  const issued = claims[ISSUED], begins = claims[BEGINS] ?? issued;
  if (issued === undefined || claims[IDENTITY]?.length !== CODE_BYTES || claims[BEGINS] === issued) throw new Refused("malformed");
  const stated = fieldsOf(reader);
  reader.end();
  return {
    ...stated,
    code: codeOf(claims[IDENTITY]),
    issuedAt: issued * 1000, // all moments in milliseconds since 1970, as JavaScript counts
    validFrom: begins * 1000,
    validUntil: claims[EXPIRES] === undefined ? null : claims[EXPIRES] * 1000,
  };
}

function fieldsOf(reader) {
  const count = reader.head(ARRAY), isLabel = count === LABEL_FIELDS;
  if (count !== FIELDS && !isLabel) throw new Refused("malformed");
  reader.expect(UNSIGNED, isLabel ? LABEL_VERSION : VERSION);
  const name = nameOf(reader), framework = reader.text(), version = reader.text();
  const bits = reader.unsigned(ALL_BITS), level = reader.unsigned(HIGHEST_LEVEL), areas = [];
  for (let left = reader.head(MAP), last = -1; left > 0; left -= 1) {
    const number = reader.unsigned();
    if (number <= last) throw new Refused("malformed");
    areas.push([number, reader.unsigned(HIGHEST_LEVEL)]);
    last = number;
  }
  const statusIndex = reader.unsigned(), satOn = reader.unsigned(LAST_DAY) * 86_400_000;
  const [isCertificate, isSupervised, isNameVerified, isProvisional, isDemonstration] = [1, 2, 4, 8, 16].map((bit) => (bits & bit) > 0);
  const label = isLabel ? labelOf(reader) : null;
  const flags = { isCertificate, isSupervised, isNameVerified, isProvisional, isDemonstration };
  return { name, framework, version, level, areas, statusIndex, satOn, label, ...flags };
}

/** The number of a label, whose letter tells a slip, and its holder's profession; see certificates/label_rules/number.py. */
function labelOf(reader) {
  const number = reader.text(), profession = reader.text(), [, year, rank, letter] = /^(\d{4})-(\d{5})-([A-Y])$/.exec(number) ?? [];
  const isWritten = letter && LETTERS[(Number(year) * 100_000 + Number(rank)) % LETTERS.length] === letter;
  if (!isWritten || Number(rank) === 0 || !/^[a-z]+(-[a-z]+)*$/.test(profession)) throw new Refused("malformed");
  return { number, profession };
}

function nameOf(reader) {
  if (reader.nextMajor === SIMPLE) {
    reader.expect(SIMPLE, NULL);
    return null;
  }
  const name = reader.text();
  if (new TextEncoder().encode(name).length > LONGEST_NAME) throw new Refused("malformed");
  return name;
}

/** Ten bytes, five bits a character. */
function codeOf(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return bits.match(/.{5}/g).map((five) => ALPHABET[parseInt(five, 2)]).join("");
}

/** The code that an address or a person writes, or null; see certificates/reference.py. */
function normaliseCode(text) {
  const bare = text.normalize("NFKC").toUpperCase().replace(/[\s\-_.·‐‑‒–—−]+/g, "");
  const code = bare.replaceAll("O", "0").replace(/[IL]/g, "1");
  return /^[0-9A-HJKMNP-TV-Z]{16}$/.test(code) ? code : null;
}
