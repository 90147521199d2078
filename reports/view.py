"""The views: the same data for different readers. A view chooses and orders sections, and changes nothing in them."""

from typing import Literal

View = Literal["officer", "auditor", "vendor", "full"]

SECTIONS: dict[View, tuple[str, ...]] = {
    "officer": (
        "summary",
        "what_first",
        "comparison",
        "charts",
        "league",
        "grade",
        "rectification",
        "shares",
        "gaps_in_short",
        "freshness",
        "sign_off",
    ),
    "auditor": (
        "summary",
        "grade",
        "scope",
        "coverage",
        "records",
        "findings",
        "not_assessed",
        "manual",
        "waivers",
        "comparison",
        "shares",
        "do_no_harm",
        "accuracy",
        "freshness",
        "sign_off",
    ),
    "vendor": ("summary", "findings", "rectification", "not_assessed", "comparison", "freshness"),
    "full": (
        "summary",
        "what_first",
        "comparison",
        "charts",
        "league",
        "grade",
        "findings",
        "rectification",
        "shares",
        "coverage",
        "records",
        "not_assessed",
        "manual",
        "waivers",
        "scope",
        "do_no_harm",
        "assets",
        "accuracy",
        "freshness",
        "sign_off",
    ),
}
VIEWS: tuple[View, ...] = tuple(SECTIONS)
