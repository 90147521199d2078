"""The origin catalogue: makers, product lines, announcements and dates of support, each with its source and date.

`load()` gives the catalogue of this folder. Nothing that is not written here counts as domestic.
"""

from inventory.catalogue.tables import (
    Announcement,
    Catalogue,
    OriginStatement,
    ProductLine,
    Support,
    Vendor,
    load,
)

__all__ = ["Announcement", "Catalogue", "OriginStatement", "ProductLine", "Support", "Vendor", "load"]
