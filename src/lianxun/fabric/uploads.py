"""Uploaded files without a name: in memory, and beyond that in a file that nobody can open.

Django's own handlers leave ``*.upload`` files in the temp folder when a process is killed; what people
hand in here carries clear identifiers (settled.md 27).
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from lianxun.fabric.safefiles import MAX_BYTES
from lianxun_insight.scratch import anonymous

if TYPE_CHECKING:
    _Uploaded = UploadedFile[bytes]  # Django's class knows its type argument only in the stubs
else:
    _Uploaded = UploadedFile


class NamelessFile(_Uploaded):
    """An uploaded file whose bytes vanish with the request or the process, whichever ends first."""

    def close(self) -> None:
        if self.file is not None:
            self.file.close()


class NamelessUploadHandler(FileUploadHandler):
    """Takes every file of a request.

    A file above what any form accepts is read to its end but not kept: one byte too many stays of it, so
    that whoever identifies it says in words that it is too large (``safefiles.identify``). Far above
    that the connection is ended.
    """

    chunk_size = 1 << 20
    most = 5 * MAX_BYTES

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._file: IO[bytes] = anonymous()
        self._size = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        self._size += len(raw_data)
        if self._size > self.most:
            self._file.close()
            raise StopUpload(connection_reset=True)
        if self._size <= MAX_BYTES:
            self._file.write(raw_data)

    def file_complete(self, file_size: int) -> NamelessFile:
        if self._size > MAX_BYTES:
            file_size = MAX_BYTES + 1
            self._file.seek(MAX_BYTES)
            self._file.write(b"\0")
        self._file.seek(0)
        return NamelessFile(
            file=self._file,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "_file"):
            self._file.close()
