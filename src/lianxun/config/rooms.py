"""The rooms that exist, from the ground up: one line each (architecture.md §2)."""

ROOMS: tuple[str, ...] = (
    "lianxun.config",
    "lianxun.trace",
    "lianxun.organisation",
    "lianxun.access",
    "lianxun.approvals",
)

# (prefix, URL module) in the order they are asked.
ROOM_URLS: tuple[tuple[str, str], ...] = ()
