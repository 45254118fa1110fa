// The words of a page are in its <template> elements, in its language; scripts choose among them and fill their blanks.

function template(name) {
  return document.querySelector(`template[data-name="${name}"]`);
}

function piece(name) {
  return template(name).content.cloneNode(true);
}

/** A verdict: its tone, sign, word and sentence. */
function banner(name) {
  const { tone, sign, word } = template(name).dataset;
  const [section, heading, sentence] = ["section", "h2", "p"].map((tag) => document.createElement(tag));
  section.className = `verdict tone-${tone}`;
  heading.textContent = word;
  heading.classList.toggle("long", word.length >= 20);
  sentence.append(piece(name));
  section.append(piece(`sign-${sign}`), heading, sentence);
  return section;
}

/** What is said before everything else of a document that is ours: that it is authentic, and whether an identity was checked. */
function firstLine(words) {
  const [line, told] = ["p", "strong"].map((tag) => document.createElement(tag));
  told.textContent = words;
  line.append(told);
  return line;
}

/** Leave in a piece what holds, and take out what does not. */
function keep(root, name, holds) {
  for (const node of holds ? [] : root.querySelectorAll(`[data-if="${name}"]`)) node.remove();
}

function fill(root, name, text) {
  for (const node of root.querySelectorAll(`[data-slot="${name}"]`)) node.textContent = text || "";
}

function day(milliseconds, timeZone = "Europe/Paris") {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeZone }).format(milliseconds);
}

function moment(milliseconds) {
  return new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short", timeZone: "Europe/Paris" }).format(milliseconds);
}

/** Bytes as a hash is written. */
function toHex(buffer) {
  return [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
