"""Where Debian comes from, what a whole package is, which Asterisk will do."""

import hashlib
from pathlib import Path

import pytest

from asterisk_conf.mirrors import DEFAULT_KEYRING, Mirror, NoMirrorError, machine_mirror
from asterisk_conf.packages import Archive, FetchError, Shelf, fetch
from asterisk_conf.tree import good_version

DEB822 = """\
# a comment
Types: deb deb-src
URIs: https://mirror.example/debian-security
Suites: bookworm-security
Components: main

Types: deb
URIs: https://mirror.example/debian
Suites: bookworm
 bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/x.gpg
"""


def apt(tmp_path: Path, **files: str) -> Path:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    for name, text in files.items():
        path = tmp_path / "sources.list" if name == "main" else parts / name.replace("__", ".")
        path.write_text(text, "utf-8")
    return tmp_path


def test_a_deb822_file_gives_the_mirror_and_its_key_not_the_security_archive(
    tmp_path: Path,
) -> None:
    found = machine_mirror(apt(tmp_path, debian__sources=DEB822))
    assert found == Mirror("https://mirror.example/debian", "/usr/share/keyrings/x.gpg")


def test_a_one_line_file_is_read_with_its_options(tmp_path: Path) -> None:
    text = (
        "# deb https://old.example/debian buster main\n"
        "deb https://sec.example/debian-security bookworm-security main\n"
        "deb [arch=amd64 signed-by=/k.gpg] https://mirror.example/debian bookworm main # here\n"
    )
    assert machine_mirror(apt(tmp_path, main=text)) == Mirror(
        "https://mirror.example/debian", "/k.gpg"
    )


def test_without_a_key_the_archive_keyring_is_meant(tmp_path: Path) -> None:
    text = "deb mirror+file:/etc/apt/mirrors/debian.list bookworm main\n"
    found = machine_mirror(apt(tmp_path, main=text))
    assert found == Mirror("mirror+file:/etc/apt/mirrors/debian.list", DEFAULT_KEYRING)


@pytest.mark.parametrize(
    "text",
    [
        "deb https://shop.example/apt stable main\n",
        "deb https://mirror.example/debian-security bookworm-security main\n",
        "deb-src https://mirror.example/debian bookworm main\n",
        "deb https://mirror.example/debian bookworm contrib\n",
        "",
    ],
)
def test_a_machine_without_debian_is_told_what_to_do_in_both_languages(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(NoMirrorError, match=r"docker/.*请自行安装"):
        machine_mirror(apt(tmp_path, main=text))


def test_a_disabled_source_and_a_file_put_aside_do_not_count(tmp_path: Path) -> None:
    disabled = DEB822.replace("Types: deb\n", "Enabled: no\nTypes: deb\n")
    folder = apt(tmp_path, debian__sources=disabled, debian__sources_off=DEB822)
    with pytest.raises(NoMirrorError):
        machine_mirror(folder)


def test_a_half_or_altered_download_is_not_whole(tmp_path: Path) -> None:
    data = b"a debian package"
    archive = Archive("x.deb", len(data), "sha256", hashlib.sha256(data).hexdigest())
    path = tmp_path / "x.deb"
    assert not archive.is_whole(path)
    path.write_bytes(data[:-1])
    assert not archive.is_whole(path)
    path.write_bytes(data[:-1] + b"!")
    assert not archive.is_whole(path)
    path.write_bytes(data)
    assert archive.is_whole(path)


def test_a_tree_that_is_whole_is_believed_without_asking_anyone(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / ".packages").write_text("forky: asterisk espeak-ng\nx.deb\n", "utf-8")
    said: list[str] = []
    assert fetch(("espeak-ng", "asterisk"), tree, Shelf(tmp_path), said.append) == tree
    assert said == []


def test_a_mirror_that_is_not_there_is_told_and_leaves_no_tree(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path / "shelf", Mirror(f"file:{tmp_path}/nothing", DEFAULT_KEYRING))
    with pytest.raises(FetchError, match="network"):
        fetch(("asterisk",), tmp_path / "tree", shelf, lambda _: None)
    assert not (tmp_path / "tree").exists()


@pytest.mark.parametrize(
    ("version", "good"),
    [
        ("22.10.1~dfsg+~cs6", True),
        ("22.7.0", True),
        ("22.6.1", False),
        ("20.17.0", True),
        ("20.16.0", False),
        ("16.28.0~dfsg-0+deb11u4", False),
        ("21.5.0", False),
        ("23.0.0", False),
        ("23.1.0", True),
        ("24.0.0", True),
        ("", False),
    ],
)
def test_an_asterisk_is_new_enough_or_not(version: str, good: bool) -> None:
    assert good_version(version) is good
