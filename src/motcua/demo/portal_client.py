"""The make-believe national portal as a client of the gateway: its name there and its secret, known to everybody."""

from __future__ import annotations

PORTAL_CLIENT = "cong-dvcqg-mo-phong"
PORTAL_SECRET = "demo-portal-secret"
