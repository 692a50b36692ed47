"""Decodes parsed JSON into the contract's data classes, and names the place of every error."""

from dataclasses import MISSING, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from eliza_bench.failure import InputError

T = TypeVar("T")

_SCALARS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number from 0",
    float: "a number from 0",
}


def decode(kind: type[T], value: object, at: str) -> T:
    """Reads `value` as `kind`: a data class, list, dict, Literal, optional or scalar.

    A data class's snake_case fields are camelCase keys. Raises InputError, with the place `at`,
    for a missing or unknown key and for a value of another type.
    """
    decoded: T = _decode(kind, value, at)
    return decoded


def _decode(kind: Any, value: object, at: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is object:
        return value
    if is_dataclass(kind):
        return _decode_record(kind, _expect(value, dict, "an object", at), at)
    if origin is list:
        items = _expect(value, list, "a list", at)
        return [_decode(arguments[0], item, f"{at}[{index}]") for index, item in enumerate(items)]
    if origin is dict:
        entries = _expect(value, dict, "an object", at)
        inner = arguments[1]
        return {key: _decode_value(inner, item, f"{at}.{key}") for key, item in entries.items()}
    if origin is Literal:
        if value not in arguments:
            raise InputError(f"{at} is {value!r}; give one of {', '.join(map(str, arguments))}")
        return value
    if origin is UnionType:
        # The alternatives are a scalar or a list, or None, which no file says.
        several = isinstance(value, list) and any(get_origin(kind) is list for kind in arguments)
        return _decode(arguments[1 if several else 0], value, at)
    return _decode_scalar(kind, value, at)


def _decode_value(kind: Any, value: object, at: str) -> Any:
    """Reads a value of a dict, which may be null where the kind says so."""
    return None if value is None and type(None) in get_args(kind) else _decode(kind, value, at)


def _decode_record(kind: Any, entries: dict[str, object], at: str) -> Any:
    hints = get_type_hints(kind)
    known = {_camel(field.name): field for field in fields(kind)}
    for key in entries:
        if key not in known:
            raise InputError(f"{at} has an unknown field {key!r}; known are {', '.join(known)}")
    values = {}
    for key, field in known.items():
        if key in entries:
            values[field.name] = _decode(hints[field.name], entries[key], f"{at}.{key}")
        elif field.default is MISSING:
            raise InputError(f"{at} has no field {key!r}; add it")
    return kind(**values)


def _decode_scalar(kind: type, value: object, at: str) -> object:
    # In Python a bool is an int, and JSON writes 1.0 as 1.
    right = isinstance(value, bool) == (kind is bool) and isinstance(
        value, (int, float) if kind is float else kind
    )
    if not right or (isinstance(value, int | float) and value < 0):
        raise InputError(f"{at} is {value!r}; give {_SCALARS[kind]}")
    return value


def _expect(value: object, kind: type[T], name: str, at: str) -> T:
    if not isinstance(value, kind):
        raise InputError(f"{at} is {value!r}; give {name}")
    return value


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
