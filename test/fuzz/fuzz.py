"""Asks one service thousands of odd things and reports every answer that its document does not have.

    fuzz.py --url http://web:8000 --seed 1 --requests 2000 --pages 300 --session <key> [--token <token>]

Half of the requests come from schemathesis, which reads the document and makes valid and invalid ones; half are made by
hand (hostile.py). Where there is a token, it is shown in half of them. The last line is the report as JSON.
"""

import argparse
import json
import random
from typing import Any
from urllib.parse import urlsplit

import requests
import schemathesis
from admin import filters_in, lists_in, odd_pages
from ask import Request, send
from hostile import hostile
from hypothesis import HealthCheck, Phase, given, seed, settings
from judge import Asked, Report
from operations import Known, Operation, operations_of
from schemathesis import GenerationMode

ANY_PAGE = frozenset({*range(200, 500)})


class Fuzz:
    def __init__(self, options: argparse.Namespace) -> None:
        self.url: str = options.url
        place = urlsplit(self.url)
        self.place = {"host": place.hostname or "", "port": place.port or 80}
        self.seed: int = options.seed
        self.token: str | None = options.token
        self.chance = random.Random(options.seed)
        self.known = Known()
        self.report = Report()

    def run(self, *, wanted: int, pages: int, session: str) -> None:
        document = requests.get(f"{self.url}/api/v1/schema/?format=json", headers=LOCAL, timeout=60).json()
        operations = operations_of(document)
        described = {(each.method, each.path): each.statuses for each in operations}
        for operation in operations:
            self.learn(operation)
        self.by_document(document, operations, wanted=wanted // 2)
        while self.report.requests < wanted:
            operation = self.chance.choice(operations)
            request, is_odd = hostile(operation, self.known, self.chance)
            # A method that was put in the place of the operation's has another description, or none.
            statuses = described.get((request.method, operation.path), frozenset())
            self.ask(request, statuses=statuses, is_odd=is_odd)
        self.back_office(pages=pages, session=session)

    def learn(self, operation: Operation) -> None:
        if operation.method == "GET":
            path = self.known.path(operation, self.chance)
            _, answer = send(Request("GET", path, self.credentials(always=True)), **self.place)
            self.known.learn(answer)

    def by_document(self, document: dict[str, Any], operations: list[Operation], *, wanted: int) -> None:
        """What schemathesis makes of the document, an equal share for each operation and mode."""
        schema = schemathesis.openapi.from_dict(document)
        share = max(2, wanted // len(operations) // 2)
        for operation in operations:
            source = schema[operation.path][operation.method]
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                self.cases(source, operation, mode=mode, count=share)

    def cases(self, source: Any, operation: Operation, *, mode: GenerationMode, count: int) -> None:
        try:
            strategy = source.as_strategy(generation_mode=mode)
        except Exception as error:  # It has no invalid form: no parameter and no body.
            print(f"{operation.method} {operation.path}: none that is {mode.value}: {error!r}"[:200])
            return

        @seed(self.seed)
        @settings(
            max_examples=count, database=None, deadline=None, phases=[Phase.generate],
            suppress_health_check=[*HealthCheck],
        )  # fmt: skip
        @given(case=strategy)
        def each(case: Any) -> None:
            if case.path_parameters and self.chance.random() < 0.5:
                case.path_parameters = {name: self.chance.choice(self.known.values) for name in case.path_parameters}
            self.case(case, operation, is_odd=mode is GenerationMode.NEGATIVE)

        try:
            each()
        except Exception as error:
            if "Unsatisfiable" not in type(error).__name__:
                raise

    def case(self, case: Any, operation: Operation, *, is_odd: bool) -> None:
        try:
            sent = requests.Request(**case.as_transport_kwargs(base_url=self.url)).prepare()
        except (ValueError, requests.RequestException):
            return
        headers = [
            (name, value.decode("latin-1") if isinstance(value, bytes) else value)
            for name, value in sent.headers.items()
            if name.lower() not in ("content-length", "connection", "host", "transfer-encoding")
        ]
        body = sent.body.encode() if isinstance(sent.body, str) else sent.body
        request = Request(sent.method or "GET", sent.path_url, headers, body if isinstance(body, bytes) else None)
        status = self.ask(request, statuses=operation.statuses, is_odd=is_odd)
        if status < 300 or not is_odd:
            self.known.keep(operation, body or b"")

    def ask(self, request: Request, *, statuses: frozenset[int], is_odd: bool) -> int:
        if "authorization" not in {name.lower() for name, _ in request.headers}:
            request.headers += self.credentials()
        status, answer = send(request, **self.place)
        told = f"{request.bytes()[:900]!r} -> {status} {answer[:600]!r}"
        self.report.add(
            Asked(
                method=request.method, target=request.target, told=told,
                status=status, statuses=statuses, is_odd=is_odd,
            )  # fmt: skip
        )
        if status < 300:
            self.known.learn(answer)
        return status

    def credentials(self, *, always: bool = False) -> list[tuple[str, str]]:
        shown = self.token and (always or self.chance.random() < 0.6)
        return [("Authorization", f"Token {self.token}")] if shown else []

    def back_office(self, *, pages: int, session: str) -> None:
        cookie = [("Cookie", f"sessionid={session}")]
        status, index = send(Request("GET", "/admin/", cookie), **self.place)
        lists = {path: filters_in(send(Request("GET", path, cookie), **self.place)[1]) for path in lists_in(index)}
        if pages and not lists:
            raise SystemExit(f"the back office answers {status} and shows no list: is the session good?")
        for request in odd_pages(lists, cookie=session, count=pages, chance=self.chance):
            self.ask(request, statuses=ANY_PAGE, is_odd=True)


LOCAL = {"Host": "localhost"}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--token")
    parser.add_argument("--session", required=True)
    for name in ("seed", "requests", "pages"):
        parser.add_argument(f"--{name}", type=int, required=True)
    options = parser.parse_args()
    fuzz = Fuzz(options)
    fuzz.run(wanted=options.requests, pages=options.pages, session=options.session)
    report = fuzz.report
    statuses = dict(sorted(report.statuses.items()))
    print(json.dumps({"requests": report.requests, "statuses": statuses, "failures": report.failures}))


if __name__ == "__main__":
    main()
