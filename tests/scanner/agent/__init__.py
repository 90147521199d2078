"""Tests of the agent on duty."""
