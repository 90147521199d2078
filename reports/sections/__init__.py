"""The sections of the report, a few that belong together in each module."""
