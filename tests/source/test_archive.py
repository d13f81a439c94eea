"""Archives: read in memory under caps, whatever their headers claim."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portfolio_scan.errors import NothingToScan, UsageError
from portfolio_scan.model import EntryMode, SourceKind
from portfolio_scan.source.archive import ArchiveFiles, CorruptArchiveError, read_tar
from portfolio_scan.source.collection import blob_id
from portfolio_scan.source.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FILES = {"top/train.py": b"fit()\n", "top/src/a b.py": b"x = 1\n", "top/data.csv": b"1,2\n"}
INNER = {"train.py": b"fit()\n", "src/a b.py": b"x = 1\n"}
PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".tar": lambda data: data,
    ".tar.gz": gzip.compress,
    ".tgz": lambda data: gzip.compress(data[:1000]) + gzip.compress(data[1000:]),
    ".tar.bz2": lambda data: bz2.compress(data[:700]) + bz2.compress(data[700:]),
    ".tar.xz": lzma.compress,
}


def code(path: str, _size: int | None, _blob: str) -> bool:
    return path.endswith((".py", ".ipynb"))


def tar_bytes(
    files: dict[str, bytes],
    *,
    comment: str = "",
    format: int = tarfile.PAX_FORMAT,  # noqa: A002
) -> bytes:
    buffer = io.BytesIO()
    headers = {"comment": comment} if comment else {}
    with tarfile.open(fileobj=buffer, mode="w", format=format, pax_headers=headers) as tar:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return buffer.getvalue()


def special_tar(*members: tuple[str, bytes, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            tar.addfile(info)
    return buffer.getvalue()


def zip_bytes(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read_bytes(data: bytes, wanted: Any = code, **limits: int) -> ArchiveFiles:
    return read_tar(io.BytesIO(data), wanted, Limits(**limits))


@pytest.fixture
def archive(tmp_path: Path, read: Any) -> Callable[..., Any]:
    """Write bytes under a name and open them."""

    def opening(data: bytes, name: str = "take-home.zip", **options: Any) -> Any:
        path = tmp_path / name
        path.write_bytes(data)
        return read(path, **options).snapshot

    return opening


@pytest.mark.parametrize("suffix", list(PACKERS))
def test_tars_are_read_from_below_their_top_folder(suffix: str, archive: Any) -> None:
    snapshot = archive(PACKERS[suffix](tar_bytes(FILES, comment=COMMIT)), f"churn-main{suffix}")
    assert snapshot.contents == INNER
    assert [(e.path, e.size, e.blob) for e in snapshot.entries] == [
        ("data.csv", 4, ""),
        ("src/a b.py", 6, blob_id(b"x = 1\n")),
        ("train.py", 6, blob_id(b"fit()\n")),
    ]
    repository = snapshot.repository
    assert (repository.name, repository.source) == ("churn-main", SourceKind.ARCHIVE)
    assert repository.commit == COMMIT
    assert snapshot.notes == ()


@pytest.mark.parametrize("name", ["take-home.zip", "TAKE.ZIP", "misnamed.tar.gz"])
def test_zips_are_read_from_below_their_top_folder(name: str, archive: Any) -> None:
    snapshot = archive(zip_bytes(FILES), name)
    assert snapshot.contents == INNER
    assert snapshot.repository.commit is None


def test_a_tar_under_the_name_of_another_packing_is_read(archive: Any) -> None:
    assert archive(tar_bytes(FILES), "x.tar.gz").contents == INNER
    assert archive(lzma.compress(tar_bytes(FILES)), "x.tgz").contents == INNER


def test_a_zip_made_by_the_server_tells_its_commit(archive: Any) -> None:
    buffer = io.BytesIO(zip_bytes(FILES))
    with zipfile.ZipFile(buffer, "a") as made:
        made.comment = COMMIT.encode()
    assert archive(buffer.getvalue()).repository.commit == COMMIT


@pytest.mark.parametrize(
    "files",
    [
        {"train.py": b"1", "src/a.py": b"2"},
        {"src/a.py": b"2", "src/b.py": b"3", "train.py": b"1"},
        {"one/a.py": b"1", "two/a.py": b"2"},
    ],
)
def test_without_a_common_folder_paths_stay_whole(files: dict[str, bytes], archive: Any) -> None:
    assert archive(tar_bytes(files), "x.tar").contents == files
    assert archive(zip_bytes(files)).contents == files


def test_only_one_level_is_taken_off(archive: Any) -> None:
    assert archive(tar_bytes({"top/src/a.py": b"1"}), "x.tar").contents == {"src/a.py": b"1"}


@pytest.mark.parametrize("format_", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_every_tar_format_is_understood(format_: int) -> None:
    long = "top/" + "folder-of-some-length/" * 6 + "model.py"
    files = {long: b"x" * 1000, "top/b.py": b"", "top/c.py": b"y" * 512}
    if format_ != tarfile.USTAR_FORMAT:
        files["top/" + "n" * 200 + "é.py"] = b"long"
    got = read_bytes(tar_bytes(files, format=format_))
    assert got.contents == {name.removeprefix("top/"): data for name, data in files.items()}
    assert got.notes == ()


def test_git_s_own_archive_is_understood(work: Any) -> None:
    commit = work.commit({"a.py": "1", "d/ü.py": "2"})
    work.git("archive", "--format=tar.gz", "--prefix=p-x/", "-o", "../out.tar.gz", "HEAD")
    got = read_bytes((work.path.parent / "out.tar.gz").read_bytes())
    assert got.contents == {"a.py": b"1", "d/ü.py": b"2"}
    assert got.commit == commit


class Dribble(io.RawIOBase):
    """A stream that gives little at a time and cannot seek, as a download does."""

    def __init__(self, data: bytes) -> None:
        self._data = io.BytesIO(data)

    def read(self, size: int = -1) -> bytes:
        return self._data.read(min(size, 7))

    def seekable(self) -> bool:
        return False


def test_a_stream_is_read_as_it_comes() -> None:
    data = gzip.compress(tar_bytes(FILES, comment=COMMIT))
    got = read_tar(Dribble(data), code, Limits())  # type: ignore[arg-type]
    assert (got.contents, got.commit, got.notes) == (INNER, COMMIT, ())


def test_an_error_of_the_stream_passes_through() -> None:
    class Broken(Dribble):
        def read(self, size: int = -1) -> bytes:
            part = super().read(size)
            if not part:
                raise ConnectionError("reset by peer")
            return part

    data = gzip.compress(tar_bytes(FILES))
    with pytest.raises(ConnectionError):
        read_tar(Broken(data[:-40]), code, Limits())  # type: ignore[arg-type]


def test_memory_is_bounded_by_what_is_wanted() -> None:
    big = {f"top/{i}.bin": b"\0" * 3_000_000 for i in range(20)} | {"top/a.py": b"x"}
    data = gzip.compress(tar_bytes(big), 1)
    tracemalloc.start()
    got = read_bytes(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert got.contents == {"a.py": b"x"}
    assert peak < 2_000_000


def test_a_broken_off_download_keeps_what_came(archive: Any) -> None:
    files = {f"top/{i:02}.py": bytes(str(i) * 3000, "ascii") for i in range(20)}
    data = tar_bytes(files)
    for cut in (data[:30_000], gzip.compress(data, 0)[:30_000]):
        got = read_bytes(cut)
        assert 0 < len(got.contents) < 20
        assert all(got.contents[path] == files[f"top/{path}"] for path in got.contents)
        assert got.notes[-1] == "The archive was read only in part: it breaks off."
        assert archive(cut, "x.tar.gz").contents == got.contents


def test_damage_in_the_middle_keeps_what_came() -> None:
    data = bytearray(tar_bytes({"top/a.py": b"1", "top/b.py": b"2", "top/c.py": b"3"}))
    data[1024 + 20] ^= 0xFF
    got = read_bytes(bytes(data))
    assert set(got.contents) == {"a.py"}
    assert got.notes == ("The archive was read only in part: it is damaged.",)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.zip", b""),
        ("x.zip", b"PK\x03\x04 and then nothing"),
        ("x.zip", zip_bytes(FILES)[:-30]),
        ("x.zip", b"<html>not found</html>"),
        ("x.tar.gz", b""),
        ("x.tar.gz", b"<html>not found</html>" * 100),
        ("x.tar.gz", gzip.compress(b"just a text, no tar" * 100, mtime=0)),
        ("x.tar.gz", gzip.compress(tar_bytes(FILES), mtime=0)[:15]),
        ("x.tar.xz", b"\xfd7zXZ\x00 rubbish"),
        ("x.tar", b"\0" * 512 + b"x" * 512),
    ],
)
def test_what_is_no_archive_is_refused(name: str, data: bytes, archive: Any) -> None:
    with pytest.raises(UsageError, match=f"{name} is not a readable archive: ") as caught:
        archive(data, name)
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_an_empty_archive_is_nothing_to_scan(name: str, archive: Any) -> None:
    with pytest.raises(NothingToScan):
        archive(zip_bytes({}) if name == "x.zip" else tar_bytes({}), name)


UNSAFE = ["../up.py", "top/../../up.py", "/etc/cron.py", "C:/x.py", "C:\\x.py", "top\\..\\..\\y.py"]


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_paths_that_lead_out_are_left_out(name: str, archive: Any) -> None:
    files = {**dict.fromkeys(UNSAFE, b"evil"), "top/a.py": b"1", "./top//./b.py": b"2"}
    pack = zip_bytes if name == "x.zip" else tar_bytes
    snapshot = archive(pack(files), name)
    assert snapshot.contents == {"a.py": b"1", "b.py": b"2"}
    assert snapshot.notes == (
        "6 members of the archive have a path that leads out of it and were left out.",
    )


def test_a_zip_made_on_windows_has_its_folders_back(archive: Any) -> None:
    data = zip_bytes({"top/src/a.py": b"1", "top/b.py": b"2"})
    data = data.replace(b"top/src/a.py", b"top\\src\\a.py").replace(b"top/b.py", b"top\\b.py")
    assert archive(data).contents == {"src/a.py": b"1", "b.py": b"2"}


def test_links_and_devices_of_a_tar_are_not_followed() -> None:
    data = special_tar(
        ("top/a.py", tarfile.SYMTYPE, "/etc/passwd"),
        ("top/b.py", tarfile.LNKTYPE, "../../etc/passwd"),
        ("top/c.py", tarfile.CHRTYPE, ""),
        ("top/d.py", tarfile.FIFOTYPE, ""),
        ("top/e", tarfile.DIRTYPE, ""),
    )
    got = read_bytes(data)
    assert got.contents == {}
    assert {e.path: e.mode for e in got.entries} == {
        "a.py": EntryMode.SYMLINK,
        "b.py": EntryMode.ABSENT,
    }
    assert got.notes == (
        "1 symbolic link was not followed.",
        "2 devices, pipes or sockets were not opened.",
        "1 link inside the archive was not followed.",
    )


def test_a_link_in_a_zip_is_not_followed(archive: Any) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as made:
        info = zipfile.ZipInfo("link.py")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        made.writestr(info, "/etc/passwd")
        made.writestr("a.py", "1")
    snapshot = archive(buffer.getvalue())
    assert snapshot.contents == {"a.py": b"1"}
    assert {e.path: e.mode for e in snapshot.entries}["link.py"] is EntryMode.SYMLINK


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_what_is_not_the_project_s_is_set_aside(name: str, archive: Any) -> None:
    files = {
        "top/a.py": b"1",
        "__MACOSX/top/._a.py": b"junk",
        "top/._b.py": b"junk",
        "top/.git/config": b"[core]",
        "top/sub/.git/hooks/x.py": b"evil",
        "top/data.zip": zip_bytes({"inner.py": b"1"}),
    }
    snapshot = archive((zip_bytes if name == "x.zip" else tar_bytes)(files), name)
    assert snapshot.contents == {"a.py": b"1"}
    assert [e.path for e in snapshot.entries] == ["a.py", "data.zip"]
    assert snapshot.notes[:2] == (
        "1 archive inside the archive was not opened.",
        "2 files that the packing program added (such as __MACOSX) were left out.",
    )
    assert "holds a .git folder" in snapshot.notes[2]


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_equal_paths_the_last_one_counts(name: str, archive: Any) -> None:
    buffer = io.BytesIO()
    if name == "x.zip":
        with zipfile.ZipFile(buffer, "w") as made:
            for content in ("old", "new"):
                made.writestr("top/a.py", content)
        data = buffer.getvalue()
    else:
        one, two = (tar_bytes({"top/a.py": content}) for content in (b"old", b"new"))
        data = one[:1024] + two
    snapshot = archive(data, name)
    assert snapshot.contents == {"a.py": b"new"}
    assert snapshot.notes == (
        "1 path occurs more than once in the archive; the last one was read.",
    )


@pytest.mark.parametrize("name", ["x.zip", "x.tar"])
def test_caps_cut_and_say_so(name: str, archive: Any) -> None:
    pack = zip_bytes if name == "x.zip" else tar_bytes
    files = {"a.py": b"a" * 40, "b.py": b"b" * 50, "c.py": b"c" * 200, "d.py": b"d"}
    limits = {"max_file_bytes": 100, "max_repository_bytes": 60, "max_entries": 3}
    snapshot = archive(pack(files), name, limits=limits)
    assert set(snapshot.contents) == {"a.py"}
    assert len(snapshot.entries) == 3
    assert set(snapshot.notes) == {
        "1 file is larger than the limit of 100 bytes and was not read.",
        "1 file was not read: the limit of 60 bytes for one repository was reached.",
        "Only the first 3 files of the archive are listed.",
    }


def test_a_tar_bomb_ends_at_the_cap() -> None:
    data = gzip.compress(tar_bytes({"top/a.py": b"1", "top/z.bin": b"\0" * 5_000_000}))
    assert len(data) < 10_000
    got = read_bytes(data, max_unpacked_bytes=1_000_000)
    assert got.contents == {"a.py": b"1"}
    assert got.notes == ("The archive was read only in part: it unpacks to more than the limit.",)


def test_a_zip_bomb_is_cut_by_what_comes_out(archive: Any) -> None:
    data = zip_bytes({"a.py": b"1", "bomb.py": b"\0" * 5_000_000})
    honest = struct.pack("<L", 5_000_000)
    lying = data.replace(honest, struct.pack("<L", 90))
    snapshot = archive(lying, limits={"max_file_bytes": 1000})
    assert snapshot.contents == {"a.py": b"1"}
    assert len(snapshot.notes) == 1
    snapshot = archive(data, limits={"max_unpacked_bytes": 1_000_000})
    assert snapshot.contents == {"a.py": b"1"}


def test_a_member_that_claims_too_much_is_believed_by_its_bytes(archive: Any) -> None:
    data = zip_bytes({"a.py": b"12345"}, zipfile.ZIP_STORED)
    index = data.rindex(b"PK\x01\x02")
    claimed = bytearray(data)
    claimed[index + 24 : index + 28] = struct.pack("<L", 5_000_000)
    snapshot = archive(bytes(claimed), limits={"max_file_bytes": 10_000_000})
    assert all(len(content) <= 5 for content in snapshot.contents.values())


def test_encrypted_and_oddly_packed_members_are_said(archive: Any) -> None:
    data = bytearray(zip_bytes({"a.py": b"1", "b.py": b"2", "c.py": b"3"}, zipfile.ZIP_STORED))
    first = data.index(b"PK\x01\x02")
    second = data.index(b"PK\x01\x02", first + 1)
    data[first + 8] |= 1
    data[second + 10] = 14
    snapshot = archive(bytes(data))
    assert snapshot.contents == {"c.py": b"3"}
    modes = {e.path: e.mode for e in snapshot.entries}
    assert modes["a.py"] is modes["b.py"] is EntryMode.ABSENT
    assert snapshot.notes == (
        "1 file of the archive is encrypted and was not read.",
        "1 file of the archive is packed in a way that is not read.",
    )


def test_a_damaged_member_does_not_take_the_others_along(archive: Any) -> None:
    data = zip_bytes({"a.py": b"first", "b.py": b"second"}, zipfile.ZIP_STORED)
    snapshot = archive(data.replace(b"first", b"fyrst"))
    assert snapshot.contents == {"b.py": b"second"}
    assert snapshot.notes == ("1 file could not be read: the stored content is damaged.",)


def test_a_table_of_contents_that_is_too_large_is_refused(archive: Any) -> None:
    data = zip_bytes({f"{i}.py": b"" for i in range(200)})
    with pytest.raises(UsageError, match="table of contents is too large"):
        archive(data, limits={"max_index_bytes": 1000})


def test_extended_headers_of_any_size_are_refused() -> None:
    start = tar_bytes({"top/a.py": b"1"})[:1024]
    huge = tarfile.TarInfo("pax")
    huge.type, huge.size = b"x", 500_000_000
    got = read_tar(
        io.BytesIO(start + huge.tobuf() + b"\0" * 4096), code, Limits(max_index_bytes=10_000)
    )
    assert got.contents == {"a.py": b"1"}
    assert "headers are larger" in got.notes[0]


def rewritten(member: tarfile.TarInfo, place: slice, value: bytes) -> bytes:
    """Give the member's header with one field overwritten and the sum of bytes put right."""
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    header[place] = value
    header[148:156] = b" " * 8
    header[148:155] = b"%06o\0" % sum(header)
    return bytes(header)


SIZE = slice(124, 136)


def test_sizes_are_read_in_every_notation() -> None:
    member = tarfile.TarInfo("top/a.py")
    body = b"12345".ljust(512, b"\0")
    base_256 = b"\x80" + (5).to_bytes(11, "big")
    for size in (base_256, b"00000000005\0", b"         5 \0"[:12].ljust(12, b"\0")):
        data = rewritten(member, SIZE, size) + body + b"\0" * 1024
        assert read_bytes(data).contents == {"a.py": b"12345"}
    pax = tarfile.TarInfo("pax")
    pax.type, pax.size = b"x", 9
    extended = pax.tobuf() + b"9 size=5\n".ljust(512, b"\0")
    data = extended + rewritten(member, SIZE, b"0" * 11 + b"\0") + body + b"\0" * 1024
    assert read_bytes(data).contents == {"a.py": b"12345"}


@pytest.mark.parametrize("size", [b"\xff" * 12, b"-0000000005\0", b"9z999999999\0"])
def test_a_size_that_is_none_is_damage(size: bytes) -> None:
    start = tar_bytes({"top/a.py": b"1"})[:1024]
    got = read_bytes(start + rewritten(tarfile.TarInfo("top/b.py"), SIZE, size) + b"\0" * 2048)
    assert got.contents == {"a.py": b"1"}
    assert got.notes == ("The archive was read only in part: it is damaged.",)


def test_a_size_beyond_the_stream_is_a_broken_stream() -> None:
    start = tar_bytes({"top/a.py": b"1"})[:1024]
    endless = rewritten(tarfile.TarInfo("top/b.bin"), SIZE, b"\x80" + b"\x7f" * 11)
    got = read_bytes(start + endless + b"\0" * 2048)
    assert got.contents == {"a.py": b"1"}
    assert got.notes == ("The archive was read only in part: it breaks off.",)


def test_labels_and_unknown_kinds_do_no_harm() -> None:
    label, odd = tarfile.TarInfo("backup of friday"), tarfile.TarInfo("top/odd.py")
    label.type, odd.type = b"V", b"Z"
    data = label.tobuf() + odd.tobuf() + tar_bytes({"top/a.py": b"1"})
    assert read_bytes(data).contents == {"a.py": b"1", "odd.py": b""}


def test_a_sparse_member_is_passed_over() -> None:
    sparse = tarfile.TarInfo("top/s.py")
    sparse.type, sparse.size = b"S", 512
    header = rewritten(sparse, slice(482, 483), b"\1")
    data = header + b"\0" * 512 + b"s" * 512 + tar_bytes({"top/a.py": b"1"})
    got = read_bytes(data)
    assert got.contents == {"a.py": b"1"}
    assert got.notes == ("1 file of the archive is packed in a way that is not read.",)


def test_pointers_are_recognised_in_both(archive: Any) -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 9\n"
    files = {"model.pt": pointer, "nb.ipynb": pointer, "a.py": b"1"}
    for data, name in ((zip_bytes(files), "x.zip"), (tar_bytes(files), "x.tar")):
        snapshot = archive(data, name)
        assert {e.path: e.mode for e in snapshot.entries} == {
            "a.py": EntryMode.FILE,
            "model.pt": EntryMode.LFS,
            "nb.ipynb": EntryMode.LFS,
        }
        assert set(snapshot.contents) == {"a.py"}


def test_names_in_an_old_code_page_are_decoded(archive: Any) -> None:
    data = zip_bytes({"äé.py": b"1"})
    unflagged = data.replace(struct.pack("<H", 0x800), struct.pack("<H", 0))
    assert set(archive(unflagged).contents) == {"äé.py"}


GOOD_TAR = tar_bytes(FILES, comment=COMMIT)
GOOD_GZIP = gzip.compress(GOOD_TAR)
GOOD_ZIP = zip_bytes(FILES)


@settings(max_examples=150, deadline=None)
@given(
    data=st.sampled_from([GOOD_TAR, GOOD_GZIP]),
    place=st.integers(min_value=0, max_value=len(GOOD_TAR)),
    junk=st.binary(max_size=40),
    keep=st.booleans(),
)
def test_a_mangled_tar_is_read_in_part_or_refused(
    data: bytes, place: int, junk: bytes, keep: bool
) -> None:
    mangled = data[:place] + junk + (data[place + len(junk) :] if keep else b"")
    try:
        got = read_tar(io.BytesIO(mangled), code, Limits(max_unpacked_bytes=1_000_000))
    except CorruptArchiveError:
        return
    assert all(".." not in entry.path.split("/") for entry in got.entries)


@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(min_value=0, max_value=len(GOOD_ZIP)),
    junk=st.binary(max_size=40),
    keep=st.booleans(),
)
def test_a_mangled_zip_is_read_in_part_or_refused(
    tmp_path_factory: pytest.TempPathFactory, place: int, junk: bytes, keep: bool
) -> None:
    from portfolio_scan.source.local import open_local  # noqa: PLC0415 - not a fixture in hypothesis

    path = tmp_path_factory.mktemp("mangled") / "x.zip"
    path.write_bytes(GOOD_ZIP[:place] + junk + (GOOD_ZIP[place + len(junk) :] if keep else b""))
    try:
        open_local(path, wanted=code, limits=Limits(max_unpacked_bytes=1_000_000))
    except UsageError as error:
        assert error.hint  # noqa: PT017 - both ways are right
