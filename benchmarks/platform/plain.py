"""The same platform without row security: what the ratios are taken against.

The role of this server is not bound by the policies; the application's own filter (``fabric.scope``)
stays, as it would in any system without row security.
"""

from __future__ import annotations

from lianxun.config import guard


def install() -> None:
    """Let the start-up check pass, which refuses such a role everywhere else."""
    guard._checked.add("default")
