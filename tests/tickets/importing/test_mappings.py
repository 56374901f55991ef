"""A mapping that cannot be used says where and why."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tickets.importing.conftest import MAPPING
from tickets.importing.errors import MappingError
from tickets.importing.parsing import load_mapping

SHIPPED = Path(__file__).resolve().parents[3] / "docs" / "import"

FAULTS = {
    "no toml": ("name = ", "name = =", "no valid TOML"),
    "no name": ('name = "small"', "", "“name” is missing"),
    "typing mistake": ("[level]\ncolumn", "[level]\ncolum", "“colum” is not a key"),
    "unknown table": ("[level]", "[levels]", "“levels” is not a key"),
    "unknown status": ('becomes = "resolved"', 'becomes = "done"', "“done” is no status"),
    "two meanings": ("keeps_status = true", 'becomes = "new"\nkeeps_status = true', "either"),
    "twice": ('values = ["asked"]', 'values = ["working"]', "“working” has a rule already"),
    "wrong zone": ('zone = "Europe/Amsterdam"', 'zone = "Mars"', "“Mars” is no time zone"),
    "wrong type": ('column = "when"', "column = 1", "“column” must be a text"),
    "hours": ("08:00-12:00", "12:00-08:00", "closes before it opens"),
    "hours unreadable": ("08:00-12:00", "8 to 12", "written as 08:00-18:00"),
    "contact": ('contact = "phone"', 'contact = "pigeon"', "“contact” must be one of"),
    "delimiter": ('ticket = "id"', 'ticket = "id"\ndelimiter = "::"', "one character"),
}


@pytest.mark.parametrize("case", sorted(FAULTS))
def test_a_fault_is_named_with_its_place(case, tmp_path):
    good, bad, message = FAULTS[case]
    assert good in MAPPING
    path = tmp_path / "m.toml"
    path.write_text(MAPPING.replace(good, bad, 1), encoding="utf-8")
    with pytest.raises(MappingError, match=message):
        load_mapping(path)


def test_a_mapping_that_is_not_there_is_named(tmp_path):
    with pytest.raises(MappingError, match="cannot be read"):
        load_mapping(tmp_path / "none.toml")


@pytest.mark.parametrize("path", sorted(SHIPPED.glob("*.toml")), ids=lambda path: path.stem)
def test_every_shipped_mapping_is_good(path):
    assert load_mapping(path).name == path.stem
