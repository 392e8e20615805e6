"""Which logs, which witnesses, which of them are enough (C2SP tlog-policy)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lianxun.trace.notes import (
    COSIGNATURE_KEY,
    NOTE_KEY,
    BadNote,
    Checkpoint,
    Note,
    Verifier,
    open_checkpoint,
)


@dataclass(frozen=True, slots=True)
class Witness:
    """``name`` is the name inside the policy; ``url`` the submission prefix, empty if unknown."""

    name: str
    verifier: Verifier
    url: str


@dataclass(frozen=True, slots=True)
class Group:
    need: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy file."""

    logs: tuple[Verifier, ...]
    witnesses: tuple[Witness, ...]
    groups: dict[str, Group]
    quorum: str

    @classmethod
    def parse(cls, text: str) -> Policy:
        """Raises :class:`BadNote` naming the line."""
        return _Parser().parse(text)

    def satisfied(self, cosigned: Iterable[str]) -> bool:
        """True if these witnesses (policy names) are a quorum."""
        if self.quorum == "none":
            return True
        known = {w.name for w in self.witnesses}
        return self._holds(self.quorum, known.intersection(cosigned))

    def _holds(self, name: str, cosigned: set[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in cosigned
        return sum(self._holds(member, cosigned) for member in group.members) >= group.need

    def cosigners(self, note: Note) -> list[str]:
        """Policy names of the witnesses whose cosignature is on the note; a wrong one is refused."""
        return [w.name for w in self.witnesses if note.signed_by(w.verifier)]

    def open(self, data: bytes) -> tuple[Checkpoint, list[str]]:
        """A checkpoint of one of the logs with a quorum of cosignatures; :class:`BadNote` else.

        Signature lines of unknown keys are ignored, as signed-note demands.
        """
        text = Note.parse(data).text
        origin = text.split("\n", 1)[0]
        for log in self.logs:
            if log.name == origin:
                checkpoint, note = open_checkpoint(data, log)
                names = self.cosigners(note)
                if not self.satisfied(names):
                    raise BadNote("no quorum of witnesses")
                return checkpoint, names
        raise BadNote("unknown log")


class _Parser:
    def __init__(self) -> None:
        self.logs: list[Verifier] = []
        self.witnesses: list[Witness] = []
        self.groups: dict[str, Group] = {}
        self.used: set[str] = set()
        self.quorum: str | None = None

    def parse(self, text: str) -> Policy:
        for place, line in enumerate(text.split("\n"), 1):
            words = line.replace("\t", " ").split(" ")
            words = [word for word in words if word]
            if not words or words[0].startswith("#"):
                continue
            try:
                self._line(words)
            except (BadNote, ValueError) as error:
                raise BadNote(f"第 {place} 行：{error}") from None
        if self.quorum is None:
            raise BadNote("缺少 quorum 行")
        return Policy(tuple(self.logs), tuple(self.witnesses), self.groups, self.quorum)

    def _line(self, words: list[str]) -> None:
        match words:
            case ["log", vkey] | ["log", vkey, _]:
                self._log(Verifier.parse(vkey))
            case ["witness", name, vkey]:
                self._witness(Witness(name, Verifier.parse(vkey), ""))
            case ["witness", name, vkey, url]:
                self._witness(Witness(name, Verifier.parse(vkey), url))
            case ["group", name, need, *members] if members:
                self._group(name, need, members)
            case ["quorum", name]:
                if self.quorum is not None:
                    raise BadNote("quorum 只能写一次")
                if name != "none" and name not in self._names():
                    raise BadNote(f"{name} 没有在前面定义")
                self.quorum = name
            case _:
                raise BadNote("不认识的写法")

    def _names(self) -> set[str]:
        return {w.name for w in self.witnesses} | set(self.groups)

    def _new(self, name: str) -> None:
        if name == "none" or name in self._names():
            raise BadNote(f"{name} 重复或不可用")

    def _log(self, verifier: Verifier) -> None:
        if verifier.kind != NOTE_KEY:
            raise BadNote("日志公钥类型不对")
        if any(v.name == verifier.name for v in self.logs):
            raise BadNote("日志重复")
        self.logs.append(verifier)

    def _witness(self, witness: Witness) -> None:
        self._new(witness.name)
        if witness.verifier.kind != COSIGNATURE_KEY:
            raise BadNote("见证方公钥类型不对")
        if any(w.verifier.public == witness.verifier.public for w in self.witnesses):
            raise BadNote("见证方公钥重复")
        self.witnesses.append(witness)

    def _group(self, name: str, need: str, members: list[str]) -> None:
        self._new(name)
        for member in members:
            if member not in self._names():
                raise BadNote(f"{member} 没有在前面定义")
            if member in self.used or members.count(member) > 1:
                raise BadNote(f"{member} 只能属于一个组")
        self.used.update(members)
        count = {"any": 1, "all": len(members)}.get(need) or (
            int(need) if need.isascii() and need.isdigit() else 0
        )
        if not 1 <= count <= len(members):
            raise BadNote("组的人数要求不对")
        self.groups[name] = Group(count, tuple(members))
