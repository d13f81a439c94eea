"""Whose portfolio it is: the strings that a blind copy may not hold."""

from __future__ import annotations

from typing import Final

HANDLE: Final = "noor-haddad-demo"
NAME: Final = "Noor Haddad-Demo"
EMAIL: Final = "noor.haddad@studio.example.net"
HOST: Final = "https://github.example"
PROFILE: Final = f"{HOST}/{HANDLE}"
ID: Final = 90210417
NODE_ID: Final = "U_kgDOBYnoor"

IDENTITY: Final = (HANDLE, NAME, EMAIL, PROFILE, NODE_ID, str(ID), "Noor", "Haddad")
