"""Signs that something is trained, where no training could be followed.

Each is reason enough to say that it could not be told, and none to say that something is trained.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from heuristics.techniques import is_test

if TYPE_CHECKING:
    from portfolio_scan.api import RepositoryContext

_METHODS = re.compile(
    r"(?i)bayes|gini|entropy|information_?gain|back_?prop|gradient_?descent|perceptron|kmeans|k_means"
    r"|nearest_?neighbou?r|(^|_)knn($|_)|decision_?tree|forward_?prop|q_?learning|markov_?chain"
    r"|viterbi|baum_?welch|expectation_?maximi|neural_?net|^backward$"
    r"|^(mutate|mutation|crossover|fitness)(_(function|population|individual|score))?$"
)
_GAMES = frozenset(
    {"gym", "gymnasium", "pettingzoo", "ale_py", "dm_control", "retro", "procgen", "minigrid"}
)
_FITTING = re.compile(
    r"(^|\.)(curve_fit|least_squares|lstsq|differential_evolution|CustomTrainingJob"
    r"|CustomContainerTrainingJob|CustomPythonPackageTrainingJob)$"
    r"|^scipy\.optimize\.(minimize|fmin\w*)$|^(pymc3?|numpyro|cmdstanpy|pystan|emcee|bambi)\..*\b"
    r"(sample|fit|sampling|run|run_mcmc|MCMC)$"
)
_CONFIGURED = re.compile(
    r"(?m)^\s*(do_train:\s*(true|yes)\b|stage:\s*(sft|pt|dpo|kto|rm|ppo)\b|task\s*[=:]\s*train\s*$"
    r"|micro_batch_size:\s*\d|per_device_train_batch_size:\s*\d|num_train_epochs:\s*\d)"
)
_CONFIGS = re.compile(r"(?i)\.(ya?ml|json|toml|cfg|conf|ini)$")


def learnt_by_hand(context: RepositoryContext) -> str:
    """Why a model may be learnt by code of its author's own; empty: nothing says so."""
    for unit in context.units:
        if is_test(unit.path):
            continue
        for definition in unit.definitions:
            name = definition.name.rpartition(".")[2]
            if _METHODS.search(name):
                return (
                    f"{name} in {unit.path} is named after learning, and no training could be "
                    "followed into it"
                )
        for call in unit.calls:
            if _FITTING.search(call.name):
                what = call.name.rpartition(".")[2]
                return f"{what} in {unit.path} finds parameters, and whose could not be told"
        if any(one.module.partition(".")[0] in _GAMES for one in unit.imports):
            return f"{unit.path} acts in a game, and how it learns could not be followed"
    return ""


def configured(context: RepositoryContext) -> str:
    """Why a tool may train by the settings in the tree; empty: there are none for it."""
    for path, text in sorted(context.texts.items()):
        if _CONFIGS.search(path) and _CONFIGURED.search(text):
            return f"{path} holds settings of a training, and what trains by them was not found"
    return ""
