"""A pack with one heuristic, about model cards."""

from importlib import resources

from model_card_rules.model_card import ModelCard
from portfolio_scan.api import Pack, read_accuracy, read_catalogue

__all__ = ["PACK"]

_FILES = resources.files(__name__)

PACK = Pack(
    id="model-card",
    version="1.0",
    heuristics=(ModelCard,),
    catalogue=read_catalogue(_FILES / "catalogue"),
    accuracy=read_accuracy(_FILES / "accuracy.toml"),
)
