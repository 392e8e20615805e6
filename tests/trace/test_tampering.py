"""T4: whatever is changed in witnessed entries is found — every bit, every row, every recomputation.

The rows are those of a real log in memory, checked by the shipped audit against the checkpoint that a
witness holds. Proof files are flipped bit by bit against the library and, sampled, against the
stand-alone verifier.
"""

from __future__ import annotations

import copy
import importlib.util
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lianxun.kernel.digest import Suite, canonical
from lianxun.trace import audit as audit_module
from lianxun.trace.audit import Audit, Report
from lianxun.trace.intake import searchable
from lianxun.trace.merkle import TREES, Edge, Tiles, leaf_hash
from lianxun.trace.notes import COSIGNATURE_KEY, BadNote, Checkpoint, Note, Signer, open_checkpoint
from lianxun.trace.policy import Policy
from lianxun.trace.proofs import SM3_SUFFIX, Proof, verify
from lianxun.trace.records import ZERO

ENTRIES = 20
NAMES = ("jiwei", "shenji", "zuzhi")
LOG = Signer.generate("lianxun/log/t4")
TWIN = Signer(LOG.name + SM3_SUFFIX, LOG.kind, LOG.seed, LOG.public)
WITNESSES = {name: Signer.generate(f"w/{name}", COSIGNATURE_KEY) for name in NAMES}
POLICY_TEXT = "\n".join(
    [f"log {LOG.verifier.vkey}", f"log {TWIN.verifier.vkey}"]
    + [f"witness {n} {w.verifier.vkey}" for n, w in WITNESSES.items()]
    + ["group everybody all jiwei shenji zuzhi", "quorum everybody", ""]
)
POLICY = Policy.parse(POLICY_TEXT)

Row = tuple[Any, ...]


@dataclass
class Memory:
    """The rows of a log, as the database would give them."""

    rows: list[Row] = field(default_factory=list)
    notes: dict[Suite, list[tuple[int, bytes, bytes]]] = field(default_factory=dict)
    stored: dict[Suite, dict[tuple[int, int], bytes]] = field(default_factory=dict)
    beside: list[tuple[int, str, str, bool]] = field(default_factory=list)

    def checkpoints(self, tree: Suite) -> Iterable[tuple[int, bytes, bytes]]:
        return self.notes[tree]

    def entries(self) -> Iterable[Row]:
        return self.rows

    def tiles(self, tree: Suite) -> Iterator[tuple[int, int, bytes]]:
        for (level, n), data in self.stored[tree].items():
            yield level, n, data

    def counts(self) -> tuple[int, int, int]:
        return 0, 0, len(self.rows)

    def shown(self) -> Iterable[tuple[int, str, str, bool]]:
        return self.beside


def bodies(count: int) -> list[bytes]:
    """Records of three writers, chained."""
    heads: dict[str, tuple[int, bytes]] = {}
    made = []
    for number in range(count):
        writer = f"01a2033c-0000-7000-8000-00000000000{number % 3}"
        seq, prev = heads.get(writer, (0, ZERO))
        body = canonical(
            {
                "act": "leads.transfer",
                "actor": "01a2033c-0000-7000-8000-0000000000aa",
                "result": "allow",
                "rule": "ACC-P1",
                "level": number % 3,
                "obj": "leads.lead",
                "obj_id": f"01a2033c-0000-7000-8000-0000000001{number:02d}",
                "detail": {"to": number},
                "v": 1,
                "writer": writer,
                "wseq": seq + 1,
                "prev": prev.hex(),
                "ts": 1_780_000_000_000 + number,
            }
        )
        heads[writer] = (seq + 1, leaf_hash(body))
        made.append(body)
    return made


def build(texts: list[bytes], *, every: int = 10) -> Memory:
    """A whole log over these bodies, signed with the log's own key at every tenth entry."""
    import json

    memory = Memory(notes={tree: [] for tree in TREES}, stored={tree: {} for tree in TREES})
    edges = {tree: Edge(tree) for tree in TREES}
    for seq, body in enumerate(texts):
        said = json.loads(body)
        index = [value or None for value in searchable(said)[5:]]
        memory.rows.append(
            (
                seq,
                body,
                leaf_hash(body),
                said["writer"],
                said["wseq"],
                bytes.fromhex(said["prev"]),
                *searchable(said)[:4],
                said["level"],
                *index,
            )
        )
        for tree, signer in (("sha256", LOG), ("sm3", TWIN)):
            suite: Suite = "sm3" if tree == "sm3" else "sha256"
            edges[suite].extend([leaf_hash(body, suite)])
            memory.stored[suite].update(edges[suite].take_changed())
            if (seq + 1) % every == 0:
                root = edges[suite].root()
                text = Checkpoint(signer.name, seq + 1, root).text()
                memory.notes[suite].append((seq + 1, root, sign(text, signer)))
    return memory


@cache
def sign(text: str, signer: Signer) -> bytes:
    return f"{text}\n{signer.sign(text)}".encode()


HONEST = build(bodies(ENTRIES))
HELD = [HONEST.notes[tree][-1][2] for tree in TREES]


@pytest.fixture(autouse=True)
def _quick_signatures(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same note is verified once only: signatures are not what is tried here."""
    known: dict[tuple[bytes, object], tuple[Checkpoint, Note]] = {}

    def remembered(data: bytes, log: Any) -> tuple[Checkpoint, Note]:
        if (data, log) not in known:
            known[data, log] = open_checkpoint(data, log)
        return known[data, log]

    monkeypatch.setattr(audit_module, "open_checkpoint", remembered)


def examine(memory: Memory) -> Report:
    return Audit(memory, [LOG.verifier, TWIN.verifier], held=HELD, most=1).run()


def with_row(number: int, row: Row) -> Memory:
    rows = list(HONEST.rows)
    rows[number] = row
    return replace(HONEST, rows=rows)


def changed(row: Row, column: int, value: Any) -> Row:
    return (*row[:column], value, *row[column + 1 :])


def flips(data: bytes) -> Iterator[bytes]:
    for bit in range(len(data) * 8):
        altered = bytearray(data)
        altered[bit // 8] ^= 1 << bit % 8
        yield bytes(altered)


# Each kind of tampering yields logs that differ from the honest one.
def bits_of_rows() -> Iterator[Memory]:
    for number, row in enumerate(HONEST.rows):
        for column in (1, 2, 5):  # body, leaf, prev
            for data in flips(row[column]):
                yield with_row(number, changed(row, column, data))


def columns_of_rows() -> Iterator[Memory]:
    for number, row in enumerate(HONEST.rows):
        for column, value in enumerate(row):
            for other in (None, 0, 7, "", "x", "01a2033c-0000-7000-8000-0000000000ff"):
                if other != value and not isinstance(value, bytes) and (other or value):
                    yield with_row(number, changed(row, column, other))


def bits_of_tiles() -> Iterator[Memory]:
    for tree in TREES:
        for key, data in HONEST.stored[tree].items():
            for other in flips(data):
                stored = {**HONEST.stored, tree: {**HONEST.stored[tree], key: other}}
                yield replace(HONEST, stored=stored)


def bits_of_checkpoints() -> Iterator[Memory]:
    for tree in TREES:
        for number, (size, root, note) in enumerate(HONEST.notes[tree]):
            for column in (1, 2):
                for data in flips((root, note)[column - 1]):
                    notes = list(HONEST.notes[tree])
                    notes[number] = (size, data, note) if column == 1 else (size, root, data)
                    yield replace(HONEST, notes={**HONEST.notes, tree: notes})


def renumbered(rows: list[Row]) -> list[Row]:
    return [changed(row, 0, seq) for seq, row in enumerate(rows)]


def rows_moved() -> Iterator[Memory]:
    """Deleted, doubled, swapped, inserted — with gaps left and with the numbers closed up."""
    for a in range(ENTRIES):
        rows = HONEST.rows
        variants = [rows[:a] + rows[a + 1 :], [*rows[: a + 1], *rows[a:]], rows[:a]]
        for b in range(a):
            swapped = list(rows)
            swapped[a], swapped[b] = swapped[b], swapped[a]
            variants.append(swapped)
            variants.append([*rows[:b], rows[a], *rows[b:]])
        for variant in variants:
            yield replace(HONEST, rows=variant)
            if renumbered(variant) != variant:
                yield replace(HONEST, rows=renumbered(variant))


def recomputed() -> Iterator[Memory]:
    """A DBA who holds the log's key builds a log that is whole in itself around the change."""
    for number in range(ENTRIES):
        honest = bodies(ENTRIES)
        for edit in (
            lambda texts, n: texts[:n] + texts[n + 1 :],
            lambda texts, n: [*texts[: n + 1], *texts[n:]],
            lambda texts, n: [
                t.replace(b"ACC-P1", b"ACC-P5") if i == n else t for i, t in enumerate(texts)
            ],
            lambda texts, n: [
                t.replace(b'"allow"', b'"deny"') if i >= n else t for i, t in enumerate(texts)
            ],
        ):
            yield build(rechained(edit(honest, number)))


def rechained(texts: list[bytes]) -> list[bytes]:
    import json

    heads: dict[str, tuple[int, bytes]] = {}
    made = []
    for text in texts:
        said = json.loads(text)
        seq, prev = heads.get(said["writer"], (0, ZERO))
        said["wseq"], said["prev"] = seq + 1, prev.hex()
        body = canonical(said)
        heads[said["writer"]] = (seq + 1, leaf_hash(body))
        made.append(body)
    return made


KINDS: list[Callable[[], Iterator[Memory]]] = [
    bits_of_rows,
    columns_of_rows,
    bits_of_tiles,
    bits_of_checkpoints,
    rows_moved,
    recomputed,
]


def test_the_honest_log_is_sound_and_grows_soundly() -> None:
    assert examine(HONEST).problems == []
    assert examine(build(bodies(ENTRIES + 20))).problems == []


def test_a_recomputed_log_is_whole_in_itself() -> None:
    """The control of the control: without the witness's checkpoint these changes are not found."""
    forged = build(rechained(bodies(ENTRIES)[1:] + bodies(ENTRIES)[:1]))
    assert Audit(forged, [LOG.verifier, TWIN.verifier]).run().problems == []


def test_no_tampering_of_witnessed_entries_is_missed() -> None:
    started, tried, missed = time.process_time(), 0, []
    for kind in KINDS:
        count = 0
        for memory in kind():
            count += 1
            if examine(memory).sound:
                missed.append((kind.__name__, copy.copy(memory)))
        tried += count
        assert count > 20, kind.__name__
    assert missed == []
    print(f"{tried} tampers, {len(missed)} missed")
    assert tried >= 60_000
    assert time.process_time() - started < 60


# ---------------------------------------------------------------------- proof files


def proof_file() -> tuple[bytes, bytes]:
    texts = bodies(ENTRIES)
    tiles = Tiles(lambda level, n: HONEST.stored["sha256"].get((level, n), b""))
    text = Note.parse(HELD[0]).text
    note = HELD[0].decode() + "".join(
        w.sign(text, seconds=1_780_000_000) for w in WITNESSES.values()
    )
    return texts[17], Proof(17, tuple(tiles.inclusion(17, ENTRIES)), note.encode()).encode()


def test_every_bit_of_record_and_proof_matters() -> None:
    record, proof = proof_file()
    assert verify(record, proof, POLICY) == list(NAMES)
    accepted = []
    for number, altered in enumerate(flips(proof)):
        try:
            verify(record, altered, POLICY)
        except BadNote:
            continue
        accepted.append(number)
    for altered in flips(record):
        with pytest.raises(BadNote):
            verify(altered, proof, POLICY)
    assert accepted == []


def standalone() -> Callable[[bytes, bytes, bytes], Any]:
    path = Path(__file__).resolve().parents[2] / "tools" / "lianxun_verify.py"
    spec = importlib.util.spec_from_file_location("lianxun_verify", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verify  # type: ignore[no-any-return]


def rejects(check: Callable[[bytes, bytes, bytes], Any], *files: bytes) -> bool:
    try:
        check(*files)
    except (ValueError, LookupError):
        return True
    return False


def test_the_standalone_verifier_refuses_every_sampled_flip() -> None:
    check, policy = standalone(), POLICY_TEXT.encode()
    record, proof = proof_file()
    assert check(record, proof, policy) == (LOG.name, 17, list(NAMES))
    rng = random.Random(4)
    altered = list(flips(proof))
    assert all(rejects(check, record, data, policy) for data in rng.sample(altered, 150))
    assert all(rejects(check, data, proof, policy) for data in rng.sample(list(flips(record)), 10))


@pytest.mark.long
def test_the_standalone_verifier_refuses_every_flip() -> None:
    check, policy = standalone(), POLICY_TEXT.encode()
    record, proof = proof_file()
    assert all(rejects(check, record, data, policy) for data in flips(proof))


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p + b"\n",
        lambda p: p[:-1],
        lambda p: b"\n" + p,
        lambda p: p.replace(b"index 17", b"index 017"),
        lambda p: p.replace(b"index 17", b"index 16"),
        lambda p: p.replace(b"index 17\n", b"index 17\n" + b"A" * 43 + b"=\n"),
        lambda p: p.replace(b"@v1", b"@v2"),
        lambda p: p.replace(b"\n20\n", b"\n21\n"),
        lambda p: b"\n".join(line for line in p.split(b"\n") if b"shenji" not in line),
        lambda p: b"\n".join(line for line in p.split(b"\n") if b" lianxun/log" not in line),
        lambda p: p.replace(b"\n\n", b"\n\x0b\n", 1),
        lambda p: p.replace(b"\n", b"\r\n"),
        lambda p: b"",
    ],
)
def test_malformed_proofs_are_refused_by_both_verifiers(edit: Callable[[bytes], bytes]) -> None:
    record, proof = proof_file()
    assert edit(proof) != proof
    with pytest.raises(BadNote):
        verify(record, edit(proof), POLICY)
    assert rejects(standalone(), record, edit(proof), POLICY_TEXT.encode())


@pytest.mark.parametrize(
    "edit",
    [
        lambda p: p.replace("quorum everybody", "quorum none"),
        lambda p: p.replace("quorum everybody\n", ""),
        lambda p: p.replace("all jiwei", "4 jiwei"),
        lambda p: p.replace("all jiwei", "0 jiwei"),
        lambda p: p.replace("zuzhi\n", "zuzhi zuzhi\n"),
        lambda p: p.replace("witness shenji", "witness jiwei"),
        lambda p: p + "witness more " + WITNESSES["jiwei"].verifier.vkey + "\n",
        lambda p: p.replace("log lianxun", "log lianxyn"),
        lambda p: p + "quorum jiwei\n",
    ],
)
def test_the_standalone_verifier_refuses_policies_that_prove_nothing(
    edit: Callable[[str], str],
) -> None:
    record, proof = proof_file()
    assert edit(POLICY_TEXT) != POLICY_TEXT
    assert rejects(standalone(), record, proof, edit(POLICY_TEXT).encode())


def test_the_twin_tree_proves_the_same_record() -> None:
    texts = bodies(ENTRIES)
    tiles = Tiles(lambda level, n: HONEST.stored["sm3"].get((level, n), b""), "sm3")
    text = Note.parse(HELD[1]).text
    note = HELD[1].decode() + "".join(w.sign(text, seconds=1) for w in WITNESSES.values())
    proof = Proof(5, tuple(tiles.inclusion(5, ENTRIES)), note.encode()).encode()
    assert verify(texts[5], proof, POLICY) == list(NAMES)
    assert standalone()(texts[5], proof, POLICY_TEXT.encode())[1] == 5


def test_a_python_without_sm3_says_so_and_proves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SHA-256 tree proves the same record; the twin is not quietly taken as proven."""
    import hashlib

    texts = bodies(ENTRIES)
    tiles = Tiles(lambda level, n: HONEST.stored["sm3"].get((level, n), b""), "sm3")
    note = HELD[1].decode() + "".join(
        w.sign(Note.parse(HELD[1]).text, seconds=1) for w in WITNESSES.values()
    )
    proof = Proof(5, tuple(tiles.inclusion(5, ENTRIES)), note.encode()).encode()
    monkeypatch.setattr(hashlib, "algorithms_available", {"sha256", "sha512"})
    with pytest.raises(ValueError, match="本机 Python 没有 SM3，请改验 SHA-256 证明"):
        standalone()(texts[5], proof, POLICY_TEXT.encode())
    record, other = proof_file()
    assert standalone()(record, other, POLICY_TEXT.encode())


def test_the_standalone_verifier_can_be_read_in_a_sitting() -> None:
    path = Path(__file__).resolve().parents[2] / "tools" / "lianxun_verify.py"
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= 150
    imported = {
        line.split()[1] for line in text.splitlines() if line.startswith(("import", "from"))
    }
    assert imported <= {"base64", "hashlib", "re", "sys", "pathlib"}
