"""Tests, named after what they test."""

import pytest

pytest.register_assert_rewrite("tests.index.index_contract")
