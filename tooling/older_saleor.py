"""The first tags of Saleor 3.21 lock Django 4.2; it moved to 5.2, which the plugin needs, in a patch release.

With two changes of that move those tags run on Django 5.2 too. They are made in our own download only.
"""

from pathlib import Path

FIELDS = Path("saleor") / "core" / "db" / "fields.py"
BEFORE = "    concrete = False\n    editable = False\n    unique = False\n"
AFTER = "    concrete = False\n    editable = False\n    generated = True\n    unique = False\n"


def let_run_on_django_5(folder: Path) -> None:
    fields = folder / FIELDS
    if not fields.exists() or BEFORE not in fields.read_text():
        return
    fields.write_text(fields.read_text().replace(BEFORE, AFTER))
    for module in (folder / "saleor").rglob("*.py"):
        text = module.read_text()
        # After prefetch_related() Django 5 insists on a size.
        if ".iterator()" in text and module.parent.name != "migrations":
            module.write_text(text.replace(".iterator()", ".iterator(chunk_size=1000)"))
