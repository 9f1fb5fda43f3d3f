"""Reviews the migrations that `migrate` would apply, with the code and the database of where it runs.

    python -c <this> [--test] [--database=<alias>] [-- <command>...]

It prints one line of JSON, which ops/django/migrations/review.ts reads. With a command it becomes
that command next, unless a backup comes first: then it ends with 75 and has touched nothing. What
it cannot judge needs a backup. It needs Django alone.
"""

import json
import os
import re
import sys

BACKUP_FIRST = 75
# The words of a review; docs/migrations.md explains them.
FINAL = "cannot be undone"
BREAKS = "breaks the code that still serves"
LOSES = "loses data"
UNJUDGED = "not judged"
LOCKS = "locks"

# An entry of Cloud Logging may have 256 KB.
LONGEST_SQL = 100_000
# The tables of a database into which nothing was migrated yet.
BARE = {"django_migrations", "spatial_ref_sys"}


def main(arguments):
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options, command = arguments[:at], arguments[at + 1 :]
    try:
        named = [given.partition("=")[2] for given in options if given.startswith("--database=")]
        told = review(*(named or ["default"]), in_test="--test" in options)
    except Exception as error:
        if not command:
            raise
        why = {"kind": UNJUDGED, "says": f"{type(error).__name__}: {error}"}
        told = {"vendor": "", "steps": [], "backup": [in_words(why)]}
    message = "\n".join(lines_of(told))
    print(json.dumps({"severity": "INFO", "message": message, "review": told}), flush=True)
    if not command:
        return
    if told["backup"]:
        sys.exit(BACKUP_FIRST)
    os.execvp(command[0], command)


def lines_of(told):
    yield f"migrations: {len(told['steps'])} to apply"
    for step in told["steps"]:
        yield f"  {step['migration']}"
        for finding in step["findings"]:
            yield f"    [{in_words(finding)}]"
        for operation in step["operations"]:
            notes = "".join(f"  [{in_words(finding)}]" for finding in operation["findings"])
            yield f"    {operation['does']}{notes}"
    for why in told["backup"]:
        yield f"  a backup comes first: {why}"


def in_words(finding):
    return f"{finding['kind']}: {finding['says']}"


def review(alias, *, in_test=False, applied=None):
    """What `migrate` would do to a database, or to its test database, or what these did; why a backup comes first."""
    import django

    django.setup()
    from django.core.management import get_commands
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor
    from django.db.migrations.state import ProjectState

    connection = connections[alias]
    whose = get_commands()["migrate"]
    if applied is None and whose != "django.core":
        why = {"kind": UNJUDGED, "says": f"the command migrate is that of {whose}"}
        return {"vendor": connection.vendor, "steps": [], "backup": [in_words(why)]}
    if in_test:
        connection.settings_dict["NAME"] = connection.creation._get_test_db_name()
    executor = MigrationExecutor(connection)
    conflicts = executor.loader.detect_conflicts()
    if conflicts:
        # `migrate` refuses them itself, before it touches anything.
        problem = f"conflicting migrations, to be merged first: {conflicts}"
        return {"vendor": connection.vendor, "steps": [], "backup": [], "problem": problem}
    targets = executor.loader.graph.leaf_nodes()
    pending = {migration for migration, _ in executor.migration_plan(targets)}
    if applied is not None:
        everything = executor.migration_plan(targets, clean_start=True)
        pending = {each for each, _ in everything if f"{each.app_label}.{each.name}" in applied}
    is_empty = set(connection.introspection.table_names()) <= BARE
    judge = Judge(connection, nothing_to_lose=is_empty)
    state, steps = ProjectState(real_apps=executor.loader.unmigrated_apps), []
    for migration, _ in executor.migration_plan(targets, clean_start=True) if pending else []:
        if migration in pending:
            steps.append(judge.step(migration, state))
        state = migration.mutate_state(state, preserve=False)
    findings = [
        (step["migration"], finding)
        for step in steps
        for operation in step["operations"]
        for finding in operation["findings"]
    ]
    reasons = [
        f"{name}: {in_words(each)}" for name, each in findings if each["kind"] in (LOSES, UNJUDGED)
    ]
    version = (
        getattr(connection, "pg_version", 0) // 10000 if connection.vendor == "postgresql" else 0
    )
    connections.close_all()
    told = {"vendor": connection.vendor, "steps": steps, "backup": reasons}
    return {**told, "version": version} if version else told


class Judge:
    """Judges migrations in their order; what is done to a table or column that they make concerns nobody."""

    def __init__(self, connection, *, nothing_to_lose):
        self.connection = connection
        self.nothing_to_lose = nothing_to_lose
        # Tables, as (app, model), and columns, as (app, model, field).
        self.made = set()
        # Whether the migration at hand has taken the limit for waiting away.
        self.waits = False

    def step(self, migration, state):
        sql, why = self.sql(migration, state)
        operations, before, self.waits = [], state.clone(), False
        for operation in migration.operations:
            after = before.clone()
            operation.state_forwards(migration.app_label, after)
            operations += self.operations(operation, migration.app_label, before, after)
            before = after
        return {
            "migration": f"{migration.app_label}.{migration.name}",
            "operations": operations,
            "findings": [{"kind": UNJUDGED, "says": f"what locks, {why}"}] if why else [],
            "sql": sql,
        }

    def sql(self, migration, state):
        """What `sqlmigrate` prints, or why it cannot: an operation's own code would really run, and before any backup."""
        if not all(map(only_sql, migration.operations)):
            return "", "for it runs code of its own"
        try:
            with self.connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
                migration.apply(state.clone(), editor, collect_sql=True)
                for statement in editor.deferred_sql:
                    editor.execute(statement, None)
                # A default's code may have written something: the transaction takes it back.
                raise Collected
        except Collected:
            pass
        except Exception as error:
            return "", f"for its SQL depends on what is not applied yet: {error}"
        sql = "\n".join(editor.collected_sql)
        if len(sql) > LONGEST_SQL:
            return "", "for its SQL is too long"
        is_one = migration.atomic and self.connection.features.can_rollback_ddl
        return (f"BEGIN;\n{sql}\nCOMMIT;" if is_one else sql), ""

    def operations(self, operation, app, before, after):
        """An operation as the database sees it: one, several or none."""
        name = type(operation).__name__
        if name == "SeparateDatabaseAndState":
            found = []
            for inner in operation.database_operations:
                then = before.clone()
                inner.state_forwards(app, then)
                found += self.operations(inner, app, before, then)
                before = then
            for inner in operation.state_operations:
                self.move(inner, app)
            return found
        # Only Django's own operations are known to ask a router.
        if of_django(operation) and not self.is_here(operation, app, before, after):
            return []
        findings = list(self.finals(operation))
        for kind, says in self.findings(operation, app, before, after):
            if not self.nothing_to_lose:
                findings.append((kind, says))
        self.move(operation, app)
        return [
            {
                "does": operation.describe(),
                "findings": [{"kind": kind, "says": says} for kind, says in findings],
            }
        ]

    def is_here(self, operation, app, before, after):
        """Whether a router lets it do anything to this database."""
        from django.db import router

        names = (getattr(operation, each, None) for each in ("model_name", "new_name", "name"))
        name = next(filter(None, names), None)
        for state in (after, before):
            if name and (app, name.lower()) in state.models:
                model = state.apps.get_model(app, name)
                return operation.allow_migrate_model(self.connection.alias, model)
        hints = getattr(operation, "hints", None) or {}
        return router.allow_migrate(self.connection.alias, app, **hints)

    def move(self, operation, app):
        """Lets what was made go by its new name, and a name that is free again mean nothing."""
        name = type(operation).__name__
        if name == "RenameModel":
            own = {each for each in self.made if each[:2] == (app, operation.old_name_lower)}
            self.made -= own
            self.made |= {(app, operation.new_name_lower, *each[2:]) for each in own}
        elif name == "RenameField":
            model = (app, operation.model_name_lower)
            if (*model, operation.old_name_lower) in self.made:
                self.made -= {(*model, operation.old_name_lower)}
                self.made |= {(*model, operation.new_name_lower)}
        elif name == "RemoveField":
            self.made -= {(app, operation.model_name_lower, operation.name_lower)}
        elif name == "DeleteModel":
            model = (app, operation.name_lower)
            self.made = {each for each in self.made if each[:2] != model}

    def finals(self, operation):
        if not operation.reversible:
            yield FINAL, "nothing takes it back"
        elif type(operation).__name__ in ("RemoveField", "DeleteModel"):
            yield FINAL, "taken back it is empty, for its data is gone"

    def findings(self, operation, app, before, after):
        """What breaks or is lost; an operation that is not Django's own is not known."""
        name = type(operation).__name__
        if not of_django(operation):
            yield UNJUDGED, f"{name} is no operation of Django's"
            return
        model, field = (
            getattr(operation, "model_name_lower", None),
            getattr(operation, "name_lower", None),
        )
        # An index made concurrently waits for the snapshots of whoever uses the database.
        is_new = bool({(app, model), (app, model, field)} & self.made)
        if model and is_new and name != "AddIndexConcurrently":
            return
        judged = getattr(self, name, None)
        if judged:
            yield from judged(operation, app, before, after)
        elif name not in HARMLESS:
            yield UNJUDGED, f"{name} is not known to this review"

    def table(self, state, app, name):
        return state.apps.get_model(app, name)._meta.db_table

    def field(self, state, app, operation, name=None):
        """A field; None where it is no column."""
        model = state.apps.get_model(app, operation.model_name)
        field = model._meta.get_field(name or operation.name)
        return field if field.concrete and field.column and not field.many_to_many else None

    def place(self, field):
        return f"{field.model._meta.db_table}.{field.column}"

    def type(self, field):
        return field.db_parameters(connection=self.connection)["type"] or ""

    def check(self, field):
        return field.db_parameters(connection=self.connection).get("check") or ""

    def CreateModel(self, operation, app, before, after):
        self.made.add((app, operation.name_lower))
        yield from ()

    def DeleteModel(self, operation, app, before, after):
        if (app, operation.name_lower) in self.made:
            return
        table = self.table(before, app, operation.name)
        yield BREAKS, f"table {table} is dropped"
        yield LOSES, f"table {table} is dropped with its rows"

    def RenameModel(self, operation, app, before, after):
        if (app, operation.old_name_lower) in self.made:
            return
        old = self.table(before, app, operation.old_name)
        new = self.table(after, app, operation.new_name)
        if old != new:
            yield BREAKS, f"table {old} is renamed to {new}"

    def AlterModelTable(self, operation, app, before, after):
        if (app, operation.name_lower) in self.made:
            return
        old = self.table(before, app, operation.name)
        new = self.table(after, app, operation.name)
        if old != new:
            yield BREAKS, f"table {old} is renamed to {new}"

    def AddField(self, operation, app, before, after):
        self.made.add((app, operation.model_name_lower, operation.name_lower))
        field = self.field(after, app, operation)
        if field is None or field.null or getattr(field, "generated", False):
            return
        if not has_default(field):
            yield BREAKS, f"column {self.place(field)} {NEEDS_A_VALUE}"

    def RemoveField(self, operation, app, before, after):
        model = before.apps.get_model(app, operation.model_name)
        field = model._meta.get_field(operation.name)
        if field.many_to_many:
            if not field.remote_field.through._meta.auto_created:
                return
            what = f"table {field.remote_field.through._meta.db_table} is dropped"
            yield BREAKS, what
            yield LOSES, f"{what} with its rows"
        elif field.column:
            yield BREAKS, f"column {self.place(field)} is dropped"
            yield LOSES, f"column {self.place(field)} is dropped with its values"

    def RenameField(self, operation, app, before, after):
        old = self.field(before, app, operation, operation.old_name)
        new = self.field(after, app, operation, operation.new_name)
        if old is not None and new is not None and old.column != new.column:
            yield BREAKS, f"column {self.place(old)} is renamed to {new.column}"

    def AlterField(self, operation, app, before, after):
        old, new = self.field(before, app, operation), self.field(after, app, operation)
        if old is None or new is None:
            if old is not new:
                yield UNJUDGED, f"{operation.name} becomes another kind of field"
            return
        place = self.place(new)
        if old.column != new.column:
            yield BREAKS, f"column {self.place(old)} is renamed to {new.column}"
        from_type, to_type = self.type(old), self.type(new)
        if not widens(from_type, to_type):
            changes = f"the type of column {place} goes from {from_type} to {to_type}"
            yield BREAKS, changes
            yield LOSES, f"{changes}, and what does not fit is cut or refused"
        if old.null and not new.null:
            yield BREAKS, f"column {place} becomes NOT NULL"
            yield LOSES, f"column {place} becomes NOT NULL, and its empty values get the default"
        elif not new.null and has_default(old) and not has_default(new):
            yield BREAKS, f"column {place} {NEEDS_A_VALUE}"
        if new.unique and not old.unique:
            yield BREAKS, f"column {place} becomes unique"
        check = self.check(new)
        if check and check != self.check(old).replace(old.column, new.column):
            yield BREAKS, f"column {place} gets the constraint {check}"
        if getattr(new, "db_constraint", False) and related(new) != related(old):
            yield BREAKS, f"column {place} refers to {related(new)}"

    def AddIndexConcurrently(self, operation, app, before, after):
        if not self.waits:
            yield LOCKS, f"index {operation.index.name} {MAY_BE_INVALID}"

    def AddConstraint(self, operation, app, before, after):
        table = self.table(after, app, operation.model_name)
        yield BREAKS, f"table {table} gets the constraint {operation.constraint.name}"

    def AddConstraintNotValid(self, operation, app, before, after):
        yield from self.AddConstraint(operation, app, before, after)

    def AlterUniqueTogether(self, operation, app, before, after):
        if (app, operation.name_lower) in self.made:
            return
        had, gets = (
            {
                tuple(fields)
                for fields in state.models[app, operation.name_lower].options.get("unique_together")
                or ()
            }
            for state in (before, after)
        )
        for fields in gets - had:
            table = self.table(after, app, operation.name)
            yield BREAKS, f"table {table}: {', '.join(fields)} become unique together"

    def AlterOrderWithRespectTo(self, operation, app, before, after):
        if (app, operation.name_lower) in self.made:
            return
        column = f"column {self.table(after, app, operation.name)}._order"
        if operation.order_with_respect_to:
            yield BREAKS, f"{column} {NEEDS_A_VALUE}"
        else:
            yield BREAKS, f"{column} is dropped"
            yield LOSES, f"{column} is dropped with its values"

    def RunPython(self, operation, app, before, after):
        if operation.code is not type(operation).noop:
            yield UNJUDGED, f"it runs {getattr(operation.code, '__name__', 'code')}()"

    def RunSQL(self, operation, app, before, after):
        limit = isinstance(operation.sql, str) and LIMIT.fullmatch(operation.sql.strip())
        if limit:
            self.waits = bool(limit["none"])
        elif operation.sql:
            yield UNJUDGED, "it runs SQL of its own"


NEEDS_A_VALUE = (
    "is NOT NULL without a default of the database's: rows of the code of before are refused"
)

MAY_BE_INVALID = (
    "waits for writers and older snapshots: where lock_timeout ends that, it is left INVALID and no later"
    ' update can make it; begin with RunSQL("SET lock_timeout = 0", "RESET lock_timeout")'
)
LIMIT = re.compile(
    r"(?:SET lock_timeout (?:=|TO) (?P<none>'?0'?)|RESET lock_timeout);?", re.IGNORECASE
)

# The operations of Django that neither lose data nor break code.
HARMLESS = {
    *("AddIndex", "RemoveIndex", "RemoveIndexConcurrently", "RenameIndex"),
    *("RemoveConstraint", "ValidateConstraint", "AlterConstraint", "AlterIndexTogether"),
    *("AlterModelOptions", "AlterModelManagers", "AlterModelTableComment"),
    *("CreateExtension", "BloomExtension", "BtreeGinExtension", "BtreeGistExtension"),
    *("CITextExtension", "CryptoExtension", "HStoreExtension", "TrigramExtension"),
    *("UnaccentExtension", "CreateCollation"),
}


class Collected(Exception):
    """Ends a transaction that was not to change anything."""


def of_django(operation):
    return type(operation).__module__.startswith("django.")


def only_sql(operation, *, is_inner=False):
    """Whether collecting its SQL runs nothing; Django leaves RunPython out, unless another operation holds it."""
    name = type(operation).__name__
    if not of_django(operation) or (is_inner and not operation.reduces_to_sql):
        return False
    inner = operation.database_operations if name == "SeparateDatabaseAndState" else []
    return all(only_sql(each, is_inner=True) for each in inner)


WHOLE = ["smallint", "integer", "bigint"]


def has_default(field):
    """Whether the database gives a value to who names none; Django 4 had no such defaults."""
    has = getattr(field, "has_db_default", None)
    if has:
        return has()
    from django.db.models import NOT_PROVIDED

    return getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED


def related(field):
    return field.related_model._meta.label if field.related_model else ""


def widens(old, new):
    """Whether every value of the old type is one of the new, and the code of before bears it."""
    if old == new or (old in WHOLE and new in WHOLE and WHOLE.index(old) < WHOLE.index(new)):
        return True
    length = re.fullmatch(r"varchar\((\d+)\)", old)
    if length and new in ("varchar", "text", "longtext"):
        return True
    longer = re.fullmatch(r"varchar\((\d+)\)", new)
    return bool(length and longer and int(length[1]) <= int(longer[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
