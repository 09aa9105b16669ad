"""Requests to Google of the last minutes: implements ``ports.RequestLog``."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from sync_daemon.mirror.codec import decode_time, encode_time
from sync_daemon.mirror.database import LIGHTLY, translated
from sync_daemon.mirror.tables import requests

_KEPT = timedelta(minutes=5)


class SqlRequestLog:
    """Keeps the times of requests in the mirror, where every process finds them."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def record(self, kind: str, at: datetime) -> None:
        """A request was sent; old ones are forgotten, and those of a clock that was ahead."""
        is_old = requests.c.at < encode_time(at - _KEPT)
        is_ahead = requests.c.at > encode_time(at + _KEPT)
        engine = self._engine.execution_options(**LIGHTLY)
        with translated(engine), engine.begin() as connection:
            connection.execute(requests.delete().where(is_old | is_ahead))
            connection.execute(requests.insert().values(kind=kind, at=encode_time(at)))

    def load_since(self, kind: str, moment: datetime) -> list[datetime]:
        """When requests of a kind were sent since ``moment``, the oldest first.

        None that were sent minutes later, by a clock that was ahead then.
        """
        query = (
            select(requests.c.at)
            .where(
                requests.c.kind == kind,
                requests.c.at >= encode_time(moment),
                requests.c.at <= encode_time(moment + _KEPT),
            )
            .order_by(requests.c.at)
        )
        with translated(self._engine), self._engine.connect() as connection:
            times = [decode_time(at) for at in connection.scalars(query)]
        return [at for at in times if at is not None]
