"""Evidence-backed dossiers about the machine-learning work in a GitHub portfolio.

    dossier = portfolio_scan.scan("handle-or-path")
    dossier = portfolio_scan.load("stored.json")

The names are looked up on first use: importing the package loads nothing else.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from portfolio_scan.dossier import Dossier, load, scan

__version__ = "0.1.0"
__all__ = ["Dossier", "__version__", "load", "scan"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from portfolio_scan import dossier  # noqa: PLC0415 - as said above

    return getattr(dossier, name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
