"""``sheetd mcp``: the mirror for assistants."""

from __future__ import annotations

from importlib.util import find_spec

from sync_daemon.cli.options import ConfigOption, LogLevel, LogLevelOption, opened


def mcp(config: ConfigOption = None, log_level: LogLevelOption = LogLevel.WARNING) -> None:
    """Let an assistant read the mirror, over the Model Context Protocol on standard input.

    The assistant's program starts it. Rerun, restore and undo need [mcp] allow.

    Example: `sheetd mcp --config ~/.config/sheetd/config.toml`
    """
    _check_installed()
    from sync_daemon.assistant.server import serve
    from sync_daemon.assistant.toolbox import Toolbox
    from sync_daemon.mirror.live import LiveMirror

    with opened(config, log_level, may_upgrade=True) as application:
        settings = application.settings
        mirror = LiveMirror(settings.database.url)
        serve(Toolbox(application, mirror, settings.mcp.allow))


def _check_installed() -> None:
    from sync_daemon.errors import ConfigError

    if find_spec("mcp") is None:
        message = "`sheetd mcp` needs the extra `mcp`, which is not installed."
        hint = "Install it: pipx install 'sheetd[mcp]', or pip install 'sheetd[mcp]'."
        raise ConfigError(message, hint=hint)
