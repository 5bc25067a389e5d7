"""What a room of the house holds, for tests that ask something of all of it."""

import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from types import ModuleType
from typing import Any


def functions_of(room: ModuleType) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Name and function of each that a module of the room defines itself."""
    for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
        module = import_module(found.name)
        for name, value in vars(module).items():
            if callable(value) and getattr(value, "__module__", "") == found.name:
                yield name, value
