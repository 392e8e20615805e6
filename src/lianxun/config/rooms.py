"""The rooms that exist, from the ground up: one line each (architecture.md §2).

A test fails when a package with an `apps.py` is missing here.
"""

ROOMS: tuple[str, ...] = (
    "lianxun.config",
    "lianxun.fabric",
    "lianxun.trace",
    "lianxun.organisation",
    "lianxun.access",
    "lianxun.documents",
    "lianxun.duties",
    "lianxun.approvals",
    "lianxun.exchange",
    "lianxun.inspection",
    "lianxun.leads",
    "lianxun.rectification",
    "lianxun.jobs",
    "lianxun.web",
    "lianxun.demo",
)

# (prefix, URL module) in the order they are asked.
ROOM_URLS: tuple[tuple[str, str], ...] = (
    ("accounts/", "allauth.urls"),
    ("", "lianxun.web.urls"),
)
