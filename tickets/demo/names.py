"""Names of the demo desk: its staff, its customers' companies, people who work there. Made up."""

from __future__ import annotations

FIRST = (
    "Anouk",
    "Bart",
    "Camille",
    "Daan",
    "Elif",
    "Femke",
    "Gijs",
    "Hanna",
    "Ivo",
    "Jasper",
    "Karin",
    "Lucas",
    "Marit",
    "Niels",
    "Oscar",
    "Petra",
    "Quirine",
    "Ruben",
    "Sofie",
    "Tobias",
    "Ulrike",
    "Vincent",
    "Wout",
    "Yara",
    "Zeynep",
    "Agnes",
    "Bruno",
    "Clara",
    "Dirk",
    "Emma",
    "Frank",
    "Greta",
    "Hugo",
    "Ines",
    "Joris",
    "Katja",
    "Leon",
    "Mila",
    "Noor",
    "Olaf",
)
LAST = (
    "Aalbers",
    "Bakker",
    "Claes",
    "Dekker",
    "Engel",
    "Fontaine",
    "Groen",
    "Hansen",
    "Iversen",
    "Jacobs",
    "Kramer",
    "Laurent",
    "Mertens",
    "Nagel",
    "Okafor",
    "Prins",
    "Reuter",
    "Schouten",
    "Terpstra",
    "Ubink",
    "Verhoeven",
    "Wagner",
    "Yilmaz",
    "Zwart",
    "Brandt",
    "Dubois",
    "Holm",
    "Lindqvist",
    "Moreno",
    "Peeters",
)
COMPANY_START = (
    "Noordkade",
    "Vesta",
    "Brightwater",
    "Kestrel",
    "Lumen",
    "Oakfield",
    "Polder",
    "Quarry",
    "Rhine",
    "Silverline",
    "Tramont",
    "Umbra",
    "Veldhuis",
    "Westerly",
    "Alder",
    "Boreal",
    "Corvus",
    "Delta",
    "Everling",
    "Fjord",
)
COMPANY_END = (
    "Logistics",
    "Foods",
    "Medical Supply",
    "Outdoor",
    "Home & Garden",
    "Electronics",
    "Parts",
    "Fashion",
)

# (name, level, skill from 0 to 1, categories of weakness). The first of a level is a demo account.
AGENTS: tuple[tuple[str, int, float, tuple[str, ...]], ...] = (
    ("Lotte Vermeer", 1, 0.86, ()),
    ("Tom de Wit", 1, 0.78, ()),
    ("Amira Haddad", 1, 0.82, ()),
    ("Sven Aalto", 1, 0.70, ("Stock",)),
    ("Priya Nair", 1, 0.88, ()),
    ("Marco Rinaldi", 1, 0.60, ("Stock", "Orders")),
    ("Eva Lindgren", 1, 0.74, ()),
    ("Jonas Weiss", 1, 0.66, ("Access",)),
    ("Ravi Menon", 2, 0.84, ()),
    ("Claire Dupont", 2, 0.80, ()),
    ("Henrik Dahl", 2, 0.72, ()),
    ("Nadia Petrov", 2, 0.87, ()),
    ("Yuki Tanaka", 3, 0.92, ()),
    ("Stefan Krol", 3, 0.85, ()),
    ("Ana Ferreira", 3, 0.90, ()),
)
LEAD = "Ingrid Solberg"
MANAGER = "Martin Hoekstra"
ADMINISTRATOR = "Renate Vogel"
CUSTOMER = "Carla Jansen"
COLLEAGUE = "Pieter Smit"
CUSTOMER_COMPANY = "Noordkade Logistics"


def company_name(number: int) -> str:
    """Return the name of the `number`-th company; all are different."""
    start, rest = number % len(COMPANY_START), number // len(COMPANY_START)
    end = COMPANY_END[(start + rest) % len(COMPANY_END)]
    suffix = rest // len(COMPANY_END)
    return f"{COMPANY_START[start]} {end}" + (f" {suffix + 1}" if suffix else "")


def person_name(number: int) -> str:
    """Return the name of the `number`-th person; the first 1,200 are different."""
    return f"{FIRST[number * 7 % len(FIRST)]} {LAST[(number * 11 + number // 40) % len(LAST)]}"
