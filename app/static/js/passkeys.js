// Passkeys: asks the device, writes its answer into the form, sends the form. Without it the pages say what else opens.
"use strict";

const toBytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

// What the server says in JSON, as the browser wants it: the same names, with bytes instead of text.
function prepare(options) {
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: toBytes(one.id) }));
  const ready = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: toBytes(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = known(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = known(options.allowCredentials);
  return ready;
}

// What the device answered, as JSON.
function tell(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = toText(credential.response[name]);
  }
  return JSON.stringify({ id: credential.id, rawId: toText(credential.rawId), type: credential.type, response });
}

async function ask(form) {
  const sent = new FormData();
  sent.set("csrf_token", form.elements.csrf_token.value);
  const answer = await fetch(form.dataset.passkey, { method: "POST", body: sent });
  if (!answer.ok || !answer.headers.get("Content-Type")?.startsWith("application/json")) throw new Error("refused");
  const publicKey = prepare(await answer.json());
  return publicKey.user ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const told = form.querySelector("[data-told]");
  const without = form.querySelector("[data-without]");
  if (!window.PublicKeyCredential) continue;
  if (without) without.hidden = true;
  for (const part of form.querySelectorAll("[data-with]")) part.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value) return;
    event.preventDefault();
    if (!form.reportValidity()) return;
    told.hidden = false;
    told.textContent = told.dataset.waiting;
    try {
      form.elements.answer.value = tell(await ask(form));
    } catch (fault) {
      told.textContent = fault.name === "InvalidStateError" ? told.dataset.known : told.dataset.failed;
      told.focus();
      return;
    }
    form.submit();
  });
  // Come back to by the browser's own arrow: the answer given before has been used.
  addEventListener("pageshow", () => {
    form.elements.answer.value = "";
  });
}
