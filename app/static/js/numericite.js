// Comforts on top of pages that are complete without them.
"use strict";

// A form sent twice is sent once; the server would forgive it anyway.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// The error summary is read first.
document.querySelector("[data-focus]")?.focus();

// Figures 1 to 9 choose the answer card of that number.
addEventListener("keydown", (event) => {
  const typing = event.target.matches?.("input[type=text], input[type=email], input[type=password], textarea, select");
  if (typing || event.altKey || event.ctrlKey || event.metaKey || !/^[1-9]$/.test(event.key)) return;
  const input = document.querySelectorAll(".answers .answer input")[Number(event.key) - 1];
  if (!input) return;
  input.checked = input.type === "radio" ? true : !input.checked;
  input.focus();
});

// Printing.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// Reading aloud, where the browser has a voice for the page's language.
const listen = document.querySelector("[data-listen]");
if (listen && "speechSynthesis" in window) {
  const language = document.documentElement.lang;
  const voiceOf = () => speechSynthesis.getVoices().find((voice) => voice.lang.toLowerCase().startsWith(language));
  const offer = () => {
    listen.hidden = !voiceOf();
  };
  const words = () => {
    const said = [...document.querySelectorAll("[data-read-aloud] :is(h1, h2, h3, p, li, figcaption), .tool :is(h2, h3, p, legend, label, dt, dd)")];
    const answers = [...document.querySelectorAll(".answers :is(legend, .answer > span), .ranks :is(legend, label), .pairs :is(legend, label), .field label")];
    return [...said, ...answers].map((node) => node.textContent.trim()).filter(Boolean);
  };
  listen.addEventListener("click", () => {
    const speaking = speechSynthesis.speaking;
    speechSynthesis.cancel();
    if (speaking) return;
    for (const text of words()) {
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = language;
      utterance.voice = voiceOf();
      utterance.rate = 0.95;
      speechSynthesis.speak(utterance);
    }
  });
  speechSynthesis.addEventListener?.("voiceschanged", offer);
  addEventListener("pagehide", () => speechSynthesis.cancel());
  offer();
}

// A file may be dropped anywhere on its field.
for (const input of document.querySelectorAll("input[type=file][data-drop]")) {
  const over = (on) => (event) => {
    event.preventDefault();
    input.classList.toggle("is-over", on);
  };
  input.addEventListener("dragover", over(true));
  input.addEventListener("dragleave", over(false));
  input.addEventListener("drop", (event) => {
    event.preventDefault();
    input.classList.remove("is-over");
    if (event.dataTransfer?.files.length) input.files = event.dataTransfer.files;
  });
}

// A list is sent with a bar that fills, and what comes back is saved; whatever else comes back is left to the browser.
for (const form of document.querySelectorAll("form[data-progress]")) {
  const told = form.querySelector("[data-told]");
  const bar = form.querySelector("progress");
  let waiting;
  const send = (filled) => {
    const sending = new XMLHttpRequest();
    const say = (words) => {
      told.textContent = words;
      told.hidden = bar.hidden = false;
    };
    sending.open("POST", form.action);
    sending.responseType = "blob";
    sending.upload.addEventListener("progress", ({ loaded, total }) => {
      say(told.dataset.sending);
      bar.value = total ? loaded / total : 0;
    });
    sending.upload.addEventListener("load", () => {
      say(told.dataset.checking);
      bar.removeAttribute("value");
    });
    sending.addEventListener("error", () => form.submit());
    sending.addEventListener("load", () => {
      if (sending.status === 429) {
        // What was dropped stays here, and is sent again when there is room for it.
        const wait = 1000 * (Number(sending.getResponseHeader("Retry-After")) || 60);
        const at = new Date(Date.now() + wait + 30000).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
        say(told.dataset.waiting.replace("{}", at));
        waiting = setTimeout(send, wait, filled);
        return;
      }
      const named = /filename="([^"]+)"/.exec(sending.getResponseHeader("Content-Disposition") ?? "");
      if (sending.status !== 200 || !named) return form.submit();
      const link = document.createElement("a");
      link.href = URL.createObjectURL(sending.response);
      link.download = named[1];
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      bar.hidden = true;
      told.textContent = told.dataset.done;
    });
    sending.send(filled);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(waiting);
    send(new FormData(form));
  });
}
