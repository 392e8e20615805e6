"""`python -m lianxun_insight.cli`."""

import sys

from lianxun_insight.cli import main

if __name__ == "__main__":
    sys.exit(main())
