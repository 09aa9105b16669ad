"""httpcore's errors as httpx's, each with a plain text that holds no address but the host."""

from __future__ import annotations

import ssl

import httpcore
import httpx

from sync_daemon.tls import UNTRUSTED
from sync_daemon.tooling.certificates import CertificateError

_BROKEN_OFF = "without sending"  # h11, of a body that ends too early


def translate(error: Exception, host: str, connect_s: float) -> httpx.TransportError:
    """What a tool is to catch instead of ``error``."""
    match error:
        case httpcore.ConnectTimeout():
            return httpx.ConnectTimeout(f"Cannot reach {host} within {connect_s:g} s")
        case httpcore.TimeoutException():
            return httpx.ReadTimeout(f"{host} did not answer in time")
        case httpcore.ConnectError():
            return _no_connection(error, host)
        case httpcore.NetworkError():
            return httpx.ReadError(f"{host} broke off the connection")
        case httpcore.RemoteProtocolError() if _BROKEN_OFF in str(error):
            return httpx.RemoteProtocolError(f"{host} broke off in the middle of its answer")
        case httpcore.RemoteProtocolError():
            return httpx.RemoteProtocolError(f"{host} gave an answer that is not proper HTTP")
    return httpx.LocalProtocolError(f"the request to {host} is not proper HTTP")


def _no_connection(error: BaseException, host: str) -> httpx.ConnectError:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            way_out = "; SSL_CERT_FILE can name its authority"
            reason = f"{cause.verify_message}{way_out if cause.verify_code in UNTRUSTED else ''}"
            return CertificateError(f"{host} has no valid certificate ({reason})")
        if isinstance(cause, ssl.SSLError):
            return httpx.ConnectError(f"{host} does not speak proper TLS")
        cause = cause.__cause__ or cause.__context__
    return httpx.ConnectError(f"Cannot reach {host}")
