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
    "lianxun.regulations",
    "lianxun.inspection",
    "lianxun.coordination",
    "lianxun.leads",
    "lianxun.rectification",
    "lianxun.appraisal",
    "lianxun.advice",
    "lianxun.jobs",
    "lianxun.web",
    "lianxun.demo",
)

# (prefix, URL module) in the order they are asked.
ROOM_URLS: tuple[tuple[str, str], ...] = (
    ("accounts/", "lianxun.config.account_urls"),
    ("api/v1/", "lianxun.config.interface"),
    ("leads/", "lianxun.web.leads.urls"),
    ("advice/", "lianxun.web.advice.urls"),
    ("", "lianxun.web.rectification.urls"),
    ("measures/", "lianxun.web.measures.urls"),
    ("approvals/", "lianxun.web.approvals.urls"),
    ("coordination/", "lianxun.web.coordination.urls"),
    ("appraisal/", "lianxun.web.appraisal.urls"),
    ("documents/", "lianxun.web.documents.urls"),
    ("regulations/", "lianxun.web.regulations.urls"),
    ("trace/", "lianxun.web.trace.urls"),
    ("organisation/", "lianxun.web.organisation.urls"),
    ("admin3/", "lianxun.web.access.urls"),
    ("emergency/", "lianxun.web.access.emergency_urls"),
    ("known/", "lianxun.web.access.known_urls"),
    ("", "lianxun.web.exchange.urls"),
    ("", "lianxun.web.inspection.urls"),
    ("", "lianxun.web.duties.urls"),
    ("", "lianxun.web.urls"),
)
