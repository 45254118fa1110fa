"""Candidates and invigilators in a process of their own: they enter, begin, think, answer, and look again, as their browsers do.

Told what to do by one JSON object a line on standard input, it answers by one on standard output.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from benchmarks._browser import Fields, Page, Talk, answer_to, hidden, length_of

#: Seconds that a candidate thinks about a question.
THINKING = (2.0, 6.0)
#: Seconds between two looks of a page that is left open (static/js/examination.js): the candidate's, the invigilator's.
LOOK, WATCH = 5.0, 4.0
#: Everybody of one session begins within so many seconds.
BEGINNING = 20.0
PATIENCE = 15.0
SIT = "/examens/passage"


class Browser:
    """One person's, its connection kept while the server keeps it."""

    def __init__(self, port: int, source: str) -> None:
        self._port, self._source = port, source
        self._talk = Talk(f"127.0.0.1:{port}")
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def send(self, request: str, fields: Fields | None = None) -> Page:
        """Send `GET /path` or `POST /path`, and return the page.

        Raises:
            OSError, EOFError, TimeoutError: No answer came.
        """
        message = self._talk.message(request, fields)
        async with asyncio.timeout(PATIENCE):
            if self._streams is not None and not self._streams[0].at_eof():
                try:
                    return await self._exchange(message)
                except (OSError, EOFError):
                    pass  # the server closed a connection that rested: a browser asks again on another
            self.close()
            self._streams = await asyncio.open_connection(
                "127.0.0.1", self._port, local_addr=(self._source, 0), limit=1 << 20
            )
            return await self._exchange(message)

    async def _exchange(self, message: bytes) -> Page:
        if self._streams is None:
            raise EOFError
        reader, writer = self._streams
        writer.write(message)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        return self._talk.page(head, await reader.readexactly(length_of(head)))

    def close(self) -> None:
        """Close the connection, not the browser: its cookies stay."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass(slots=True)
class Tally:
    """What happened; seconds only while the clock runs."""

    runs: bool = False
    answers: list[float] = field(default_factory=list)
    beginnings: list[float] = field(default_factory=list)
    watches: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    looks: int = 0
    skipped: int = 0
    acknowledged: int = 0
    errors: list[str] = field(default_factory=list)

    def note(self, seconds: list[float], began: float) -> None:
        if self.runs:
            seconds.append(time.perf_counter() - began)

    def told(self) -> dict[str, Any]:
        """Return it for JSON."""
        named = ("answers", "beginnings", "watches", "lags", "looks", "skipped", "acknowledged", "errors")
        return {name: getattr(self, name) for name in named}


class Failed(Exception):  # noqa: N818 (a candidate's bad day, not a fault of this program)
    """A page that should not have come."""


@dataclass(slots=True)
class Candidate:
    """Somebody in front of a screen."""

    browser: Browser
    chance: random.Random
    tally: Tally
    page: Page = field(default_factory=lambda: Page(0, "", ""))

    async def enter(self, code: str, number: int) -> None:
        """Type the code of the session and one's own number."""
        token = hidden((await self.browser.send("GET /examens/entrer")).text, "csrf_token")
        fields = [("csrf_token", token), ("code", code), ("number", str(number))]
        _expect(await self.browser.send("POST /examens/entrer", fields), 303)
        self.page = _expect(await self.browser.send(f"GET {SIT}"), 200)

    async def begin(self) -> None:
        """Press the button, once authorised; the first question is on screen."""
        self.page = _expect(await self.browser.send(f"GET {SIT}"), 200)
        began = time.perf_counter()
        fields = [("csrf_token", hidden(self.page.text, "csrf_token"))]
        _expect(await self.browser.send(f"POST {SIT}/commencer", fields), 303)
        self.page = _expect(await self.browser.send(f"GET {SIT}"), 200)
        self.tally.beginnings.append(time.perf_counter() - began)

    async def answer(self) -> None:
        """Answer the question on screen, and wait for the next one."""
        fields = answer_to(self.page.text, number=self.chance.randrange(12))
        was = hidden(self.page.text, "item_id")
        began = time.perf_counter()
        _expect(await self.browser.send(f"POST {SIT}/reponses", fields), 303)
        self.tally.acknowledged += 1
        self.page = _expect(await self.browser.send(f"GET {SIT}"), 200)
        self.tally.note(self.tally.answers, began)
        self.tally.skipped += fields[-1][0] == "passe"
        if hidden(self.page.text, "item_id") in ("", was):
            raise Failed("no next question")

    async def think(self) -> None:
        """Think; a page that stays open asks the server meanwhile whether it is still the one to show."""
        left = self.chance.uniform(*THINKING)
        while left > LOOK:
            await asyncio.sleep(LOOK)
            left -= LOOK
            seen = re.search(r'data-seen="([^"]*)"', self.page.text)
            answer = _expect(await self.browser.send(f"GET {SIT}/etat"), 200)
            self.tally.looks += self.tally.runs
            if seen is None or json.loads(answer.text)["seen"] != seen[1]:
                raise Failed("another page was to be shown")
        await asyncio.sleep(left)

    async def sit(self, stop: asyncio.Event) -> None:
        """Think and answer until the end; whatever goes wrong is noted, and the page asked for again."""
        while not stop.is_set():
            try:
                await self.think()
                if not stop.is_set():
                    await self.answer()
            except (Failed, OSError, EOFError, TimeoutError) as error:
                self.tally.errors.append(f"{type(error).__name__}: {error}")
                self.browser.close()
                self.page = await self.browser.send(f"GET {SIT}")


def _expect(page: Page, status: int) -> Page:
    if page.status != status:
        raise Failed(f"{page.status} instead of {status}")
    return page


class Crowd:
    """Everybody."""

    def __init__(self, port: int) -> None:
        self.port, self.tally, self.stop = port, Tally(), asyncio.Event()
        self.candidates: list[Candidate] = []
        self.watchers: list[tuple[Browser, str]] = []
        self.work: list[asyncio.Task[None]] = []

    def _candidate(self, number: int, room: int) -> Candidate:
        # One address a room: its machines share a line.
        browser = Browser(self.port, f"127.8.{room}.1")
        return Candidate(browser, random.Random(number), self.tally)  # noqa: S311 (who answers what)

    async def enter(self, rooms: list[dict[str, Any]], password: str) -> int:
        """Let everybody in, eight at a time; invigilators sign in."""
        seats = asyncio.Semaphore(8)

        async def come(candidate: Candidate, code: str, number: int) -> None:
            async with seats:
                await candidate.enter(code, number)

        coming = []
        for place, room in enumerate(rooms, 1):
            for number in room["numbers"]:
                candidate = self._candidate(len(self.candidates), place)
                self.candidates.append(candidate)
                coming.append(come(candidate, room["code"], number))
            browser = Browser(self.port, f"127.8.{place}.2")
            token = hidden((await browser.send("GET /connexion")).text, "csrf_token")
            fields = [("csrf_token", token), ("email", room["invigilator"]), ("password", password)]
            _expect(await browser.send("POST /connexion", fields), 303)
            self.watchers.append((browser, f"/examens/sessions/{room['reference']}/direct?morceau=oui"))
        await asyncio.gather(*coming)
        return len(coming)

    async def arrive(self, candidates: int, watchers: int) -> int:
        """Sit down in front of the bare application, which asks nobody who they are."""
        for number in range(candidates):
            candidate = self._candidate(number, 1 + number % 250)
            candidate.page = _expect(await candidate.browser.send(f"GET {SIT}"), 200)
            self.candidates.append(candidate)
        self.watchers = [(Browser(self.port, "127.8.1.2"), "/bare") for _ in range(watchers)]
        self._let_go(self.candidates)
        return candidates

    async def begin(self) -> int:
        """Begin, each at a moment of their own, and go on answering from then on."""

        async def one(candidate: Candidate) -> None:
            await asyncio.sleep(candidate.chance.uniform(0, BEGINNING))
            await candidate.begin()
            self._let_go([candidate])

        await asyncio.gather(*map(one, self.candidates))
        return len(self.candidates)

    def _let_go(self, candidates: list[Candidate]) -> None:
        self.work += [asyncio.create_task(one.sit(self.stop)) for one in candidates]

    async def measure(self, seconds: float) -> dict[str, Any]:
        """Let the clock run for so many seconds, then let everybody finish their answer."""
        self.work += [asyncio.create_task(self._watch(*one)) for one in self.watchers]
        self.work.append(asyncio.create_task(self._feel()))
        worked, began = time.process_time(), time.perf_counter()
        self.tally.runs = True
        await asyncio.sleep(seconds)
        self.stop.set()
        share = (time.process_time() - worked) / (time.perf_counter() - began)
        await asyncio.gather(*self.work)
        return {**self.tally.told(), "cpu_share": share}

    async def _watch(self, browser: Browser, path: str) -> None:
        await asyncio.sleep(random.uniform(0, WATCH))  # noqa: S311 (idem)
        while not self.stop.is_set():
            began = time.perf_counter()
            try:
                _expect(await browser.send(f"GET {path}"), 200)
            except (Failed, OSError, EOFError, TimeoutError) as error:
                self.tally.errors.append(f"invigilator: {type(error).__name__}: {error}")
            self.tally.note(self.tally.watches, began)
            await asyncio.sleep(WATCH)

    async def _feel(self) -> None:
        """Note how late this process itself wakes up: what it adds to every figure."""
        while not self.stop.is_set():
            began = time.perf_counter()
            await asyncio.sleep(0.05)
            self.tally.note(self.tally.lags, began + 0.05)


async def _obey(port: int) -> None:
    crowd = Crowd(port)
    while line := await asyncio.to_thread(sys.stdin.readline):
        order, given = json.loads(line)
        print(json.dumps(await getattr(crowd, order)(**given)), flush=True)


if __name__ == "__main__":
    asyncio.run(_obey(int(sys.argv[1])))
