"""Who may do what with which spreadsheet."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any

ROLES = ("reader", "commenter", "writer", "owner")  # each may do what those before it may
ANYONE = "anyone"
ANYONE_ID = "anyoneWithLink"  # Drive's id of the permission for everybody


@dataclass(slots=True)
class Sharing:
    """Roles by spreadsheet and grantee. A spreadsheet nobody was named for is private.

    A grantee is an e-mail address, ``@`` and a domain, or ``anyone``.
    """

    roles: dict[str, dict[str, str]] = field(default_factory=dict)
    api_disabled: bool = False

    def share(self, spreadsheet_id: str, grantee: str, role: str = "writer") -> None:
        """Give somebody a role; ValueError for one that there is not."""
        if role not in ROLES:
            message = f"role must be one of {', '.join(ROLES)}"
            raise ValueError(message)
        self.roles.setdefault(spreadsheet_id, {})[grantee.casefold()] = role

    def unshare(self, spreadsheet_id: str, grantee: str) -> None:
        """Take somebody's role away."""
        self.roles.get(spreadsheet_id, {}).pop(grantee.casefold(), None)

    def forget(self, spreadsheet_id: str) -> None:
        """The spreadsheet is gone."""
        self.roles.pop(spreadsheet_id, None)

    def role(self, spreadsheet_id: str, email: str) -> str | None:
        """The most that somebody is there, by name, domain or as anyone; None for a stranger."""
        roles = self.roles.get(spreadsheet_id, {})
        address = email.casefold()
        grantees = (address, "@" + address.partition("@")[2], ANYONE)
        held = [roles[grantee] for grantee in grantees if grantee in roles]
        return max(held, key=ROLES.index, default=None)

    def may_read(self, spreadsheet_id: str, email: str) -> bool:
        """Whether somebody sees the spreadsheet."""
        return self.role(spreadsheet_id, email) is not None

    def may_write(self, spreadsheet_id: str, email: str) -> bool:
        """Whether somebody can change cells."""
        return self.role(spreadsheet_id, email) in {"writer", "owner"}

    def permissions(self, spreadsheet_id: str) -> list[dict[str, Any]]:
        """As Drive lists them."""
        return [
            permission(grantee, role)
            for grantee, role in self.roles.get(spreadsheet_id, {}).items()
        ]


def permission(grantee: str, role: str) -> dict[str, Any]:
    """A role in the form of Drive's ``permissions`` resource."""
    common = {"kind": "drive#permission", "id": permission_id(grantee), "role": role}
    if grantee == ANYONE:
        return {**common, "type": "anyone", "allowFileDiscovery": False}
    if grantee.startswith("@"):
        domain = grantee.removeprefix("@")
        return {**common, "type": "domain", "domain": domain, "displayName": domain}
    return {**common, "type": "user", "emailAddress": grantee, "displayName": grantee}


def permission_id(grantee: str) -> str:
    """A stable number in place of Drive's, which is as long and as opaque."""
    if grantee.casefold() == ANYONE:
        return ANYONE_ID
    digest = hashlib.sha256(grantee.casefold().encode("utf-8", "replace")).digest()
    return str(int.from_bytes(digest[:8])).zfill(20)
