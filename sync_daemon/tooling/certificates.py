"""The failure of the network that httpx has no class for; apart, for it loads httpx."""

from __future__ import annotations

import httpx


class CertificateError(httpx.ConnectError):
    """The site's certificate is not valid, or of an authority that this machine does not know."""
