"""Sending through Apprise. Its addresses hold passwords: they are neither logged nor shown."""

from __future__ import annotations

import hashlib
import logging
import os
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING

import apprise

from sync_daemon.tooling import ToolError, TransientToolError
from sync_daemon.tooling.secret_files import read_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .schemas import NotifyOptions

_MOST_RECEIVERS = 20
# Apprise logs addresses and tokens, those that it cannot read even as warnings.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)


@dataclass(frozen=True, slots=True)
class Receiver:
    """One address to send to.

    Attributes:
        mark: tells it from the others without telling what it is.
        place: where it is configured, for messages.
        service: the name of the service, such as Discord.
    """

    mark: str
    place: str
    service: str
    plugin: apprise.NotifyBase

    def send(self, subject: str, body: str) -> None:
        """Send a message.

        Raises:
            TransientToolError: the service did not take it.
        """
        sender = apprise.Apprise(asset=apprise.AppriseAsset(app_id="sheetd", async_mode=False))
        if self.plugin.verify_certificate is True:
            self.plugin.verify_certificate = _certificates()  # type: ignore[assignment]  # as requests takes it
        sender.add(self.plugin)
        if not sender.notify(body, subject, body_format=apprise.NotifyFormat.TEXT):
            raise TransientToolError(
                f"{self.service} did not take the message ({self.place}).",
                hint="Check the address, and whether the service can be reached.",
            )


def _certificates() -> str | bool:
    """Those that the system trusts, for Apprise's own library would take a list of its own."""
    if os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE"):
        return True  # it looks there
    return ssl.get_default_verify_paths().cafile or True


def receivers(options: NotifyOptions) -> list[Receiver]:
    """All addresses of the options, each once.

    Raises:
        ToolError: one is none that Apprise knows, or their file is not in order.
    """
    found = {
        receiver.mark: receiver
        for receiver in (_receiver(url, place) for url, place in _addresses(options))
    }
    if not found:
        raise ToolError("The file of addresses names no address.", hint="Write one on each line.")
    if len(found) > _MOST_RECEIVERS:
        raise ToolError(f"There are more than {_MOST_RECEIVERS} addresses to send to.")
    return list(found.values())


def _addresses(options: NotifyOptions) -> Iterator[tuple[str, str]]:
    for number, url in enumerate(options.urls, start=1):
        yield url.get_secret_value().strip(), f"address {number} of urls"
    if options.urls_file is not None:
        lines = read_secret(options.urls_file, "file of addresses").splitlines()
        for number, line in enumerate(lines, start=1):
            address = line.strip()
            if address and not address.startswith("#"):
                yield address, f"address on line {number} of the file"


def _receiver(url: str, place: str) -> Receiver:
    plugin = apprise.Apprise.instantiate(url, suppress_exceptions=True)
    if not isinstance(plugin, apprise.NotifyBase):
        raise ToolError(
            f"The {place} is not one that Apprise knows.",
            hint="Write it as Apprise does, e.g. ntfy://my-topic or mailto://user:pass@host.",
        )
    mark = hashlib.sha256(url.encode()).hexdigest()[:16]
    return Receiver(mark, place, str(plugin.service_name), plugin)
