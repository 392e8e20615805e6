"""The offline proof file (C2SP tlog-proof): index, path, checkpoint with cosignatures."""

from __future__ import annotations

from dataclasses import dataclass

from lianxun.kernel.digest import Suite
from lianxun.trace.merkle import check_inclusion, leaf_hash
from lianxun.trace.notes import BadNote, b64, number, unb64
from lianxun.trace.policy import Policy

HEADER = "c2sp.org/tlog-proof@v1"
SM3_SUFFIX = "/sm3"


def suite_of(origin: str) -> Suite:
    """Which hash a log's tree uses: the SM3 twin is named ``…/sm3``."""
    return "sm3" if origin.endswith(SM3_SUFFIX) else "sha256"


@dataclass(frozen=True, slots=True)
class Proof:
    """That some bytes are entry number ``index`` of a witnessed log."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        lines = [HEADER, f"index {self.index}", *(b64(step) for step in self.path), ""]
        return "\n".join(lines).encode() + b"\n" + self.checkpoint

    @classmethod
    def parse(cls, data: bytes) -> Proof:
        """Strict; ``extra`` is refused: nothing unauthenticated belongs into our proofs."""
        head, blank, checkpoint = data.partition(b"\n\n")
        try:
            lines = head.decode("ascii").split("\n")
        except UnicodeDecodeError:
            raise BadNote("proof is not ASCII") from None
        if not blank or len(lines) < 2 or lines[0] != HEADER:
            raise BadNote("not a tlog-proof")
        word, _, index = lines[1].partition(" ")
        if word != "index" or len(lines) > 65:
            raise BadNote("proof without index")
        path = tuple(unb64(line) for line in lines[2:])
        if any(len(step) != 32 for step in path):
            raise BadNote("path steps have 32 bytes")
        return cls(number(index), path, checkpoint)


def verify(body: bytes, proof: bytes, policy: Policy) -> list[str]:
    """The witnesses who vouch for the entry; :class:`BadNote` if the proof does not hold."""
    parsed = Proof.parse(proof)
    checkpoint, names = policy.open(parsed.checkpoint)
    suite = suite_of(checkpoint.origin)
    if not check_inclusion(
        leaf_hash(body, suite),
        parsed.index,
        checkpoint.size,
        list(parsed.path),
        checkpoint.root,
        suite,
    ):
        raise BadNote("the record is not entry of this log")
    return names
