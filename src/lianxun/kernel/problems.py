"""What can go wrong in an anticipated way; each carries a Chinese sentence for the person.

Problem
├── Invalid      input that does not fit: one ``FieldError`` per place
├── WrongState   the matter is not in a state in which this act exists
├── Stale        somebody else changed the matter since it was read
├── Refused      a rule said no and the person may know it
├── NotFound     not there, or its existence is a secret: the two must look alike
└── Unavailable  the platform may not act now (trace not witnessed, disk full)
"""

from __future__ import annotations

from dataclasses import dataclass

from lianxun.kernel.actor import Denied


@dataclass(frozen=True, slots=True)
class FieldError:
    """``place`` is a field name, or ``sheet!cell`` for spreadsheets."""

    place: str
    message: str


class Problem(Exception):  # noqa: N818 - the tree of problems reads as words for people
    """An anticipated refusal. ``message`` is shown as it stands."""

    status = 400
    code = "problem"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Invalid(Problem):
    """Input that does not fit; nothing was changed."""

    status = 422
    code = "invalid"

    def __init__(self, *errors: FieldError, message: str = "") -> None:
        super().__init__(message or "；".join(e.message for e in errors))
        self.errors = errors

    @classmethod
    def at(cls, place: str, message: str) -> Invalid:
        return cls(FieldError(place, message))


class WrongState(Problem):
    status = 409
    code = "wrong_state"


class Stale(Problem):
    status = 409
    code = "stale"

    def __init__(
        self, message: str = "此事项刚被他人修改，请刷新后核对再提交，您填写的内容仍保留在页面上。"
    ) -> None:
        super().__init__(message)


class Refused(Problem):
    status = 403
    code = "refused"

    def __init__(self, denied: Denied) -> None:
        super().__init__(denied.reason)
        self.rule = denied.rule


class NotFound(Problem):
    status = 404
    code = "not_found"

    def __init__(self, message: str = "没有找到，或者您无权知悉。") -> None:
        super().__init__(message)


class Unavailable(Problem):
    status = 503
    code = "unavailable"
