"""Prints what `migrate` would run, as JSON; run by `fleet migrate --plan` inside a service's container."""

import json
import sys

import django
from django.core.management import CommandError
from django.db import DEFAULT_DB_ALIAS, connections, router
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import SeparateDatabaseAndState

django.setup()
alias = sys.argv[1] if len(sys.argv) > 1 else DEFAULT_DB_ALIAS
executor = MigrationExecutor(connections[alias])
conflicts = executor.loader.detect_conflicts()
if conflicts:
    raise CommandError(f"conflicting migrations, to be merged first: {conflicts}")

LOSES = {"RemoveField", "DeleteModel"}


def why_final(operation):
    """Why undoing the operation would not bring back what was; empty where it would."""
    if not operation.reversible:
        return "cannot be undone"
    if type(operation).__name__ in LOSES:
        return "undone it comes back empty: its data is gone"
    return ""


def on_database(operations):
    """What is done to the database, without what only tells Django of it."""
    for operation in operations:
        if isinstance(operation, SeparateDatabaseAndState):
            yield from on_database(operation.database_operations)
        else:
            yield operation


steps = []
for migration, _ in executor.migration_plan(executor.loader.graph.leaf_nodes()):
    operations = [
        {"does": operation.describe(), "final": why_final(operation)}
        for operation in on_database(migration.operations)
        # A router can send a model to another database; there the operation does nothing.
        if not getattr(operation, "name", None)
        or router.allow_migrate(
            alias,
            migration.app_label,
            model_name=(getattr(operation, "model_name", None) or operation.name).lower(),
        )
    ]
    steps.append({"migration": f"{migration.app_label}.{migration.name}", "operations": operations})
print(json.dumps(steps))
