"""Imports the published framework. Every other module takes it from here.

`importNs` measures the import of this module, and of the database's (`databases/choice.py`).
"""

import importlib.util
import os
import sys
from pathlib import Path

# The framework reads it when it is imported. Without it, it logs to standard output.
os.environ["LOG_LEVEL"] = "CRITICAL"

# The published package's generated code imports its own siblings as top-level modules (`eliza.v1`).
_spec = importlib.util.find_spec("elizaos")
if _spec and _spec.origin:
    sys.path.append(str(Path(_spec.origin).parent / "types" / "generated"))

from elizaos.character import parse_character  # noqa: E402
from elizaos.runtime import AgentRuntime  # noqa: E402
from elizaos.types import (  # noqa: E402
    Action,
    ActionResult,
    Character,
    Content,
    HandlerCallback,
    HandlerOptions,
    IAgentRuntime,
    Memory,
    Plugin,
    Provider,
    ProviderResult,
    State,
)

__all__ = [
    "Action",
    "ActionResult",
    "AgentRuntime",
    "Character",
    "Content",
    "HandlerCallback",
    "HandlerOptions",
    "IAgentRuntime",
    "Memory",
    "Plugin",
    "Provider",
    "ProviderResult",
    "State",
    "parse_character",
]
