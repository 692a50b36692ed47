"""The bridge between the framework and its PostgreSQL adapter, which do not fit each other.

The framework stores protobuf messages and reads objects with snake_case attributes. The published
adapter takes and gives dicts with camelCase keys: without any one of these methods the framework
raises `AttributeError`. The bridge changes types only. What the adapter does with them stays.
"""

from collections.abc import Mapping
from typing import Any

from elizaos_plugin_sql import PostgresAdapter
from google.protobuf import json_format

from eliza_bench.databases.records import Record, make_record
from eliza_bench.framework import Memory


class PostgresBridge(PostgresAdapter):  # type: ignore[misc] # the plugin is no part of the tools
    async def create_memory(
        self, memory: Memory | Mapping[str, Any], table_name: str, unique: bool = False
    ) -> str:
        # An observed iteration finds the function in its module.
        row = memory if isinstance(memory, Mapping) else json_format.MessageToDict(memory)
        created: str = await super().create_memory(row, table_name, unique)
        return created

    def _memory_to_dict(self, memory: Any) -> Record:
        return make_record(super()._memory_to_dict(memory))

    def _entity_to_dict(self, entity: Any) -> Record:
        return make_record(super()._entity_to_dict(entity))

    def _room_to_dict(self, room: Any) -> Record:
        return make_record(super()._room_to_dict(room))

    def _world_to_dict(self, world: Any) -> Record:
        return make_record(super()._world_to_dict(world))
