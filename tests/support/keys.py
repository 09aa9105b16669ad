"""Keys of service accounts, drawn and read once for a whole run: each takes a tenth of a second."""

from __future__ import annotations

from functools import cache
from itertools import cycle
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import serialization

from sync_daemon.sandbox import auth

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

_DIFFERENT = 4  # so that two accounts of one test never share a key


def reuse_keys() -> None:
    """Have the sandboxes of this process give out the same few keys, and read each only once."""
    draw = auth.draw_key
    drawn: list[RSAPrivateKey] = []
    places = cycle(range(_DIFFERENT))

    def next_key() -> RSAPrivateKey:
        place = next(places)
        if place == len(drawn):
            drawn.append(draw())
        return drawn[place]

    auth.draw_key = next_key
    # Not the signer: it also holds the id of a key, of which each account has one of its own.
    read = cache(serialization.load_pem_private_key)
    setattr(serialization, "load_pem_private_key", read)  # noqa: B010 - mypy knows a function
