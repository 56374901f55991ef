"""What one part holds: its bytes, its text, its name as a file."""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from mimetypes import MimeTypes
from typing import Final

from tickets.mail.charsets import decode_text
from tickets.mail.headers import decode_header, decode_raw
from tickets.mail.letters import Flaw
from tickets.mail.structure import Part

LONGEST_NAME: Final = 150
LONGEST_TEXT: Final = 1_000_000
"""Letters. Nobody writes as much; a log belongs into an attachment, and is in the raw mail."""
AS_IT_IS: Final = frozenset({"", "7bit", "8bit", "binary", "7-bit", "8-bit", "7bits", "8bits"})
BASE64_BODY: Final = re.compile(rb"[A-Za-z0-9+/\s]*={0,2}")
META_CHARSET: Final = re.compile(rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})")
UU_BEGIN: Final = re.compile(rb"begin [0-7]{3,4} ?([^\r\n]{0,200})$")
TYPES: Final = MimeTypes()
EXTENSIONS: Final = {
    "message/rfc822": ".eml",
    "message/global": ".eml",
    "message/delivery-status": ".txt",
    "text/rfc822-headers": ".txt",
    "text/plain": ".txt",
    "text/html": ".html",
    "text/calendar": ".ics",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "image/pjpeg": ".jpg",
    "application/ms-tnef": ".dat",
}


@dataclass(frozen=True, slots=True)
class EncodedFile:
    """A file that stood inside a text, uuencoded."""

    name: str
    content: bytes


def decoded(part: Part, *, flaws: set[Flaw]) -> bytes:
    """Return a part's bytes without their transfer encoding, as far as they can be decoded."""
    label = re.match(r"[\s\"']*([\w-]*)", part.get("content-transfer-encoding") or "")
    encoding = label[1].lower() if label else ""
    if encoding == "base64":
        return _from_base64(part.body, flaws)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(part.body)
    if encoding in ("x-uuencode", "uuencode", "x-uue", "uue"):
        _, files = split_uuencoded(part.body)
        return files[0].content if files else part.body
    if encoding not in AS_IT_IS:
        flaws.add(Flaw.BAD_ENCODING)
    return part.body


def text_of(part: Part, data: bytes, *, flaws: set[Flaw]) -> str:
    """Return the text of a part whose decoded bytes are `data`, its lines ending in "\\n"."""
    found = part.parameter("charset")
    charset = found[1] if found else ""
    if not charset and part.declared_type == "text/html":
        meta = META_CHARSET.search(data[:4000])
        charset = meta[1].decode("ascii") if meta else ""
    text = decode_text(data, charset, flaws=flaws)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > LONGEST_TEXT:
        flaws.add(Flaw.CUT)
    lines = text[:LONGEST_TEXT].replace("\f", "\n")
    return unflowed(part, lines) if part.declared_type == "text/plain" else lines


def unflowed(part: Part, text: str) -> str:
    """Put together the lines that format=flowed (RFC 3676) cut; other text stays as it is."""
    kind = part.parameter("format")
    if not kind or kind[1].lower() != "flowed":
        return text
    delsp = part.parameter("delsp")
    is_deleting = bool(delsp) and delsp is not None and delsp[1].lower() == "yes"
    paragraphs: list[list[str]] = []
    open_depth: int | None = None
    for line in text.split("\n"):
        marks = re.match(r">*", line)
        depth = marks.end() if marks else 0
        words = line[depth:].removeprefix(" ")
        if open_depth != depth or words == "-- ":
            paragraphs.append([">" * depth + (" " if depth and words else "")])
        is_open = words.endswith(" ") and words != "-- "
        open_depth = depth if is_open else None
        paragraphs[-1].append(words[:-1] if is_open and is_deleting else words)
    return "\n".join("".join(words) for words in paragraphs)


def file_name(part: Part, *, flaws: set[Flaw]) -> str:
    """Return the name that a part gives itself, made safe; "" where it gives none."""
    found = part.parameter("filename", header="content-disposition") or part.parameter("name")
    if not found:
        return ""
    charset, value = found
    if charset:
        data = value.encode("latin-1", "replace")
        return safe_name(decode_text(data, charset, flaws=flaws))
    return safe_name(decode_header(value, flaws=flaws))


def safe_name(name: str) -> str:
    """Return a file's name without folders and what file systems refuse, at a bearable length."""
    last = re.split(r"[/\\]", decode_header(name, flaws=set()))[-1]
    plain = re.sub(r"[<>:\"|?*\x00-\x1f]", "_", last).strip(" .")
    if len(plain) <= LONGEST_NAME:
        return plain
    stem, dot, extension = plain.rpartition(".")
    if not dot or len(extension) > 10:
        return plain[:LONGEST_NAME]
    return f"{stem[: LONGEST_NAME - len(extension) - 1]}.{extension}"


def made_up_name(content_type: str, number: int) -> str:
    """Return a name for a file that has none: "attachment-2.pdf"."""
    known = EXTENSIONS.get(content_type) or TYPES.guess_extension(content_type) or ".bin"
    return f"attachment-{number}{known}"


def subject_name(message: bytes) -> str:
    """Return the name of an attached message, after its subject; "" where it has none."""
    head = re.split(rb"\r?\n\r?\n", message, maxsplit=1)[0][:20_000]
    found = re.search(rb"(?im)^subject:[ \t]*([^\r\n]*(?:\r?\n[ \t][^\r\n]*)*)", head)
    raw = found[1].decode("ascii", "surrogateescape") if found else ""
    subject = re.sub(r"[/\\]", "-", decode_header(raw, flaws=set()))
    return safe_name(f"{subject[:100]}.eml") if subject else ""


def split_uuencoded(data: bytes) -> tuple[bytes, tuple[EncodedFile, ...]]:
    """Take uuencoded files out of a text's bytes. What breaks off is left where it is."""
    if b"begin " not in data:
        return data, ()
    kept: list[bytes] = []
    files: list[EncodedFile] = []
    lines = data.splitlines(keepends=True)
    at = 0
    while at < len(lines):
        begins = UU_BEGIN.match(lines[at].rstrip(b"\r\n"))
        found = _uu_file(lines, at + 1) if begins else None
        if begins and found:
            content, at = found
            raw = begins[1].decode("ascii", "surrogateescape")
            files.append(EncodedFile(safe_name(decode_raw(raw, flaws=set())), content))
        else:
            kept.append(lines[at])
            at += 1
    return b"".join(kept), tuple(files)


def _uu_file(lines: list[bytes], at: int) -> tuple[bytes, int] | None:
    """Decode the lines from `at` to "end"; return the bytes and the line after. None: no file."""
    pieces: list[bytes] = []
    for number in range(at, len(lines)):
        line = lines[number].rstrip(b"\r\n")
        if line == b"end":
            return b"".join(pieces), number + 1
        if line.strip(b" `"):
            piece = _uu_line(line)
            if piece is None:
                return None
            pieces.append(piece)
    return None


def _uu_line(line: bytes) -> bytes | None:
    try:
        return binascii.a2b_uu(line)
    except binascii.Error:
        return None


def _from_base64(data: bytes, flaws: set[Flaw]) -> bytes:
    """Decode; a footer that some server hung on after the end is left away."""
    match = BASE64_BODY.match(data)
    clean = match[0] if match else b""
    rest = data[len(clean) :]
    if rest.strip():
        flaws.add(Flaw.BAD_ENCODING)
        clean = clean if clean.endswith(b"=") else data
    packed = re.sub(rb"[^A-Za-z0-9+/]", b"", clean)
    if len(packed) % 4 == 1:
        flaws.add(Flaw.BAD_ENCODING)
        packed = packed[:-1]
    return binascii.a2b_base64(packed + b"=" * (-len(packed) % 4))
