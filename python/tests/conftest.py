from pathlib import Path

import pytest
from harness import SHARED

from eliza_bench.contract import Contract, Scenario


@pytest.fixture(scope="session")
def shared() -> Path:
    return SHARED


@pytest.fixture(scope="session")
def contract() -> Contract:
    return Contract.read(SHARED)


@pytest.fixture
def conversation(contract: Contract) -> Scenario:
    return contract.select(["conversation-10"])[0]
