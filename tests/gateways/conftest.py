"""What the tests of the ways out share."""

import warnings

import pytest


@pytest.fixture(scope="session", autouse=True)
def apprise_s_own_warnings():
    """Import apprise's mail once beforehand: a library of its own warns of Python's ``imghdr``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise.plugins.email.base  # noqa: F401
