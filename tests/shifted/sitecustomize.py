"""Python imports this at its start where it is on the path: a process of its own is shifted as the tests are."""

from tests.clock import shift

shift()
