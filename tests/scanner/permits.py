"""Permits for tests."""

from typing import Any

from scanner.permit import Permit


def permit_for(*networks: str, classes: dict[str, int] | None = None, **more: Any) -> Permit:
    """A lab permit of one zone with everything in `networks`, fast enough for tests."""
    return Permit.model_validate(
        {
            "format": "chengjian-permit/1",
            "id": "TEST-1",
            "issuer": {"organisation": "测试局", "authorised_by": "甲"},
            "contact": "test@example.invalid",
            "environment": "lab",
            "valid_from": "2026-01-01T00:00",
            "valid_to": "2099-12-31",
            "networks": list(networks),
            "zones": [{"name": "office", "networks": list(networks), "classes": classes or {"server": 2}}],
            "vantage": "office",
            "pace": {
                "host_packets": 10_000,
                "host_connections": 1_000,
                "zone_packets": 100_000,
                "total_packets": 100_000,
            },
            **more,
        }
    )
