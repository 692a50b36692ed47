"""Reads the versions of everything that is measured."""

import hashlib
import platform
from importlib import metadata
from pathlib import Path

from google.protobuf.internal import api_implementation

from eliza_bench.measurement import Versions

_LOCK = Path(__file__).resolve().parents[2] / "requirements.lock"


def read_versions(event_loop: str, database: str) -> Versions:
    """`database` is the version of everything that the database consists of."""
    # asyncio is part of the interpreter.
    loop = "" if event_loop == "asyncio" else f", {event_loop} {metadata.version(event_loop)}"
    # The framework's messages are protobuf. Its C implementation is many times as fast as Python's.
    protobuf = f"protobuf {metadata.version('protobuf')} ({api_implementation.Type()})"
    return {
        "framework": metadata.version("elizaos"),
        "database": database,
        "language": f"Python {platform.python_version()}",
        "engine": f"{platform.python_implementation()} {platform.python_version()}{loop}",
        "build": f"{platform.python_compiler()}, {protobuf}",
        "lockDigest": hashlib.sha256(_LOCK.read_bytes()).hexdigest(),
    }
