"""Deliveries with a key, several at once too, and what they left."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select, update

from app.receipts.store import ReceiptRow
from tests.service import Service

KEY = "0b7c5d3e-5a4f-4f0e-9a57-2f3f7f5a1c11"
REPLAYED = "Idempotency-Replayed"


def keyed(key: str = KEY, **headers: str) -> dict[str, str]:
    return {"Idempotency-Key": key, **headers}


def kind(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].removeprefix("/problems/")


def at_once(service: Service, times: int, path: str, by: str = "admin", **arguments: Any) -> list[httpx.Response]:
    """The same request, so many times at once."""
    headers = {**arguments.pop("headers", keyed()), "Authorization": f"Bearer {service.people.secret(by)}"}

    async def deliver() -> list[httpx.Response]:
        posts = (service._client.post(path, headers=headers, **arguments) for _ in range(times))
        return list(await asyncio.gather(*posts))

    return service._runner.run(deliver())


def replays(answers: list[httpx.Response]) -> list[bool]:
    return sorted(answer.headers.get(REPLAYED) == "true" for answer in answers)


def same(answers: list[httpx.Response]) -> bool:
    """Whether all say the same, but for their numbers and for being replayed."""
    shown = ("content-type", "location", "etag", "cache-control", "content-length")
    found = {(each.status_code, each.content, *(each.headers.get(name) for name in shown)) for each in answers}
    return len(found) == 1


def receipts(service: Service) -> list[Any]:
    with service.database.reading() as session:
        return list(session.scalars(select(ReceiptRow).order_by(ReceiptRow.created_at)))


def age(service: Service, by: timedelta) -> None:
    """As if all receipts were so much older: the database's clock cannot be turned."""
    with service.database.writing() as session:
        for row in session.scalars(select(ReceiptRow)).all():
            mine = (ReceiptRow.account == row.account, ReceiptRow.key == row.key)
            session.execute(update(ReceiptRow).where(*mine).values(created_at=row.created_at - by))
