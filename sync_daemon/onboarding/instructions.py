"""What a person has to do in Google's pages, step by step."""

from __future__ import annotations

_PROJECT = "https://console.cloud.google.com/projectcreate"
_SHEETS_API = "https://console.cloud.google.com/apis/library/sheets.googleapis.com"
_DRIVE_API = "https://console.cloud.google.com/apis/library/drive.googleapis.com"
_ACCOUNTS = "https://console.cloud.google.com/iam-admin/serviceaccounts"
_AUDIENCE = "https://console.cloud.google.com/auth/audience"
_CLIENTS = "https://console.cloud.google.com/auth/clients"

SERVICE_ACCOUNT = f"""\
sheetd needs a key, so that Google knows who edits the sheet. It costs nothing.
  1. Make a project:            {_PROJECT}
  2. Enable the Sheets API:     {_SHEETS_API}
  3. Enable the Drive API:      {_DRIVE_API}
  4. Make a service account
     (a robot; any name):       {_ACCOUNTS}
  5. Open it → Keys → Add key → Create new key → JSON. A file is saved: that is the key.
The robot sees only what you share with it. Its e-mail address is shown when the key is known."""

OAUTH = f"""\
To let sheetd act for you, make an application of your own in Google's console:
  1. Make a project:            {_PROJECT}
  2. Enable the Sheets API:     {_SHEETS_API}
  3. Enable the Drive API:      {_DRIVE_API}
  4. Say who may use it:        {_AUDIENCE}
     Publish it: in "Testing" every permission ends after seven days.
  5. Create client → Desktop app → Download JSON:
                                {_CLIENTS}"""
