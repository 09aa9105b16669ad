"""What a person has to do in Google's pages, step by step."""

from __future__ import annotations

_PROJECT = "https://console.cloud.google.com/projectcreate"
_SHEETS_API = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
_DRIVE_API = "https://console.cloud.google.com/apis/library/drive.googleapis.com"
_ACCOUNTS = "https://console.cloud.google.com/iam-admin/serviceaccounts"
_AUDIENCE = "https://console.cloud.google.com/auth/audience"
_CLIENTS = "https://console.cloud.google.com/auth/clients"

SERVICE_ACCOUNT = f"""\
sheetd needs a key, so that Google knows who edits the sheet. It is free.
  1. Create a project:          {_PROJECT}
  2. Enable the Sheets API:     {_SHEETS_API}
  3. Enable the Drive API:      {_DRIVE_API}
  4. Create a service account
     (any name):                {_ACCOUNTS}
  5. Open it → Keys → Add key → Create new key → JSON. Your browser downloads a file: the key.
A service account sees only what you share with it. Its e-mail address is shown next."""

OAUTH = f"""\
To sign in as yourself, create an OAuth client in Google's console:
  1. Create a project:          {_PROJECT}
  2. Enable the Sheets API:     {_SHEETS_API}
  3. Enable the Drive API:      {_DRIVE_API}
  4. Choose who may use it:     {_AUDIENCE}
     Publish it: in "Testing" a permission expires after seven days.
  5. Create client → Desktop app → Download JSON:
                                {_CLIENTS}"""
