"""What a Retry-After asks for."""

from sync_daemon.domain.http_dates import parse_retry_after

__all__ = ["parse_retry_after"]
