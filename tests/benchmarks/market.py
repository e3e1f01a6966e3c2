"""Two hundred buyers race for the last units of a listing, over real HTTP: exactly those are sold."""

from __future__ import annotations

import http.client
import json
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

from tests.benchmarks.figures import Figure, Goal
from tests.benchmarks.served import Server, serving
from tests.benchmarks.worlds import Bench
from tests.scenarios.market import Market
from workflow_app.bootstrap import OFFSET
from workflow_app.commands.requests import CreateApiToken

BUYERS = {True: 200, False: 40}
"""At full size, and at the quick one."""
LEFT = 100
"""Tonnes the listing has left; each buyer wants one, and some want three."""
GREEDY = 3
REFUSALS = frozenset({"insufficient_units", "listing_over"})
"""The clear answers to who comes too late."""


def figures(bench: Bench, kind: str) -> list[Figure]:
    """Let everybody ask at once, and count what was sold, to whom, and what the others were told."""
    count = BUYERS[bench.sizes.full]
    left = LEFT if count > LEFT else count // 2
    with bench.place(kind) as place:
        programme = place.programme("2025-01-02")
        market = Market(programme)
        market.given_p1_with_units()
        tokens = [_buyer(market, number) for number in range(count)]
        order = market.offered("listing", left, "45.00")
        _same_day(market)
        with serving(place, 2) as server:
            began = time.perf_counter()
            answers = list(_race(server, order, tokens))
            seconds = time.perf_counter() - began
        sold = sum(quantity for status, quantity, _ in answers if status == 200)
        told = Counter(code for status, _, code in answers if status != 200)
        odd = sum(number for code, number in told.items() if code not in REFUSALS)
        held = sum(market.units(f"买{number}").get("held", 0) for number in range(count))
        programme.then_history_holds()
        programme.app.store.engine.dispose()
    title = f"{count} buyers race for {left} t over HTTP, {kind}"
    return [
        Figure(f"{title}: tonnes sold", sold, "t", Goal.exactly(left)),
        Figure(f"{title}: tonnes held after", held, "t", Goal.exactly(left)),
        Figure(f"{title}: answers that are no clear refusal", odd, "", Goal.exactly(0)),
        Figure(f"{title}: until the last answer", seconds, "s"),
    ]


def _same_day(market: Market) -> None:
    """Let the server's clock stand where the programme's does, so that the listing is still open."""
    programme = market.programme
    with programme.app.store.unit_of_work() as uow:
        shift = programme.clock.now() - datetime.now(UTC)
        uow.settings.set(OFFSET, shift // timedelta(microseconds=1))
        uow.commit()


def _buyer(market: Market, number: int) -> str:
    """Open a buyer with money; return its token."""
    programme, name = market.programme, f"买{number}"
    market.given_buyer(name, "1000")
    actor = programme.app.actor(programme.people[name], "web")
    return str(programme.app.execute(CreateApiToken("race"), actor).values["secret"])


def _race(server: Server, order: str, tokens: list[str]) -> Iterator[tuple[int, int, str]]:
    """Ask for every buyer at the same moment; yield status, tonnes bought, and the refusal's code."""
    start = Barrier(len(tokens))

    def ask(number: int) -> tuple[int, int, str]:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        headers = {
            "Authorization": f"Bearer {tokens[number]}",
            "Content-Type": "application/json",
            "Idempotency-Key": f"race-{number}",
        }
        wanted = json.dumps({"quantity": GREEDY if number % 10 == 0 else 1})
        start.wait()
        connection.request("POST", f"/api/v1/orders/{order}/take", wanted, headers)
        answer = connection.getresponse()
        body = json.loads(answer.read() or b"{}")
        connection.close()
        return answer.status, int(body.get("quantity") or 0), str(body.get("code", ""))

    with ThreadPoolExecutor(len(tokens)) as pool:
        yield from pool.map(ask, range(len(tokens)))
