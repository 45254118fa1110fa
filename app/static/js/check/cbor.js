// The little of CBOR (RFC 8949) that compact forms use, read in one way only: shortest lengths, nothing indefinite,
// keys rising. What is read so is what would be written: nothing has to be encoded again to be compared.

/** A refusal; its code is the name of a sentence of the page. */
class Refused extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

const UNSIGNED = 0, NEGATIVE = 1, BYTES = 2, TEXT = 3, ARRAY = 4, MAP = 5, TAG = 6, SIMPLE = 7;
const NULL = 22;
const SMALLEST = [24, 2 ** 8, 2 ** 16, 2 ** 32]; // of each longer way to write a number

class Reader {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get isDone() {
    return this.at === this.bytes.length;
  }

  get nextMajor() {
    return this.bytes[this.at] >> 5;
  }

  take(count) {
    if (this.at + count > this.bytes.length) throw new Refused("truncated");
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  /** The number in the head of an item that must be of this major type. */
  head(major) {
    const first = this.take(1)[0], short = first & 31;
    if (first >> 5 !== major || short > 27) throw new Refused("malformed");
    if (short < 24) return short;
    const number = this.take(1 << (short - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
    if (number < SMALLEST[short - 24] || !Number.isSafeInteger(number)) throw new Refused("malformed");
    return number;
  }

  expect(major, number) {
    if (this.head(major) !== number) throw new Refused("malformed");
  }

  unsigned(limit = Number.MAX_SAFE_INTEGER) {
    const number = this.head(UNSIGNED);
    if (number > limit) throw new Refused("malformed");
    return number;
  }

  byteString() {
    return this.take(this.head(BYTES));
  }

  text() {
    const bytes = this.take(this.head(TEXT));
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Refused("malformed");
    }
  }

  end() {
    if (!this.isDone) throw new Refused("malformed");
  }
}

/** The bytes of a byte string, its head included. */
function writtenBytes(bytes) {
  const { length } = bytes;
  const head = length < 24 ? [0x40 | length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return [...head, ...bytes];
}
