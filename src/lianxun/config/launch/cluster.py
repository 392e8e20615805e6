"""A PostgreSQL of our own in a folder, shared by several processes, safe after kill -9.

Every user of the server holds `users.lock` shared for as long as it lives; start-up is serialised by
`start.lock`; a small keeper process waits for `users.lock` exclusively and, once it has it, stops the
server. The kernel drops a lock with its holder, so no list of users can go stale. Standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import TracebackType
from typing import Self

from lianxun.config.launch import keeper
from lianxun.config.launch.binaries import (
    Identity,
    PostgresError,
    find_programs,
    may_pass,
    readable_copy,
    run_as,
    server_identity,
    version,
)
from lianxun.config.launch.locks import Lock, alone, is_held, wait_until_free

PORT = 5432  # only names the socket file: the server listens on no network address
SUPERUSER = "postgres"
LONGEST_SOCKET = 107  # bytes of a Unix socket's path, sun_path(7) less the closing zero
START_SECONDS = 120
SETTINGS = {
    "listen_addresses": "''",
    "port": str(PORT),
    "max_connections": "120",
    "password_encryption": "'scram-sha-256'",
    "timezone": "'Asia/Shanghai'",
    "log_timezone": "'Asia/Shanghai'",
    "lc_messages": "'C'",
    "shared_buffers": "'256MB'",
    "random_page_cost": "1.1",
    # Group commit: with five others in a transaction, one flush of the log waits this long (µs) for
    # theirs. Alone nobody waits (ADR 56).
    "commit_delay": "2000",
    # Short queries under row security lose more by compiling than they gain.
    "jit": "off",
    # Statements carry what people wrote: they never reach a log file.
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
# For throw-away data only: a crash of the machine may lose everything. A killed server still loses
# nothing that it acknowledged, so commits stay synchronous.
FAST_SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "shared_buffers": "'128MB'",
}


class Cluster:
    """One PostgreSQL data directory under `home`, used between `start` and `release`."""

    def __init__(
        self, home: Path, *, programs: str | Path | None = None, durable: bool = True
    ) -> None:
        self.home = Path(os.path.abspath(home))  # keeps symbolic links as written
        self.durable = durable
        self._wanted = programs or os.environ.get("LIANXUN_PG_BINDIR") or None
        self._users = Lock(self.home / "users.lock")
        self._identity: Identity | None = None
        self._programs: Path | None = None
        self._place: Path | None = None

    # ------------------------------------------------------------------ places

    @property
    def place(self) -> Path:
        """Where the files of the server lie: `home`, or for root a folder its user can enter.

        Decided once: a server that exists is never looked for elsewhere.
        """
        if self._place is None:
            pointer = self.home / "place"
            if (self.home / "data").exists():
                self._place = self.home
            elif pointer.is_symlink():
                self._place = pointer.readlink()
            elif may_pass(self.home.parent, self._identity):
                self._place = self.home
            else:
                digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:16]
                self._place = Path("/var/lib/lianxun") / digest
        return self._place

    @property
    def data(self) -> Path:
        return self.place / "data"

    @property
    def log(self) -> Path:
        return self.place / "server.log"

    @property
    def host(self) -> str:
        """The folder of the Unix socket, short enough for the kernel."""
        run = self.place / "run"
        if len(os.fsencode(run / f".s.PGSQL.{PORT}.lock")) <= LONGEST_SOCKET:
            return str(run)
        digest = hashlib.sha256(os.fsencode(self.place)).hexdigest()[:16]
        return str(Path(_short_base(self._identity)) / f"lianxun-{digest}")

    @property
    def programs(self) -> Path:
        """The folder of the server's programs; readable by the server's user after `start`."""
        if self._programs is None:
            self._programs = find_programs(self._wanted)
        return self._programs

    @property
    def superuser_password(self) -> str:
        return (self.home / "superuser.password").read_text("utf-8")

    # ------------------------------------------------------------------ life

    def start(self) -> None:
        """Take part in the server, starting (and first creating) it when nobody runs it."""
        if self._users.held:
            return
        self._identity = server_identity()
        self.home.mkdir(parents=True, exist_ok=True)
        self._users.take()
        try:
            with alone(self.home / "start.lock"):
                self._prepare_places()
                self._programs = readable_copy(self.programs, self.place, self._identity)
                self._ensure_keeper()  # first: whatever ends us from here on, it stops the server
                if not self._answers():
                    clear_stale(self.data, Path(self.host))
                    if not (self.data / "PG_VERSION").exists():
                        self._create()
                    self._check_version()
                    self._launch()
        except BaseException:
            self.release()
            raise

    def tend(self) -> bool:
        """Start the server again when it was killed; True when that was needed."""
        if postmaster_of(self.data) is not None:
            return False
        with alone(self.home / "start.lock"):
            if not self._answers():
                clear_stale(self.data, Path(self.host))
                self._launch()
        return True

    def release(self) -> None:
        """Stop taking part; the last one out stops the server and waits until it is gone."""
        if not self._users.held:
            return
        self._users.give_back()
        last = Lock(self.home / "users.lock")
        if last.take(exclusive=True, wait=False):
            try:
                keeper.stop(self._stop_order())
            finally:
                last.give_back()
        elif not is_held(self.home / "users.lock"):
            return  # others still use it
        wait_until_free(self.home / "keeper.lock", 30)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    # ------------------------------------------------------------------ steps

    def _prepare_places(self) -> None:
        identity = self._identity
        place = self.place
        if place != self.home:
            place.mkdir(parents=True, exist_ok=True)
            pointer = self.home / "place"
            if not pointer.is_symlink():
                pointer.symlink_to(place)
        place.chmod(0o711 if identity else 0o700)
        run = Path(self.host)
        try:
            run.mkdir(mode=0o700)
        except FileExistsError as error:
            state = run.lstat()
            expected = {os.geteuid(), identity.uid if identity else os.geteuid()}
            if run.is_symlink() or state.st_uid not in expected:
                raise PostgresError(f"{run} 属于别的用户，不能用作数据库的套接字目录。") from error
        run.chmod(0o700)
        if identity:
            os.chown(run, identity.uid, identity.gid)
        self.log.touch(mode=0o600)
        if identity:
            os.chown(self.log, identity.uid, identity.gid)

    def _create(self) -> None:
        """Make the data directory beside its place and rename it: no half-made one survives."""
        password = self.home / "superuser.password"
        if not password.exists():
            handle = os.open(password, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "w") as stream:
                stream.write(secrets.token_urlsafe(32))
        partial = self.place / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(mode=0o700)
        handed = self.place / "initial.password"
        handed.unlink(missing_ok=True)
        handle = os.open(handed, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as stream:
            stream.write(self.superuser_password + "\n")
        if self._identity:
            os.chown(partial, self._identity.uid, self._identity.gid)
            os.chown(handed, self._identity.uid, self._identity.gid)
        locale = ["--locale=C.UTF-8"]
        if version(self.programs) >= 17:
            locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        command: list[str | Path] = [
            self.programs / "initdb",
            "-D",
            partial,
            "-U",
            SUPERUSER,
            "--encoding=UTF8",
        ]
        command += [*locale, "--auth=scram-sha-256", f"--pwfile={handed}", "--data-checksums"]
        command += [] if self.durable else ["--no-sync"]
        try:
            done = run_as(self._identity, command, capture_output=True)
        finally:
            handed.unlink()
        if done.returncode:
            raise PostgresError(f"建立数据库失败：{(done.stderr or done.stdout).strip()}")
        with (partial / "postgresql.conf").open("a") as stream:
            stream.write("\ninclude 'lianxun.conf'\n")
        partial.rename(self.data)

    def _check_version(self) -> None:
        stored = (self.data / "PG_VERSION").read_text().strip()
        if stored != str(version(self.programs)):
            raise PostgresError(
                f"数据目录由 PostgreSQL {stored} 建立，而程序是 {version(self.programs)}；"
                "请先用旧版程序导出（pg_dump），再导入新目录。"
            )

    def _launch(self) -> None:
        settings = SETTINGS if self.durable else {**SETTINGS, **FAST_SETTINGS}
        folder = self.host.replace('"', '""').replace("'", "''")
        lines = [f"{name} = {value}" for name, value in settings.items()]
        lines.append(f"unix_socket_directories = '\"{folder}\"'")
        self._write_configuration("\n".join(lines) + "\n")
        before = self.log.stat().st_size
        # After kill -9 of the server its children need a moment to let go of the shared memory.
        for pause in (0.3, 0.7, 1.5, 3, None):
            if self._wait_until_ready(self._detach()):
                return
            said = self.log.read_bytes()[before:].decode("utf-8", "replace")
            if pause is None or "shared memory block" not in said:
                raise PostgresError(f"数据库没有启动。日志 {self.log} 的末尾：\n{said[-2000:]}")
            time.sleep(pause)
            clear_stale(self.data, Path(self.host))

    def _write_configuration(self, text: str) -> None:
        """Only when it is another one, and never half: the disk may be full when a server restarts."""
        configuration = self.data / "lianxun.conf"
        if configuration.exists() and configuration.read_text("utf-8") == text:
            return
        fresh = configuration.with_suffix(".new")
        fresh.write_text(text, "utf-8")
        if self._identity:
            os.chown(fresh, self._identity.uid, self._identity.gid)
        fresh.replace(configuration)

    def _detach(self) -> int:
        """Start the server as nobody's child and return its number.

        Not by `pg_ctl start`: that puts the path between double quotes of a shell line, where quotes
        and dollar signs in it would be read by the shell.
        """
        detach = 'log=$1; shift; "$@" >>"$log" 2>&1 </dev/null & echo $!'
        command: list[str | Path] = ["/bin/sh", "-c", detach, "sh", self.log]
        command += [self.programs / "postgres", "-D", self.data]
        started = run_as(self._identity, command, stdout=subprocess.PIPE, start_new_session=True)
        return int(started.stdout)

    def _wait_until_ready(self, process: int) -> bool:
        end = time.monotonic() + START_SECONDS
        while is_alive(process):
            if postmaster_of(self.data) == process and self._is_ready():
                return True
            if time.monotonic() > end:
                raise PostgresError(f"数据库 {START_SECONDS} 秒内没有启动；请看日志 {self.log}。")
            time.sleep(0.02)
        return False

    def _is_ready(self) -> bool:
        return _postmaster_line(self.data, 8).startswith("ready")

    def _answers(self) -> bool:
        """Whether the server of this data directory runs and takes connections."""
        end = time.monotonic() + START_SECONDS
        while postmaster_of(self.data) is not None:
            if self._is_ready():
                return True
            if time.monotonic() > end:
                raise PostgresError(f"数据库正在运行但不接受连接；请看日志 {self.log}。")
            time.sleep(0.05)
        return False

    def _stop_order(self) -> keeper.StopOrder:
        return keeper.StopOrder(
            home=str(self.home),
            data=str(self.data),
            command=[str(self.programs / "pg_ctl"), "stop", "-D", str(self.data)],
            uid=self._identity.uid if self._identity else None,
            gid=self._identity.gid if self._identity else None,
        )

    def _ensure_keeper(self) -> None:
        for _ in range(20):
            if is_held(self.home / "keeper.lock"):
                return
            ready, told = os.pipe()
            order = json.dumps(self._stop_order())
            subprocess.Popen(
                [sys.executable, "-S", "-E", keeper.__file__, order, str(told)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                start_new_session=True,
                pass_fds=[told],
            )
            os.close(told)
            os.read(ready, 1)  # returns when the keeper holds its lock, or ended
            os.close(ready)
        raise PostgresError("数据库的看护进程没有启动；请检查系统的进程数限制（ulimit -u）。")


def _short_base(identity: Identity | None) -> str:
    if identity is not None:
        return "/run" if os.access("/run", os.W_OK) else tempfile.gettempdir()
    own = os.environ.get("XDG_RUNTIME_DIR", "")
    return own if own and len(own) < 60 and os.access(own, os.W_OK) else tempfile.gettempdir()


def _postmaster_line(data: Path, number: int) -> str:
    try:
        return (data / "postmaster.pid").read_text("utf-8").splitlines()[number - 1].strip()
    except (OSError, IndexError, UnicodeDecodeError):
        return ""


def is_alive(process: int) -> bool:
    """Whether a process of this number runs; a zombie does not."""
    try:
        state = Path(f"/proc/{process}/stat").read_text("utf-8", "replace")
    except OSError:
        return False
    return state.rpartition(")")[2].split()[0] not in {"Z", "X"}


def postmaster_of(data: Path) -> int | None:
    """The living postmaster of this very data directory, not just any process with its number."""
    number = _postmaster_line(data, 1)
    if not number.isdigit() or not is_alive(int(number)):
        return None
    try:
        same = os.path.samefile(f"/proc/{number}/cwd", data)
    except OSError:
        return None
    return int(number) if same else None


def clear_stale(data: Path, run: Path) -> None:
    """Remove what a killed server left; all three files, or the next start refuses.

    A container whose first process does not reap keeps zombies for ever, and a number may be used
    again by another process: PostgreSQL's own check believes both to be a running server.
    """
    if postmaster_of(data) is None:
        for leftover in (
            data / "postmaster.pid",
            run / f".s.PGSQL.{PORT}",
            run / f".s.PGSQL.{PORT}.lock",
        ):
            leftover.unlink(missing_ok=True)
