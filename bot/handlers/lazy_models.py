"""aiogram's models, built where one is first used.

aiogram builds the validators of all its models when it is imported: four seconds and a hundred
megabytes, for some four hundred models of which a bot meets twenty. Pydantic builds a model by
itself when it is first used, as long as its fields' names can be found; aiogram's modules import
those for type checkers only, so they are put there (aiogram 3.31, `types/__init__.py`; pydantic's
`BaseModel.model_rebuild`).
"""

from __future__ import annotations

import re
import sys
from itertools import chain
from types import ModuleType
from typing import Any

from pydantic import BaseModel

_NAME = re.compile(r"[A-Za-z_]\w*")


def import_lazily() -> None:
    """Import aiogram without building its models. Does nothing where it was imported before."""
    if "aiogram" in sys.modules:
        return
    rebuild = BaseModel.__dict__["model_rebuild"]
    BaseModel.model_rebuild = classmethod(_later)  # type: ignore[method-assign, assignment]
    try:
        from aiogram import methods, types
    finally:
        BaseModel.model_rebuild = rebuild  # type: ignore[method-assign]
    names = {name: getattr(types, name) for name in types.__all__}
    for module in (types, methods):
        _find_names(module, names)


def _later(_model: type[BaseModel], /, **_given: Any) -> None:
    return None


def _find_names(package: ModuleType, names: dict[str, Any]) -> None:
    """Put what its models' fields are made of into the modules that the models stand in."""
    for model in vars(package).values():
        if isinstance(model, type) and issubclass(model, BaseModel):
            home = vars(sys.modules[model.__module__])
            # What a model has from another one is looked up where it stands itself.
            fields = [vars(of).get("__annotations__", {}).values() for of in model.__mro__]
            for name in _NAME.findall(" ".join(map(str, chain(*fields)))):
                if name in names:
                    home.setdefault(name, names[name])
