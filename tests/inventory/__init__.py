"""Tests of the package inventory."""
