"""Who may do what with which spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

ROLES = ("reader", "commenter", "writer", "owner")


@dataclass(slots=True)
class Sharing:
    """Roles by spreadsheet and e-mail address. A spreadsheet nobody was named for is private."""

    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    api_disabled: bool = False

    def share(self, spreadsheet_id: str, email: str, role: str = "writer") -> None:
        """Give somebody a role; ValueError for one that there is not."""
        if role not in ROLES:
            message = f"role must be one of {', '.join(ROLES)}"
            raise ValueError(message)
        self.roles.setdefault(spreadsheet_id, {})[email.casefold()] = role

    def unshare(self, spreadsheet_id: str, email: str) -> None:
        """Take somebody's role away."""
        self.roles.get(spreadsheet_id, {}).pop(email.casefold(), None)

    def forget(self, spreadsheet_id: str) -> None:
        """The spreadsheet is gone."""
        self.roles.pop(spreadsheet_id, None)

    def role(self, spreadsheet_id: str, email: str) -> str | None:
        """What somebody is there; None for a stranger."""
        return self.roles.get(spreadsheet_id, {}).get(email.casefold())

    def may_read(self, spreadsheet_id: str, email: str) -> bool:
        """Whether somebody sees the spreadsheet."""
        return self.role(spreadsheet_id, email) is not None

    def may_write(self, spreadsheet_id: str, email: str) -> bool:
        """Whether somebody can change cells."""
        return self.role(spreadsheet_id, email) in {"writer", "owner"}

    def permissions(self, spreadsheet_id: str) -> list[dict[str, Any]]:
        """As Drive lists them."""
        return [
            {
                "kind": "drive#permission",
                "id": permission_id(email),
                "type": "user",
                "role": role,
                "emailAddress": email,
            }
            for email, role in self.roles.get(spreadsheet_id, {}).items()
        ]


def permission_id(email: str) -> str:
    """A stable number in place of Drive's opaque permission id."""
    return str(int.from_bytes(email.casefold().encode()[:8].ljust(8, b"\0")) + len(email))
