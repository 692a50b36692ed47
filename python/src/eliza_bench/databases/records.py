"""The records that an adapter and the framework's providers can both read."""

from collections.abc import Mapping
from typing import Any

MESSAGES_TABLE = "messages"


class Record(dict[str, Any]):
    """A record that both the adapter and the framework's providers can read.

    The adapter filters records as dicts with camelCase keys. The providers read the same objects
    by snake_case attributes. Plain dicts make the providers raise, and the adapter's filters never
    find protobuf messages.
    """

    __slots__ = ()

    def __getattr__(self, name: str) -> Any:
        # An object with one of these looks like a pydantic model or a protobuf message to the
        # framework.
        if name.startswith("__") or name in {"model_dump", "dict", "DESCRIPTOR"}:
            raise AttributeError(name)
        first, *rest = name.split("_")
        return self.get(first + "".join(word.title() for word in rest))


def make_record(fields: Mapping[str, Any]) -> Record:
    """Makes a record of a dict. The dicts in it become records too."""
    return Record({key: _convert(value) for key, value in fields.items()})


def read_field(record: dict[str, Any], camel: str, snake: str) -> Any:
    """Reads a field of a stored record.

    The framework's own memories have protobuf's names, seeded ones have the adapter's.
    """
    return record.get(camel, record.get(snake))


def _convert(value: Any) -> Any:
    if isinstance(value, dict):
        return make_record(value)
    if isinstance(value, list):
        return [_convert(item) for item in value]
    return value
