"""The house rules that a reader could break without noticing: who may import whom, and where Saleor may be known."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "saleor_nps_plugin"

# The only modules that may import saleor; the [S] of docs/architecture.md.
KNOW_SALEOR = (
    "plugin",
    "shortcut",
    "compatibility",
    "graphql",
    "registration",
    "shop.saleor",
    "shop.saleor_mail",
    "shop.saleor_orders",
    "shop.saleor_people",
    "shop.saleor_vouchers",
    "shop.saleor_gift_cards",
    "shop.saleor_staff",
    "shop.saleor_customers",
    "shop.saleor_offers",
    "shop.saleor_settings",
    "shop.saleor_announcing",
)

# Rooms and leaves, each with what it may import of ours. A module belongs to the longest name that fits.
LEAVES = ("links", "errors", "languages", "money", "queue")
MAY_IMPORT = {
    "plugin": (
        "registration",
        "accounts",
        "privacy",
        "surveys",
        "referrals",
        "rewards",
        "shop",
        "shop.saleor",
        "links",
        "errors",
    ),
    "shortcut": ("plugin", "links", "lanes"),
    "graphql": ("accounts", "announcements", "surveys", "referrals", "rewards", "shoppers", "shop", *LEAVES),
    "pages": ("surveys", "referrals", "rewards", "shoppers", "shop", "rendering", *LEAVES),
    # What staff see of a survey before it is sent is written by the very code that answers customers.
    "pages.preview": ("pages", "surveys"),
    "dashboard": (
        "pages.preview",
        "surveys",
        "referrals",
        "rewards",
        "shoppers",
        "shop",
        "rendering",
        "emails",
        *LEAVES,
    ),
    "registration": ("shop", "links"),
    "urls": (),
    "tasks": ("accounts", "announcements", "surveys", "referrals", "rewards", "shop"),
    "management": ("registration", "tasks", "apps", "privacy", "surveys", "rewards", "shop", "links"),
    "apps": ("registration", "compatibility", "graphql", "plugin", "shortcut", "surveys", "shop", "logs"),
    "models": ("surveys", "referrals", "rewards", "shoppers", "announcements"),
    "accounts": ("surveys", "referrals", "rewards", "shoppers", "shop"),
    "privacy": ("surveys", "referrals", "rewards", "shoppers", "announcements"),
    "surveys": ("referrals", "rewards", "shoppers", "announcements", "shop", "emails", *LEAVES),
    "referrals": ("rewards", "shoppers", "announcements", "shop", "emails", *LEAVES),
    "rewards": ("shoppers", "announcements", "shop", "emails", *LEAVES),
    "shoppers": ("shop", *LEAVES),
    "announcements": ("shop", *LEAVES),
    "shop.saleor": (
        "shop",
        "shop.saleor_announcing",
        "shop.saleor_mail",
        "shop.saleor_orders",
        "shop.saleor_people",
        "shop.saleor_vouchers",
        "shop.saleor_gift_cards",
        "shop.saleor_desk",
        "emails",
        "links",
        "errors",
    ),
    "shop.saleor_desk": (
        "shop",
        "shop.saleor_staff",
        "shop.saleor_customers",
        "shop.saleor_offers",
        "shop.saleor_settings",
    ),
    "shop.saleor_staff": ("shop", "links", "errors"),
    "shop.saleor_customers": ("shop",),
    "shop.saleor_offers": ("shop", "shop.saleor_vouchers", "errors"),
    "shop.saleor_settings": ("shop", "links", "errors"),
    "shop.saleor_announcing": ("shop",),
    "shop.saleor_mail": ("shop", "emails", "links", "errors"),
    "shop.saleor_people": ("shop",),
    "shop.saleor_orders": ("shop", "money"),
    "shop.saleor_vouchers": ("shop", "errors"),
    "shop.saleor_gift_cards": ("shop", "errors"),
    "shop": ("emails", "links", "errors"),
    "emails": ("languages", "rendering", "money", "errors"),
    "money": (),
    "languages": (),
    "rendering": (),
    "links": ("errors",),
    "queue": (),
    "lanes": (),
    "logs": (),
    "errors": (),
    "compatibility": (),
    # What the database does by itself stands in the room whose rule it is.
    "migrations": ("surveys",),
    "": (),
}
LONGEST_FILE = 300


def modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        yield name, ast.parse(path.read_text())


def imports(name: str, tree: ast.Module, *, is_package: bool) -> Iterator[str]:
    """Absolute names of what a module imports, at its top or inside functions; what only type checkers read is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = f"saleor_nps_plugin.{name}".rstrip(".").split(".")
            up = node.level - (1 if is_package else 0)
            start = base[: len(base) - up] if node.level else []
            source = ".".join([*start, *([node.module] if node.module else [])])
            yield from (f"{source}.{alias.name}" for alias in node.names)


def room_of(module: str) -> str:
    return max((room for room in MAY_IMPORT if module == room or module.startswith(f"{room}.") or not room), key=len)


MODULES = [
    pytest.param(
        name, tree, (PACKAGE / Path(*name.split(".")) / "__init__.py").exists() or not name, id=name or "package"
    )
    for name, tree in modules()
]


@pytest.mark.parametrize(("name", "tree", "is_package"), MODULES)
def test_only_the_edges_know_saleor(name, tree, is_package):
    known = [imported for imported in imports(name, tree, is_package=is_package) if imported.split(".")[0] == "saleor"]

    assert not known or room_of(name) in KNOW_SALEOR or name in KNOW_SALEOR


@pytest.mark.parametrize(("name", "tree", "is_package"), MODULES)
def test_imports_point_inward(name, tree, is_package):
    own = "saleor_nps_plugin."
    room = room_of(name)
    for imported in imports(name, tree, is_package=is_package):
        if not imported.startswith(own):
            continue
        target = room_of(imported.removeprefix(own))
        assert target in (room, "") or target in MAY_IMPORT[room], f"{name or 'package'} imports {imported}"


def test_every_module_has_a_room_of_its_own():
    strays = [name for name, _ in modules() if name and not room_of(name)]

    assert strays == []


def test_no_file_grows_past_what_one_can_read_at_once():
    grown = {
        str(path.relative_to(PACKAGE)): lines
        for path in PACKAGE.rglob("*.py")
        if "migrations" not in path.parts and (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }

    assert grown == {}
