"""权限: accounts, roles, grants with purpose and expiry; the rules and the row-security policies."""
