"""Makes a character of its file, which may be written for either framework."""

from typing import Any

from eliza_bench.framework import Character, parse_character

_SETTINGS = Character.DESCRIPTOR.fields_by_name["settings"].message_type
_OWN_SETTINGS = {name for field in _SETTINGS.fields for name in (field.name, field.json_name)}


def read_character(data: dict[str, Any]) -> Character:
    """Reads it as the framework does. Raises the framework's own error where it refuses it.

    The framework for TypeScript also takes a text as biography and plain lists as examples, and has
    settings of any name. Those are the runtime's here: see `read_settings`.
    """
    own = {key: value for key, value in data.items() if key not in {"id", "secrets", "settings"}}
    settings = {key: value for key, value in _settings(data).items() if key in _OWN_SETTINGS}
    if settings:
        own["settings"] = settings
    if isinstance(own.get("bio"), str):
        own["bio"] = [own["bio"]]
    for key in ("messageExamples", "message_examples"):
        if isinstance(own.get(key), list):
            own[key] = [
                {"examples": example} if isinstance(example, list) else example
                for example in own[key]
            ]
    return parse_character(own)


def read_settings(data: dict[str, Any]) -> dict[str, Any]:
    """Returns what a plugin finds with `runtime.get_setting`, without any secret."""
    return {key: value for key, value in _settings(data).items() if key not in _OWN_SETTINGS}


def _settings(data: dict[str, Any]) -> dict[str, Any]:
    settings = data.get("settings")
    if not isinstance(settings, dict):
        return {}
    return {key: value for key, value in settings.items() if key != "secrets"}
