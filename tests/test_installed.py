"""What is installed is what stands in a checkout: as a package, without one beside it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.end_to_end import ROOT

PARTS = ("bot", "storage", "locales")
NOT_INSTALLED = {".pot", ".pyc"}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all that a wheel holds."""
    folder = tmp_path_factory.mktemp("installed")
    # Building leaves folders beside the source.
    source = folder / "source"
    for part in PARTS:
        shutil.copytree(ROOT / part, source / part, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source / name)
    wheel_in = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", "wheel"]
    subprocess.run(
        [*wheel_in, "--no-deps", "--no-build-isolation", "--wheel-dir", folder, source], check=True
    )
    [wheel] = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "packages")
    return folder / "packages"


def test_a_package_holds_every_file_of_a_checkout(installed: Path) -> None:
    missing = [
        file.relative_to(ROOT)
        for part in PARTS
        for file in sorted((ROOT / part).rglob("*"))
        if file.is_file()
        and file.suffix not in NOT_INSTALLED
        and not (installed / file.relative_to(ROOT)).is_file()
    ]
    assert missing == []


def test_a_package_knows_its_countries(installed: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "country", "check"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(installed)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "uruguay" in done.stdout
