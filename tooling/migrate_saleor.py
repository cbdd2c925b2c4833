"""Saleor's migrations, also on PostgreSQL 18.

python -m tooling.migrate_saleor, in Saleor's environment with tooling.saleor_settings.
"""

from importlib import import_module

import django
from django.core.management import call_command
from django.db import migrations

OLD = "where table_name=tab"
NEW = "where table_name=tab and constraint_name not like '%_not_null'"


def see_that_not_null_is_no_constraint() -> None:
    """One migration drops every constraint of tables that it is about to drop.

    Since PostgreSQL 18 NOT NULL is a constraint with a name too, and that of a primary key cannot be
    dropped: "column "id" is in a primary key". Before 18 the names were made up, so nothing was
    dropped under them.
    """
    module = import_module("saleor.discount.migrations.0052_drop_sales_constraints")
    (operation,) = module.Migration.operations
    assert isinstance(operation, migrations.RunSQL)
    assert isinstance(operation.sql, str)
    assert OLD in operation.sql
    operation.sql = operation.sql.replace(OLD, NEW)


def main() -> None:
    django.setup()
    see_that_not_null_is_no_constraint()
    call_command("migrate", no_color=True)


if __name__ == "__main__":
    main()
