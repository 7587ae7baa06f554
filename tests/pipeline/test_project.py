"""The project itself: its rooms, what it installs, what its README says, what it must not name."""

from __future__ import annotations

import io
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from support import small_corpus
from support.commands import ROOT, command, executed

from tracing.rejection import Reason

NAME = "neural-debugger-data"
PACKAGES = ("tracing", "tokenization", "pipeline")
README = (ROOT / "README.md").read_text()
PIPELINE = "-m pipeline "


def test_every_module_keeps_to_its_room() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    if not tool.exists():
        pytest.skip("import-linter is not installed beside this interpreter")
    ended = executed(ROOT, [str(tool), "--no-cache"])
    assert ended.status == 0, ended.out
    assert " 0 broken" in ended.out


# the wheel


@pytest.fixture
def names(wheel: Path) -> list[str]:
    """The names of what is in the wheel."""
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_holds_the_packages_and_nothing_else(names: list[str]) -> None:
    modules = {
        path.relative_to(ROOT).as_posix()
        for name in PACKAGES
        for path in (ROOT / name).rglob("*.py")
    }
    metadata = {name for name in names if ".dist-info/" in name}
    assert set(names) - metadata == modules | {"pipeline/corpus/builtin/index.jsonl"}
    assert any(name.endswith("/LICENSE") for name in metadata)


def test_no_other_distribution_has_our_names() -> None:
    owners = packages_distributions()
    for name in PACKAGES:
        assert set(owners.get(name, [])) <= {NAME}


# the README


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)


def _shell_lines() -> list[str]:
    return [line for block in _blocks("sh") for line in block.splitlines() if line.strip()]


def test_the_readme_has_commands_of_two_kinds() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    lines = _shell_lines()
    for line in lines:
        make = re.match(r"make ([a-z-]+)", line)
        assert make is None or make[1] in targets
        assert make or line.startswith((".venv/bin/python -m pipeline ", "python -m pipeline "))
    shown = {line.split(PIPELINE)[1].split()[0] for line in lines if PIPELINE in line}
    commands = "build trace debug inspect verify report compare plan tokenizer export"
    assert shown == {*commands.split()}


def test_the_readme_s_commands(call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the order in which they stand, as they stand, on three programs."""
    for name in ("configs", "pipeline"):
        (tmp_path / name).symlink_to(ROOT / name)
    small_corpus.write_records(tmp_path / "programs.jsonl", small_corpus.records()[:3])
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO())
    for line in _shell_lines():
        if PIPELINE in line:
            ended = call(*shlex.split(line.split(PIPELINE)[1], comments=True))
            assert ended.status == 0, f"{line}\n{ended.err}"
            assert ended.out


@pytest.mark.parametrize("block", _blocks("python"))
def test_the_readme_s_python(built, tmp_path: Path, block: str) -> None:
    if "torch" in block:
        pytest.importorskip("torch")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "quickstart").symlink_to(built.root)
    ended = executed(tmp_path, [sys.executable, "-c", block])
    assert ended.status == 0, ended.err
    assert ended.out


@pytest.mark.parametrize("name", ["README.md", "Makefile"])
def test_the_files_that_are_named_are_there(name: str) -> None:
    folders = "|".join((*PACKAGES, "configs", "tests"))
    text = (ROOT / name).read_text()
    named = set(re.findall(rf"(?<![\w/])(?:{folders})/[\w./]*\w", text))
    assert named
    assert [path for path in sorted(named) if not (ROOT / path).exists()] == []


def test_make_says_what_works() -> None:
    """What `make quickstart` prints to be looked at next."""
    lines = re.findall(
        r'echo "  \$\(BIN\)/python -m pipeline (.*)"', (ROOT / "Makefile").read_text()
    )
    assert len(lines) >= 2
    for line in lines:
        name, *arguments = shlex.split(line)
        assert name in ("inspect", "trace", "verify")
        if name == "trace":
            ended = command(ROOT, name, *arguments)
            assert ended.status == 0, ended.err


def test_the_reasons_in_the_readme() -> None:
    text = " ".join(README.split())
    assert f"In order of precedence: {', '.join(Reason)}." in text


# what must not be named

_FORBIDDEN = re.compile(
    "|".join(
        [
            r"(?<!\w)/" + r"(work|root)/",
            r"(?<!\w)/" + r"home/\w",
            r"\.\./" + "shared",
            r"python" + r"hosted\.org|pypi" + r"\.org",
            r"index" + "-url",
        ]
    )
)


def test_no_file_names_a_machine() -> None:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a checkout")
    line = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(line, cwd=ROOT, capture_output=True, check=True).stdout
    found = []
    for name in filter(None, listed.decode().split("\0")):
        path = ROOT / name
        text = path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
        found += [f"{name}: {match[0]}" for match in _FORBIDDEN.finditer(text)]
    assert found == []
