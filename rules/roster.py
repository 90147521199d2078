"""What verdicts are about, by number: a region has hundreds of thousands of assets, and few places where their counts belong."""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from inventory.read_only import Connection

Path = tuple[str, ...]


@dataclass(frozen=True, order=True, slots=True)
class Place:
    """Where counts belong: the organisation as (city, district, department, system), and the protection level and importance
    of the assets. Whatever is no asset (`department:…`, `city:…`) has its name as `organisation` and no path."""

    path: Path = ()
    level: int | None = None
    importance: str | None = None
    organisation: str = ""


class Roster:
    """The assets of a scan in the order of their ids; an organisation comes after them when it is met first. `place_of` says for
    each number which of `places` it is."""

    def __init__(self, connection: Connection, scan: str) -> None:
        self.number_of: dict[str, int] = {}
        self.place_of = array("I")
        self.places: list[Place] = []
        known: dict[tuple[object, ...], int] = {}
        known_of = known.get
        for row in connection.execute(
            "SELECT id, city, district, department, system, protection_level, importance FROM asset WHERE scan = ? ORDER BY id",
            (scan,),
        ):
            key = row[1:]
            place = known_of(key)
            if place is None:
                place = known[key] = self._add_place(Place(key[:4], *key[4:]))
            self.place_of.append(place)
            self.number_of[row[0]] = len(self.number_of)
        self.assets = len(self.place_of)
        self._answered = bytearray(self.assets)

    def number(self, name: str) -> int:
        """The number of an asset or organisation."""
        found = self.number_of.get(name)
        if found is None:
            found = self.number_of[name] = len(self.place_of)
            self.place_of.append(self._add_place(Place(organisation=name)))
        return found

    def hear(self, numbers: Iterable[int]) -> None:
        """Something of these answered."""
        heard, assets = self._answered, self.assets
        for number in numbers:
            if number < assets:
                heard[number] = 1

    def known_to_answer(self, name: str) -> int:
        """1 for an asset of which something was heard, 0 for others."""
        number = self.number_of.get(name, self.assets)
        return self._answered[number] if number < self.assets else 0

    def sizes(self) -> dict[Place, int]:
        """How many assets each place has."""
        counted = [0] * len(self.places)
        for place in self.place_of[: self.assets]:
            counted[place] += 1
        return {place: number for place, number in zip(self.places, counted, strict=True) if not place.organisation}

    def _add_place(self, place: Place) -> int:
        self.places.append(place)
        return len(self.places) - 1
