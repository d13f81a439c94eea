"""Library calls: what the catalogue says of a name decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from portfolio_scan.flow.arguments import (
    argument_parser_kind,
    flag_kind,
    option_kind,
    settings_class_kind,
)
from portfolio_scan.flow.automl import automl_kind
from portfolio_scan.flow.builtin import CALLS
from portfolio_scan.flow.divisions import flow_kind
from portfolio_scan.flow.kinds_calls import (
    each_kind,
    evaluation_kind,
    gradient_kind,
    maps_kind,
    object_kind,
    tune_kind,
)
from portfolio_scan.flow.kinds_data import (
    complement_kind,
    concat_kind,
    draw_kind,
    mask_kind,
    parts_kind,
    permutation_kind,
    plain_kind,
    random_kind,
    random_split_kind,
    resampler_kind,
    seen_kind,
    split_kind,
    statistic_kind,
    subset_kind,
    wrap_dict_kind,
    wrap_kind,
)
from portfolio_scan.flow.kinds_models import (
    api_kind,
    arguments_kind,
    cross_validate_kind,
    equal_kind,
    estimator_kind,
    fit_function_kind,
    fit_step_kind,
    fitter_kind,
    folds_kind,
    layer_kind,
    loss_kind,
    metric_kind,
    pipeline_kind,
    pretrained_class_kind,
    pretrained_kind,
    tf1_train_kind,
    tokenizer_kind,
    trainer_kind,
    transformer_kind,
)
from portfolio_scan.flow.measures import evaluator_kind
from portfolio_scan.flow.origins import dataset, folder
from portfolio_scan.flow.scores import across_columns
from portfolio_scan.flow.semantics import Entry
from portfolio_scan.flow.settings import (
    compose_kind,
    default_kind,
    environment_kind,
    initialize_kind,
    instantiate_kind,
    namespace_kind,
    settings_kind,
    settings_main_kind,
    target_kind,
)
from portfolio_scan.flow.site import Site
from portfolio_scan.flow.storage import reader_kind, restore_kind, save_kind
from portfolio_scan.flow.unlisted import unlisted
from portfolio_scan.flow.values import Data, Extern
from portfolio_scan.flow.wiring import (
    chain_kind,
    decoration_kind,
    key_kind,
    node_kind,
    operator_kind,
    output_kind,
    pipeline_of_nodes_kind,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from portfolio_scan.flow.machine import Machine
    from portfolio_scan.flow.semantics import Entry
    from portfolio_scan.flow.values import Value


def call(m: Machine, name: str, site: Site) -> Value:
    """Call a library name: what the catalogue says, else what any function does."""
    if name in CALLS:
        return CALLS[name](m, site)
    entry = m.semantics.look_up(name)
    if entry is not None and entry.kind in _KINDS:
        return _KINDS[entry.kind](m, entry, name, site)
    return unlisted(m, name, site)


def seen_through(m: Machine, data: Data, name: str, site: Site) -> Value | None:
    """`df.apply(zscore)`: a library's function, given the rows; None: it takes no statistics."""
    function = site.args[0] if site.args and name in {"apply", "transform", "pipe"} else None
    if not isinstance(function, Extern) or across_columns(site, 1):
        return None
    entry = m.semantics.look_up(function.name)
    if entry is None or entry.kind != "seen":
        return None
    return call(m, function.name, Site(site.node, site.frame, site.place, [data]))


_KINDS: dict[str, Callable[[Machine, Entry, str, Site], Value]] = {
    "argument_parser": argument_parser_kind,
    "arguments": arguments_kind,
    "api": api_kind,
    "automl": automl_kind,
    "concat": concat_kind,
    "cross_validate": cross_validate_kind,
    "dataset": dataset,
    "each": each_kind,
    "equal": equal_kind,
    "estimator": estimator_kind,
    "evaluation": evaluation_kind,
    "evaluator": evaluator_kind,
    "fit_function": fit_function_kind,
    "fit_step": fit_step_kind,
    "fitter": fitter_kind,
    "flow": flow_kind,
    "folder": folder,
    "folds": folds_kind,
    "gradient": gradient_kind,
    "loss": loss_kind,
    "maps": maps_kind,
    "metric": metric_kind,
    "network": estimator_kind,
    "object": object_kind,
    "draw": draw_kind,
    "permutation": permutation_kind,
    "pipeline": pipeline_kind,
    "pretrained": pretrained_kind,
    "random": random_kind,
    "random_split": random_split_kind,
    "reader": reader_kind,
    "resampler": resampler_kind,
    "resampler_object": transformer_kind,
    "restore": restore_kind,
    "save": save_kind,
    "search": estimator_kind,
    "seen": seen_kind,
    "complement": complement_kind,
    "mask": mask_kind,
    "parts": parts_kind,
    "plain": plain_kind,
    "pretrained_class": pretrained_class_kind,
    "layer_call": layer_kind,
    "tokenizer": tokenizer_kind,
    "wrap_dict": wrap_dict_kind,
    "tf1_train": tf1_train_kind,
    "split": split_kind,
    "statistic": statistic_kind,
    "subset": subset_kind,
    "trainer": trainer_kind,
    "tune": tune_kind,
    "transformer": transformer_kind,
    "wrap": wrap_kind,
    "asset": decoration_kind,
    "chain": chain_kind,
    "key": key_kind,
    "node": node_kind,
    "node_pipeline": pipeline_of_nodes_kind,
    "operator": operator_kind,
    "output": output_kind,
    "task": decoration_kind,
    "compose": compose_kind,
    "default": default_kind,
    "environment": environment_kind,
    "flag": flag_kind,
    "initialize": initialize_kind,
    "instantiate": instantiate_kind,
    "namespace": namespace_kind,
    "option": option_kind,
    "settings": settings_kind,
    "settings_class": settings_class_kind,
    "settings_main": settings_main_kind,
    "target": target_kind,
}
KINDS = frozenset(_KINDS) | {"dataset_base", "datamodule_base", "fields", "steps"}
"""Every kind that an entry may have; the last four are classes to derive from, and never called."""
