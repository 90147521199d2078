"""The tree of a condition, checked against the whitelist and written as SQL. Reading SQL is slow to start: only a condition
that `rules/conditions.json` does not know comes here.
"""

from collections.abc import Callable, Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from rules.condition import FUNCTIONS, Compiled, ConditionError, Name, Scope, Type

_REFUSED: dict[type[exp.Expr], tuple[str, str]] = {
    exp.Case: ("CASE is not allowed", "say it with AND, OR and NOT; a missing fact must stay unknown"),
    exp.Coalesce: ("COALESCE is not allowed", "a missing fact must stay unknown"),
    exp.If: ("IIF is not allowed", "say it with AND, OR and NOT"),
    exp.Is: ("IS and IS NOT are not allowed", "they turn a missing fact into a verdict; compare with = or <>"),
    exp.Null: ("NULL is not allowed", "a missing fact gives not assessed by itself"),
    exp.Exists: ("EXISTS is not allowed", "a rule reads one fact table"),
    exp.Subquery: ("a subquery is not allowed", "a rule reads one fact table"),
    exp.Select: ("SELECT is not allowed", "write one expression over the columns of the subject"),
    exp.Div: ("division is not allowed", "multiply the other side instead"),
    exp.Mod: ("division is not allowed", "multiply the other side instead"),
    exp.Glob: ("GLOB is not allowed", "use LIKE"),
    exp.RegexpLike: ("REGEXP is not allowed", "use LIKE, or a flag in the fact table"),
    exp.Cast: ("CAST is not allowed", "compare values of one type"),
    exp.DPipe: ("|| is not allowed", "compare the parts one by one"),
    exp.Collate: ("COLLATE is not allowed", "use lower(…)"),
}
_COMPARISONS: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
_ORDINARY_PARTS = frozenset({"this", "expression", "expressions"})
_PARTS: dict[type[exp.Expr], frozenset[str]] = {
    exp.In: frozenset({"this", "expressions", "negate", "query", "unnest", "field"}),
    exp.Between: frozenset({"this", "low", "high", "negate"}),
    exp.Like: frozenset({"this", "expression", "negate"}),
    exp.Literal: frozenset({"this", "is_string"}),
    exp.Column: frozenset({"this", "table", "db", "catalog"}),
}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*"}


def compile_tree(text: str, scope: Scope) -> Compiled:
    """Check an expression against the whitelist and write it as SQL. Raises ConditionError; the root must be boolean."""
    try:
        trees = sqlglot.parse(text, read="sqlite")
    except (SqlglotError, RecursionError) as error:
        raise ConditionError("not an SQL expression", str(error).splitlines()[0].rstrip(".")) from error
    if len(trees) != 1 or trees[0] is None:
        raise ConditionError("not one SQL expression", "write exactly one condition")
    compiler = _Compiler(scope)
    try:
        sql, kind = compiler.write(trees[0])
    except RecursionError as error:
        raise ConditionError("nested too deeply", "split the rule") from error
    if kind != "boolean":
        raise ConditionError(f"the condition is of type {kind}, not true or false", "compare it with something")
    return Compiled(
        sql, kind, frozenset(compiler.columns), frozenset(compiler.parameters), frozenset(compiler.qualified)
    )


class _Compiler:
    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.columns: set[str] = set()
        self.parameters: set[str] = set()
        self.qualified: set[str] = set()

    def write(self, node: exp.Expr) -> tuple[str, Type]:
        refused = next((reason for kind, reason in _REFUSED.items() if isinstance(node, kind)), None)
        if refused is not None:
            raise ConditionError(*refused)
        more = sorted(
            key for key, value in node.args.items() if value and key not in _PARTS.get(type(node), _ORDINARY_PARTS)
        )
        if more:
            raise ConditionError(
                f"{node.key.upper()} with {', '.join(more)} is not allowed in {node.sql(dialect='sqlite')}"
            )
        if type(node) in _COMPARISONS:
            return self._compare(node)
        if type(node) in _ARITHMETIC:
            left, right = (self._typed(node.args[side], "integer") for side in ("this", "expression"))
            return f"({left} {_ARITHMETIC[type(node)]} {right})", "integer"
        writers: dict[type[exp.Expr], Callable[..., tuple[str, Type]]] = {
            exp.And: self._logic,
            exp.Or: self._logic,
            exp.Not: self._not,
            exp.Paren: lambda found: self.write(found.this),
            exp.Neg: lambda found: (f"(- {self._typed(found.this, 'integer')})", "integer"),
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.Literal: _literal,
            exp.HexString: lambda found: (str(int(found.this, 16)), "integer"),
            exp.Boolean: lambda found: ("1" if found.this else "0", "boolean"),
            exp.Column: self._column,
            exp.Placeholder: self._parameter,
        }
        return writers.get(type(node), self._function)(node)

    def _typed(self, node: exp.Expr, wanted: Type) -> str:
        sql, kind = self.write(node)
        if kind != wanted:
            raise ConditionError(f"{node.sql(dialect='sqlite')} is of type {kind}, not {wanted}", "do not mix types")
        return sql

    def _logic(self, node: exp.Expr) -> tuple[str, Type]:
        word = "AND" if isinstance(node, exp.And) else "OR"
        left, right = (self._typed(node.args[side], "boolean") for side in ("this", "expression"))
        return f"({left} {word} {right})", "boolean"

    def _not(self, node: exp.Expr) -> tuple[str, Type]:
        return f"(NOT {self._typed(node.this, 'boolean')})", "boolean"

    def _same_type(self, nodes: list[exp.Expr]) -> tuple[list[str], Type]:
        written = [self.write(node) for node in nodes]
        kinds = {kind for _, kind in written}
        if len(kinds) != 1:
            parts = ", ".join(
                f"{node.sql(dialect='sqlite')} is {kind}" for node, (_, kind) in zip(nodes, written, strict=True)
            )
            raise ConditionError(f"mixed types: {parts}", "SQLite would compare them without complaint, and wrongly")
        return [sql for sql, _ in written], kinds.pop()

    def _compare(self, node: exp.Expr) -> tuple[str, Type]:
        (left, right), kind = self._same_type([node.this, node.expression])
        sign = _COMPARISONS[type(node)]
        if kind == "boolean" and sign not in ("=", "<>"):
            raise ConditionError(f"{sign} does not order true and false", "use = or <>")
        return f"({left} {sign} {right})", "boolean"

    def _in(self, node: exp.Expr) -> tuple[str, Type]:
        items = node.expressions
        if node.args.get("query") is not None or node.args.get("unnest") or node.args.get("field"):
            raise ConditionError("a subquery is not allowed", "IN takes a list of values")
        if not items:
            raise ConditionError("IN needs a list that is not empty", "an empty list would defeat a missing fact")
        (left, *right), _ = self._same_type([node.this, *items])
        return _maybe_not(node, f"({left} IN ({', '.join(right)}))")

    def _between(self, node: exp.Expr) -> tuple[str, Type]:
        (value, low, high), kind = self._same_type([node.this, node.args["low"], node.args["high"]])
        if kind == "boolean":
            raise ConditionError("BETWEEN does not order true and false", "use = or <>")
        return _maybe_not(node, f"({value} BETWEEN {low} AND {high})")

    def _like(self, node: exp.Expr) -> tuple[str, Type]:
        value, pattern = (self._typed(node.args[side], "text") for side in ("this", "expression"))
        return _maybe_not(node, f"({value} LIKE {pattern})")

    def _column(self, node: exp.Expr) -> tuple[str, Type]:
        parts = [node.args.get(part) for part in ("catalog", "db", "table", "this")]
        names = [part for part in parts if part is not None]
        if any(not isinstance(part, exp.Identifier) or part.quoted for part in names):
            raise ConditionError("double quotes and other quoted names are not allowed", "text stands in single quotes")
        column = names[-1].name
        if len(names) > 2:
            raise ConditionError(f"{node.sql(dialect='sqlite')} is no column", "write column or asset.column")
        if len(names) == 2:
            return self._qualified(names[0].name, column)
        if column not in self.scope.columns:
            raise ConditionError(f"no column {column}", _nearest(column, self.scope.columns))
        self.columns.add(column)
        found = self.scope.columns[column]
        return found.sql, found.type

    def _qualified(self, table: str, column: str) -> tuple[str, Type]:
        if table not in self.scope.qualified:
            raise ConditionError(
                f"no table {table} here", "columns of the subject stand alone; others are asset.… and question.…"
            )
        known = self.scope.qualified[table]
        if column not in known:
            raise ConditionError(f"no column {table}.{column}", _nearest(column, known))
        self.qualified.add(f"{table}.{column}")
        return known[column].sql, known[column].type

    def _parameter(self, node: exp.Expr) -> tuple[str, Type]:
        name = node.name
        if name not in self.scope.parameters:
            raise ConditionError(f"no parameter :{name}", "declare it under parameters")
        self.parameters.add(name)
        found = self.scope.parameters[name]
        return found.sql, found.type

    def _function(self, node: exp.Expr) -> tuple[str, Type]:
        name = node.name.lower() if isinstance(node, exp.Anonymous) else node.key
        if not isinstance(node, exp.Func) or name not in FUNCTIONS:
            what = f"the function {name}" if isinstance(node, exp.Func) else f"{node.key.upper()}"
            raise ConditionError(f"{what} is not allowed", f"functions are {', '.join(sorted(FUNCTIONS))}")
        wanted, result = FUNCTIONS[name]
        arguments = node.expressions if isinstance(node, exp.Anonymous) else [node.this]
        if len(arguments) != len(wanted):
            raise ConditionError(f"{name} takes {len(wanted)} argument(s)", "")
        written = [self._typed(argument, kind) for argument, kind in zip(arguments, wanted, strict=True)]
        if name == "day_number" and written == [":as_of"]:
            return ":as_of_day", result  # the same for every row
        return f"{name}({', '.join(written)})", result


def _maybe_not(node: exp.Expr, sql: str) -> tuple[str, Type]:
    return (f"(NOT {sql})" if node.args.get("negate") else sql), "boolean"


def _literal(node: exp.Expr) -> tuple[str, Type]:
    if node.args.get("is_string"):
        if "\x00" in node.name:
            raise ConditionError("NUL in a text", "remove it")
        return "'" + node.name.replace("'", "''") + "'", "text"
    if not node.name.isascii() or not node.name.isdigit() or int(node.name) >= 1 << 62:
        raise ConditionError(f"{node.name} is not an integer", "facts are integers, text or true/false")
    return str(int(node.name)), "integer"


def _nearest(word: str, known: Mapping[str, Name]) -> str:
    import difflib

    close = difflib.get_close_matches(word, sorted(known), 3)
    return f"did you mean {' or '.join(close)}?" if close else f"known: {', '.join(sorted(known))}"
