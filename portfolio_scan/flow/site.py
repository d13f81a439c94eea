"""Site: one call with its arguments evaluated."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from portfolio_scan.flow.frame import Frame
from portfolio_scan.flow.text import names_in
from portfolio_scan.flow.values import Const, Data, Model, Value, data_in, merge
from portfolio_scan.model import Place
from portfolio_scan.parsing import program as ir


@dataclass(slots=True)
class Site:
    """One call: its arguments, evaluated, and where it stands."""

    node: ir.Call
    frame: Frame
    place: Place
    args: list[Value] = field(default_factory=list)
    named: dict[str, Value] = field(default_factory=dict)

    def arg(self, index: int | None, *names: str) -> Value | None:
        """An argument by position or by one of its names."""
        for name in names:
            if name in self.named:
                return self.named[name]
        if index is not None and index < len(self.args):
            return self.args[index]
        return None

    def data(self, index: int | None, *names: str) -> Data | None:
        """An argument's examples."""
        return data_in(self.arg(index, *names))

    def text(self, index: int | None, *names: str) -> str:
        """A literal string argument; empty where there is none."""
        value = self.arg(index, *names)
        return value.value if isinstance(value, Const) and isinstance(value.value, str) else ""

    def all_data(self, *, without: Collection[str] = ()) -> Data | None:
        """The examples of all arguments together, but for those of some names."""
        values = self.args
        if self.named:
            values = [*values, *(v for name, v in self.named.items() if name not in without)]
        found: Data | None = None
        for value in values:
            inner = data_in(value)
            if inner is not None:
                found = inner if found is None else merge(found, inner)
        return found

    def expression(self, index: int, *names: str) -> ir.Expr | None:
        """What is written for an argument, by one of its names or by position."""
        for arg in self.node.args:
            if arg.name in names:
                return arg.value
        plain = [a.value for a in self.node.args if not a.name and not a.star]
        return plain[index] if index < len(plain) else None

    def texts(self) -> list[str]:
        """All literal string arguments."""
        values = (*self.args, *self.named.values())
        return [v.value for v in values if isinstance(v, Const) and isinstance(v.value, str)]

    def names(self) -> set[str]:
        """Names in the expressions of the call's arguments."""
        return {n for a in self.node.args for n in names_in(a.value)}

    def words(self) -> set[str]:
        """Every name that the call's arguments mention, keywords and literal keys included."""
        return {n for a in self.node.args for n in names_in(a.value, keys=True)} | set(self.named)


def predict(model: Model | None, site: Site) -> Data:
    """Predictions of a model for the rows it is given."""
    data = site.all_data() or Data()
    ids = frozenset({model.id}) if model else frozenset()
    # What went in may be an answer itself (an encoder's, a generator's): its model has a part.
    return data.but(models=data.models | ids, role="", target=False)
