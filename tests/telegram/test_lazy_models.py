"""aiogram's models are built where they are used: every one can be, and few are."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.end_to_end import ROOT

BUILD = """
import sys

import bot.handlers
from aiogram import methods, types
from pydantic import BaseModel

def models():
    for package in (types, methods):
        for found in map(package.__dict__.get, package.__all__):
            if isinstance(found, type) and issubclass(found, BaseModel):
                yield found

def use(model):
    [getattr(model.__pydantic_validator__, "title") for _once in (1,)]

def main():
    print(sum(not model.__pydantic_complete__ for model in models()) > 400)
    tried = [types.Update, *list(models())[:: int(sys.argv[1])]]
    for model in tried:
        use(model)
    print([model.__name__ for model in tried if not model.__pydantic_complete__])

main()
"""


@pytest.mark.parametrize("every", [40, pytest.param(1, marks=pytest.mark.long)])
def test_a_model_of_aiogram_is_built_when_it_is_used_and_not_before(every: int) -> None:
    """A new release may name what its fields are made of in another way: it shows here."""
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(every)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    assert done.stdout.split() == ["True", "[]"]
