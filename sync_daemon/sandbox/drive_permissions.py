"""Drive's permissions of one file: who may list, give, change and take them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sync_daemon.sandbox.answers import Refusal, drive_error, json_answer
from sync_daemon.sandbox.sharing import ANYONE, ROLES, Sharing, permission, permission_id


@dataclass(frozen=True, slots=True)
class Permissions:
    """The permissions of a file, as one caller may use them.

    Every method raises a Refusal with Drive's error body for what the caller may
    not do or what makes no sense.
    """

    sharing: Sharing
    file_id: str
    email: str

    def require_writer(self) -> None:
        """Only who may edit the file goes on."""
        if not self.sharing.may_write(self.file_id, self.email):
            raise _insufficient()

    def require_owner(self) -> None:
        """Only the file's owner goes on."""
        if self.sharing.role(self.file_id, self.email) != "owner":
            raise _insufficient()

    def listed(self) -> list[dict[str, Any]]:
        """All permissions; readers may not see them."""
        self.require_writer()
        return self.sharing.permissions(self.file_id)

    def found(self, wanted: str) -> dict[str, Any]:
        """The permission with an id."""
        grantee = self._grantee(wanted)
        return permission(grantee, self.sharing.roles[self.file_id][grantee])

    def create(self, body: Mapping[str, Any], *, transfer: bool) -> dict[str, Any]:
        """Give a role to the grantee that the body describes."""
        self.require_writer()
        grantee = _described_grantee(body)
        self._give(grantee, body.get("role"), transfer=transfer)
        return self.found(permission_id(grantee))

    def update(self, wanted: str, body: Mapping[str, Any], *, transfer: bool) -> dict[str, Any]:
        """Change a role."""
        self._give(self._grantee(wanted), body.get("role"), transfer=transfer)
        return self.found(wanted)

    def delete(self, wanted: str) -> None:
        """Take a role away; nobody can take the owner's."""
        grantee = self._grantee(wanted)
        if self.sharing.roles[self.file_id][grantee] == "owner":
            message = "The owner of a file cannot be removed."
            raise _refused(403, "cannotRemoveOwner", message)
        self.sharing.unshare(self.file_id, grantee)

    def _give(self, grantee: str, role: object, *, transfer: bool) -> None:
        if role not in ROLES:
            message = "The specified role is invalid or not supported."
            raise _refused(400, "invalid", message, "permission.role")
        is_owner = self.sharing.roles.get(self.file_id, {}).get(grantee) == "owner"
        if role == "owner" and not is_owner:  # gspread gives the owner of a copy that role again
            self._transfer(transfer=transfer)
        self.sharing.share(self.file_id, grantee, str(role))

    def _transfer(self, *, transfer: bool) -> None:
        """Make room for a new owner: there is one, and the one before stays as a writer.

        Without the parameter Drive refuses. That is why gspread's ``copy`` of somebody else's file
        with ``copy_permissions=True`` fails with this 403 at Google (gspread's issue 1544).
        """
        if not transfer:
            message = (
                "The transferOwnership parameter must be enabled when the permission role is"
                " 'owner'."
            )
            raise _refused(403, "forbidden", message, "transferOwnership")
        self.require_owner()
        for grantee, role in self.sharing.roles[self.file_id].items():
            if role == "owner":
                self.sharing.share(self.file_id, grantee, "writer")

    def _grantee(self, wanted: str) -> str:
        self.require_writer()
        for grantee in self.sharing.roles.get(self.file_id, {}):
            if permission_id(grantee) == wanted:
                return grantee
        message = f"Permission not found: {wanted}."
        raise _refused(404, "notFound", message, "permissionId")


def _described_grantee(body: Mapping[str, Any]) -> str:
    match body.get("type"):
        case "anyone":
            return ANYONE
        case "domain" if body.get("domain"):
            return f"@{body['domain']}".casefold()
        case "user" | "group" if "@" in str(body.get("emailAddress", "")):
            return str(body["emailAddress"]).casefold()
        case "user" | "group" | "domain":
            message = "The specified emailAddress is invalid or not applicable for the given type."
            raise _refused(400, "invalid", message, "permission.emailAddress")
        case _:
            message = "The permission type field is required."
            raise _refused(400, "required", message, "permission.type")


def _insufficient() -> Refusal:
    message = "The user does not have sufficient permissions for this file."
    return _refused(403, "insufficientFilePermissions", message)


def _refused(status: int, reason: str, message: str, location: str | None = None) -> Refusal:
    return Refusal(json_answer(drive_error(status, reason, message, location), status))
