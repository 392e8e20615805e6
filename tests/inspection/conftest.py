"""The engagement every test of the room starts from."""

from tests.inspection.support import play

__all__ = ["play"]
