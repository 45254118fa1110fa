// Comforts of a supervised examination, on top of pages that are complete without them.
"use strict";

// The candidate's page: the server says how much time is left, and whether another page is to be shown.
const exam = document.querySelector("[data-exam]");
if (exam) {
  const ask = async () => {
    try {
      const answer = await fetch(exam.dataset.exam, { headers: { Accept: "application/json" } });
      if (!answer.ok) return;
      const { seen, minutes } = await answer.json();
      if (seen !== exam.dataset.seen || minutes === 0) return location.assign(location.pathname);
      if (minutes === null) return;
      for (const place of document.querySelectorAll("[data-minutes]")) place.textContent = `${minutes} ${place.dataset.words}`;
    } catch {
      // No network for now: the answers that were confirmed are safe, and the next try asks again.
    }
  };
  setInterval(ask, 5000);
}

// Leaving the page is noted; going on to the next one is not leaving.
if (exam?.dataset.absence) {
  let goingOn = false;
  addEventListener("submit", () => (goingOn = true));
  addEventListener("beforeunload", () => (goingOn = true));
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState !== "hidden" || goingOn) return;
    const told = new FormData();
    told.set("csrf_token", document.querySelector("input[name=csrf_token]").value);
    navigator.sendBeacon(exam.dataset.absence, told);
  });
}

// The invigilator's screen: brought up to date, unless something in it is being used.
const live = document.querySelector("[data-live]");
if (live) {
  setInterval(async () => {
    if (live.contains(document.activeElement) || live.querySelector("details[open]")) return;
    try {
      const answer = await fetch(live.dataset.live);
      if (answer.ok && !live.contains(document.activeElement)) live.innerHTML = await answer.text();
    } catch {
      // The link to look again is still there.
    }
  }, 4000);
}
