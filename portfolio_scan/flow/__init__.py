"""Value flow: which value came from where, over the programs of one repository.

Generic Python stands here; what an API *means* for data and models comes from the catalogue of
the heuristics pack. `trace_repository` is the way in, docs/flow.md the description; `problems` says
what is wrong with a catalogue's lines.
"""

from portfolio_scan.flow.grammar import problems
from portfolio_scan.flow.launches import find_commands
from portfolio_scan.flow.tracing import trace_repository

__all__ = ["find_commands", "problems", "trace_repository"]
