"""Real programs that take long to start, once for all tests."""

from collections.abc import Iterator

import pytest
from real_daw import SHARED, RealDaw, missing_daw


@pytest.fixture(scope="session")
def ardour() -> Iterator[RealDaw]:
    """The Ardour that tests share; each sets what it needs there. ``ardour.part(URI, …)`` is what most of them want."""
    if reason := missing_daw():
        pytest.skip(reason)
    with RealDaw(SHARED) as running:
        yield running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run what needs Ardour last: it takes some of the processor as long as it runs."""
    items.sort(key=lambda item: "ardour" in getattr(item, "fixturenames", ()))
