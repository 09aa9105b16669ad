"""``sheetd dashboard``: the page and the API, from one process, over the mirror."""

from sync_daemon.web.application import create_app

__all__ = ["create_app"]
