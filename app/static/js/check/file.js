// A PDF received: its hash is asked of the register; the file itself leaves this machine only if its owner then sends it.

const fileForm = document.querySelector("form[data-known]");
const LARGEST_BYTES = 5 * 1024 * 1024;

if (fileForm && globalThis.crypto?.subtle) {
  const input = fileForm.querySelector("input[type=file]"), place = fileForm.querySelector("[data-answer]");
  for (const note of fileForm.querySelectorAll("[data-stays]")) note.hidden = false;
  input.addEventListener("change", () => place.replaceChildren()); // an answer is about one file
  input.addEventListener("drop", () => input.files.length && fileForm.requestSubmit());
  fileForm.addEventListener("submit", async (event) => {
    const file = input.files[0], isSent = event.submitter?.matches("[data-send]");
    if (isSent || !file) return; // the whole file, on demand; or none, which the server explains
    event.preventDefault();
    place.replaceChildren();
    const answer = await answerAbout(file, fileForm.dataset.known);
    if (input.files[0] === file) place.replaceChildren(...answer);
  });
}

async function answerAbout(file, address) {
  if (file.size > LARGEST_BYTES) return refused("too-large-pdf");
  const data = await file.arrayBuffer();
  if (new TextDecoder("latin1").decode(data.slice(0, 5)) !== "%PDF-") return refused("not-pdf");
  const sha256 = toHex(await crypto.subtle.digest("SHA-256", data));
  let answer;
  try {
    answer = await fetch(address.replace("SHA256", sha256), { credentials: "omit" });
    if (answer.ok) return verdictOf(await answer.json());
  } catch {
    return refused("offline");
  }
  return refused(answer.status === 429 ? "too-many-requests" : "failed");
}

function refused(code) {
  const shown = piece("file-refusal");
  shown.querySelector("span").append(piece(`file-${code}`));
  return [shown];
}

function verdictOf({ verdict, reason, sentence, demonstration, since, certificate }) {
  const word = verdict === "valid" && demonstration ? "demonstration" : verdict;
  const shown = banner(`file-${template(`file-${reason}`)?.dataset.word ? reason : word}`); // a label may say it more exactly
  fill(shown, "since", since && day(Date.parse(since)));
  if (sentence) shown.querySelector("h2").after(firstLine(sentence[document.documentElement.lang]));
  if (verdict === "unknown") return [shown, piece("file-offer")];
  if (!certificate) return [shown];
  const more = piece("file-more");
  fill(more, "name", certificate.holder_name);
  more.querySelector("a").href += certificate.code.match(/.{4}/g).join("-");
  return [shown, more];
}
