#!/usr/bin/env python3
"""Verify that a record stands in a witnessed log: lianxun_verify.py RECORD PROOF POLICY

Standard library only: read it before you trust it. Formats: C2SP tlog-proof, tlog-checkpoint,
tlog-cosignature v1, tlog-policy; RFC 6962, RFC 8032. Exit code 0 = proven, 1 = not, 2 = usage."""

import base64
import hashlib
import re
import sys
from pathlib import Path


def need(condition, why):
    if not condition:
        raise ValueError(why)


P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493  # Ed25519, RFC 8032 §5.1
D = -121665 * pow(121666, P - 2, P) % P


def add(a, b):
    e, f = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    x, y, z, t = f - e, f + e, d + c, d - c
    return x * t % P, z * y % P, t * z % P, x * y % P


def times(k, point):
    result = (0, 1, 1, 0)
    while k:
        result = add(result, point) if k & 1 else result
        point, k = add(point, point), k >> 1
    return result


def decompress(data):
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (1 << 255) - 1
    need(len(data) == 32 and y < P, "malformed point")
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if v * x * x % P != u:
        x = x * pow(2, (P - 1) // 4, P) % P
    need(v * x * x % P == u and (x or not sign), "point is not on the curve")
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = decompress((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519(public, message, signature):
    r, s = decompress(signature[:32]), int.from_bytes(signature[32:], "little")
    need(len(signature) == 64 and s < L, "malformed signature")
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % L
    a, b = times(s, BASE), add(r, times(k, decompress(public)))
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def unb64(text):
    data = base64.b64decode(text.encode("ascii"), validate=True)
    need(base64.b64encode(data).decode() == text, "base64 is not canonical")
    return data


def number(text):
    return int(text) if re.fullmatch("0|[1-9][0-9]{0,18}", text) else need(False, "bad number")


def key(vkey, kind):
    name, ident, material = vkey.split("+", 2)
    data = unb64(material)
    own = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4]
    need(name and len(data) == 33 and data[0] == kind and own.hex() == ident, "malformed key")
    return name, own, data[1:]


def read_policy(text):
    logs, witnesses, groups, quorum = [], {}, {}, None
    for line in text.split("\n"):
        words, known = line.split(), {**witnesses, **groups}
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "log" and len(words) in (2, 3):
            logs.append(key(words[1], 1))
        elif words[0] == "witness" and len(words) in (3, 4) and words[1] not in known:
            witnesses[words[1]] = key(words[2], 4)
        elif words[0] == "group" and (members := words[3:]) and words[1] not in known:
            count = {"any": 1, "all": len(members)}.get(words[2]) or number(words[2])
            used = [m for _, group in groups.values() for m in group] + members
            need(len(set(used)) == len(used) and set(members) <= set(known), "malformed group")
            need(1 <= count <= len(members), "malformed group")
            groups[words[1]] = (count, members)
        else:
            need(words[0] == "quorum" and not quorum and words[1] in known, "malformed policy")
            (quorum,) = words[1:]  # `quorum none` is refused above: it proves nothing
    need(quorum and logs and len({w[2] for w in witnesses.values()}) == len(witnesses), "policy")
    return logs, witnesses, groups, quorum


def verify(record, proof, policy):
    logs, witnesses, groups, quorum = read_policy(policy.decode())
    head, _, note = proof.decode().partition("\n\n")
    lines = head.split("\n")
    need(lines[0] == "c2sp.org/tlog-proof@v1" and lines[1].startswith("index "), "not a proof")
    index, path = number(lines[1][6:]), [unb64(line) for line in lines[2:]]
    text, blank, signatures = note.rpartition("\n\n")
    text, signed, seen = text + "\n", [], set()
    need(blank and note.replace("\n", "").isprintable() and note.endswith("\n"), "malformed note")
    for line in signatures[:-1].split("\n"):
        need(re.fullmatch(r"— [^\s+]+ [A-Za-z0-9+/=]+", line), "malformed signature line")
        name, data = line[2:].split(" ")
        signed.append((name, unb64(data)[:4], unb64(data)[4:]))
    origin, size, root = text.split("\n")[:3]
    size, root, position = number(size), unb64(root), index
    ours = [(log[2], s) for n, i, s in signed for log in logs if (n, i) == log[:2] and n == origin]
    need(ours and all(ed25519(k, text.encode(), s) for k, s in ours), "not signed by the log")
    for who, (name, ident, public) in witnesses.items():
        for stamped in [s for n, i, s in signed if (n, i) == (name, ident)]:
            stamp = f"cosignature/v1\ntime {int.from_bytes(stamped[:8], 'big')}\n"
            need(ed25519(public, (stamp + text).encode(), stamped[8:]), f"wrong cosignature: {who}")
            seen.add(who)
    for group, (count, members) in groups.items():
        seen |= {group} if sum(m in seen for m in members) >= count else set()
    need(quorum in seen, "no quorum of witnesses")
    suite = "sm3" if origin.endswith("/sm3") else "sha256"
    need(suite in hashlib.algorithms_available, "本机 Python 没有 SM3，请改验 SHA-256 证明")
    value, last = hashlib.new(suite, b"\0" + record).digest(), size - 1
    need(index < size and len(root) == 32 and all(len(s) == 32 for s in path), "malformed tree")
    for step in path:  # RFC 9162 §2.1.3.2
        need(last > 0, "path too long")
        right = position & 1 or position == last
        value = hashlib.new(suite, b"\1" + (step + value if right else value + step)).digest()
        while right and not position & 1 and position:
            position, last = position >> 1, last >> 1
        position, last = position >> 1, last >> 1
    need(last == 0 and value == root, "the record is not in this log")
    return origin, index, sorted(seen & set(witnesses))


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(sys.stderr.write(__doc__) and 2)
    try:
        origin, index, who = verify(*(Path(path).read_bytes() for path in sys.argv[1:]))
    except (ValueError, LookupError, OSError) as error:
        sys.exit(sys.stdout.write(f"不能证明：{error}\n") and 1)
    sys.stdout.write(f"已证明：该记录是日志 {origin} 的第 {index} 条，见证方：{'、'.join(who)}\n")
