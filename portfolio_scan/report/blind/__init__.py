"""Blind review: dossiers that do not say whose work they show."""

from portfolio_scan.report.blind.blinding import Blinded, blind
from portfolio_scan.report.blind.table import BlindTable, Person

__all__ = ["BlindTable", "Blinded", "Person", "blind"]
