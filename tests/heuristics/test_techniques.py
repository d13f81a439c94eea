"""The catalogue's techniques: every line is well-formed, is of use, and finds what it names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import heuristics
from heuristics.lexicon import WHERE, Lexicon, lexicon_of
from portfolio_scan.api import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from portfolio_scan.model import Finding, Scan

CATALOGUE = heuristics.PACK.catalogue
LEXICON = lexicon_of(CATALOGUE)
TECHNIQUES = CATALOGUE.table("techniques")
SIGNS = (
    "technique_names",
    "technique_methods",
    "technique_keywords",
    "technique_patterns",
    "technique_functions",
    "technique_texts",
)
FIELDS = {
    "techniques": {"rules", "words", "routine"},
    "technique_names": {"is", "name", "last", "keyword", "holds", "value"},
    "technique_methods": {"is", "name", "keyword", "beside", "value"},
    "technique_keywords": {"is", "name", "of", "value"},
    "technique_patterns": {"is", "in", "words", "pattern", "beside"},
    "technique_functions": {"is", "pattern"},
    "technique_texts": {"is", "path", "line"},
}
BY_CODE = {"settings-loop", "several-models", "files-in-tree", "address-in-readme", "known-set"}
"""Techniques that a heuristic finds by itself."""
SHARED = {"llm.use", "llm.structured"}
"""Questions that several heuristics put to the catalogue and none has for itself."""
EXAMPLES: Mapping[str, tuple[str, str]] = {
    "cleaning-functions": ("Stalls.clean_data", "clean_up"),
    "text-functions": ("clean_text", "text_splitter"),
    "outlier-functions": ("remove_price_outliers", "outlier_count"),
    "duplicate-functions": ("drop_duplicates", "duplicate_row"),
    "missing-functions": ("fill_missing_values", "handle_name"),
    "check-functions": ("validate_dataframe", "check_data_path"),
    "feature-functions": ("add_lag_features", "compute_feature_importance"),
    "dvc-files": ("data/stalls.csv.dvc", "docs/dvc.md"),
    "dvc-commands": ("dvc repro train", "pip install dvc"),
    "lakefs-commands": ("lakectl commit lakefs://stalls/main", "echo lakectl"),
    "kaggle-versions": ("kaggle datasets version -m new", "kaggle datasets download -d x/y"),
    "great-expectations-files": ("gx/expectations/stalls.json", "gx/stalls.json"),
    "soda-files": ("soda/checks.yml", "soda/README.md"),
    "model-addresses": ("models:/rents/3", "see models:/rents"),
    "mlflow-folders": ("mlruns/0/0123456789abcdef0123456789abcdef/meta.yaml", "mlruns/notes.md"),
    "tensorboard-files": ("runs/events.out.tfevents.17.host", "runs/events.txt"),
    "wandb-folders": ("wandb/run-20240102_030405-abc/files/x.log", "wandb/settings"),
    "sweep-commands": ("wandb sweep sweep.yaml", "wandb login"),
    "optuna-commands": ("optuna create-study --storage x", "optuna studies"),
    "nni-commands": ("nnictl create --config x.yml", "nnictl stop"),
    "dvc-run-commands": ("dvc exp run", "dvc add x"),
    "gto-commands": ("gto register rents v1", "gto show"),
    "baseline-functions": ("naive_forecast", "text_line"),
    "baseline-texts": ("Baseline accuracy: ", "baseline"),
    "confusion-functions": ("plot_confusion_matrix", "confuse"),
    "wrong-functions": ("show_misclassified", "error_message"),
    "wrong-texts": ("Worst predictions", "wrong password"),
    "residual-functions": ("plot_residuals", "residual_block"),
    "residual-texts": ("Residuals vs. fitted", "residual block"),
    "roc-functions": ("plot_roc_curve", "process"),
    "calibration-functions": ("reliability_diagram", "calibrate_camera"),
    "slice-functions": ("metrics_by_group", "evaluate_on_test"),
    "interval-functions": ("bootstrap_ci", "bootstrap_app"),
    "focal-functions": ("FocalLoss", "focal_length"),
    "imbalance-texts": ("the classes are highly imbalanced", "account balance"),
    "kaggle-commands": ("kaggle competitions download -c x", "kaggle kernels list"),
    "fetch-commands": ("wget https://example.org/stalls.csv", "wget https://example.org/setup"),
    "pull-commands": ("dvc pull", "git pull"),
    "data-addresses": ("https://example.org/stalls.csv", "https://example.org/stalls"),
    "hash-seed": ("PYTHONHASHSEED", "PYTHONPATH"),
    "cublas-settings": ("CUBLAS_WORKSPACE_CONFIG", "TF_CPP_MIN_LOG_LEVEL"),
    "seed-functions": ("seed_everything", "seed_database"),
    "cam-functions": ("compute_grad_cam", "webcam"),
    "gradient-functions": ("integrated_gradients", "gradient_step"),
    "shap-functions": ("shapley_values", "shape"),
    "permutation-functions": ("permutation_importance", "permutation"),
    "attention-functions": ("plot_attention_weights", "MultiHeadAttention"),
    "importance-functions": ("plot_feature_importance", "importance"),
    "importance-texts": ("Top 10 feature importances", "features and their importance"),
    "parity-functions": ("demographic_parity", "parity_bit"),
    "anonymise-functions": ("redact_pii", "anonymous_user"),
    "dp-functions": ("laplace_mechanism", "add_noise"),
    "federated-functions": ("fed_avg", "federated_login"),
    "flower-commands": ("flwr run .", "pip install flwr"),
    "accumulation-functions": ("accumulate_gradients", "accumulate_scores"),
    "prune-functions": ("prune_model", "prune_tree"),
    "distil-functions": ("distillation_loss", "distilbert"),
    "quantise-functions": ("quantize_model", "quantile"),
    "latency-functions": ("measure_latency", "test_inference_client"),
    "latency-texts": ("Average inference time: ", "prediction timeline"),
    "onnx-files": ("models/net.onnx", "onnx.md"),
    "tflite-files": ("app/net.tflite", "tflite.md"),
    "engine-files": ("net.trt", "net.engine"),
    "load-files": ("tests/locustfile.py", "locust.md"),
    "export-commands": ("optimum-cli export onnx -m x out", "pip install onnx"),
    "engine-commands": ("trtexec --onnx=net.onnx", "which trtexec"),
    "vllm-commands": ("vllm serve x/y", "pip install vllm"),
    "gguf-commands": ("python convert_hf_to_gguf.py x", "ls x.gguf"),
    "distributed-commands": ("torchrun --nproc_per_node 2 train.py", "python train.py"),
    "deepspeed-commands": ("deepspeed train.py", "pip install deepspeed"),
    "promptfoo_file": ("promptfooconfig.yaml", "promptfoo.md"),
    "golden_file": ("data/golden_questions.jsonl", "data/golden_gate.jpg"),
    "prompt_version_file": ("prompts/tides_v2.txt", "prompts/tides.txt"),
    "prompt_file": ("app/prompts/tides.md", "app/prompts.py"),
    "axolotl_command": ("axolotl train tune.yaml", "pip install axolotl"),
    "cache_control_string": ("cache_control", "no cache_control header"),
    "feature_store_file": ("store/feature_store.yaml", "store/feature_stores.md"),
    "dvc_stages_file": ("dvc.yaml", "dvc.lock"),
    "snakefile": ("workflow/Snakefile", "workflow/snake.py"),
    "terraform_file": ("infra/main.tf", "model.tflite"),
    "pulumi_file": ("Pulumi.yaml", "pulumi.py"),
    "cdk_file": ("cdk.json", "tokens/cdk.jsonl"),
    "serverless_file": ("serverless.yml", "serverless.md"),
    "bicep_file": ("infra/main.bicep", "biceps.csv"),
    "ansible_file": ("roles/web/tasks/main.yml", "roles/web.md"),
    "grafana_file": ("grafana/dashboards/model.json", "grafana/README.md"),
    "prometheus_file": ("ops/prometheus.yml", "ops/prometheus.md"),
    "triton_file": ("model_repository/net/config.pbtxt", "config.pbtxt"),
    "profile-commands": ("py-spy record -- python train.py", "python profile.py"),
}
"""For each pattern a text that it matches, and one that it does not."""


@pytest.mark.parametrize("table", sorted(FIELDS))
def test_lines_have_the_fields_that_are_read(table: str) -> None:
    for name, fields in CATALOGUE.table(table).items():
        assert set(fields) <= FIELDS[table], name
        for key in ("last", "value", "pattern", "path", "line"):
            re.compile(str(fields.get(key, "")))


@pytest.mark.parametrize("table", SIGNS)
def test_lines_name_techniques_that_are_listed(table: str) -> None:
    named = {str(fields["is"]) for fields in CATALOGUE.table(table).values()}
    assert named - {""} <= set(TECHNIQUES)


def test_every_technique_is_known_by_something_and_asked_for() -> None:
    known = {str(f["is"]) for table in SIGNS for f in CATALOGUE.table(table).values()}
    assert set(TECHNIQUES) - known <= BY_CODE
    ids = {one.id for one in heuristics.PACK.heuristics}
    assert {rule for one in LEXICON.techniques.values() for rule in one.rules} <= ids | SHARED


def test_words_can_follow_one_another_in_a_sentence() -> None:
    for technique in LEXICON.techniques.values():
        assert re.fullmatch(r"[A-Za-z][^.;:]*", technique.words), technique.words


def test_a_key_with_a_mark_says_its_name() -> None:
    for table in ("technique_names", "technique_methods", "technique_keywords"):
        for key, fields in CATALOGUE.table(table).items():
            assert ("#" in key) == ("name" in fields), key
            assert str(fields.get("name", key)) == key.partition("#")[0]


def test_names_are_written_as_they_are_after_the_aliases() -> None:
    aliases = set(CATALOGUE.table("aliases"))
    for key, fields in CATALOGUE.table("technique_names").items():
        name = str(fields.get("name", key))
        assert re.fullmatch(r"[A-Za-z_]\w*(\.\w+)*", name), name
        if fields["is"]:
            last = str(fields.get("last", ""))
            plain = re.fullmatch(r"\^\(?([A-Za-z]\w*)[|$)].*", last)
            called = f"{name}.{plain[1]}" if plain else name
            signs = LEXICON.of_call(called if "." in called else f"{called}.x")
            known = fields["is"] in {sign.technique for sign in signs}
            assert known or last, f"{name} cannot be met"
            assert known or plain is None or name in aliases, called


# Patterns ----------------------------------------------------------------------------------


def test_every_pattern_has_an_example() -> None:
    assert set(EXAMPLES) == set(CATALOGUE.table("technique_patterns"))


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_a_pattern_finds_its_example_and_not_the_other(name: str) -> None:
    fields: Mapping[str, Any] = CATALOGUE.table("technique_patterns")[name]
    pattern = re.compile(str(fields["pattern"]), re.IGNORECASE)
    found, other = EXAMPLES[name]
    assert fields["in"] in WHERE
    assert pattern.search(found)
    assert not pattern.search(other)
    assert any(word in found.lower() for word in fields["words"])
    assert all(word == word.lower() for word in fields["words"])


# The lexicon -------------------------------------------------------------------------------


def lexicon(**tables: Mapping[str, Mapping[str, object]]) -> Lexicon:
    return Lexicon(Catalogue(tables=tables))


def techniques(signs: Any) -> list[str]:
    return [sign.technique for sign in signs]


def test_the_longest_name_speaks_and_an_empty_one_is_silent() -> None:
    names = {"acme": {"is": "a"}, "acme.tools": {"is": "b"}, "acme.tools.Off": {"is": ""}}
    one = lexicon(technique_names=names, technique_methods={"Off": {"is": "c"}})
    assert techniques(one.of_call("acme.tools.On")) == ["b"]
    assert techniques(one.of_call("acme.other")) == ["a"]
    assert one.of_call("acme.tools.Off") == ()
    assert techniques(one.of_call("other.Off")) == ["c"]
    assert techniques(one.of_call(".Off")) == ["c"]


def test_a_name_is_looked_up_as_written_and_then_by_its_alias() -> None:
    names = {"cudf": {"is": "gpu"}, "pandas.cut": {"is": "bins"}}
    one = lexicon(technique_names=names, aliases={"modin.pandas": {"is": "pandas"}})
    assert techniques(one.of_call("modin.pandas.cut")) == ["bins"]
    assert techniques(one.of_call("cudf.read_csv")) == ["gpu"]


def test_a_last_part_that_does_not_fit_leaves_the_name_unlisted() -> None:
    one = lexicon(technique_names={"acme": {"is": "a", "last": "^log$"}})
    assert techniques(one.of_call("acme.log")) == ["a"]
    assert one.of_call("acme.login") == ()


# In a repository ---------------------------------------------------------------------------


@pytest.fixture
def judge(tmp_path: Path, scan: Callable[[Path], Scan]) -> Callable[[str, Mapping[str, str]], Any]:
    def judged(rule: str, files: Mapping[str, str]) -> Finding:
        for name, text in files.items():
            path = tmp_path / "work" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        (repository,) = scan(tmp_path / "work").repositories
        (found,) = [one for one in repository.findings if one.rule == rule]
        return found

    return judged


FIT = "from sklearn.linear_model import Ridge\n\nmodel = Ridge().fit([[1.0], [2.0]], [1, 2])\n"


def test_what_stands_in_a_test_suite_alone_is_not_counted(judge: Any) -> None:
    text = "import numpy as np\n\n\ndef test_fit():\n    np.random.seed(1)\n"
    files = {"train.py": FIT, "tests/test_train.py": text}
    assert judge("reproducibility.seeds", files).outcome.value == "absent"


def test_an_import_that_nothing_uses_is_not_counted(judge: Any) -> None:
    found = judge("responsibility.explainability", {"train.py": f"import shap\n{FIT}"})
    assert found.outcome.value == "absent"


def test_an_argument_far_down_a_long_call_is_read(judge: Any) -> None:
    filler = "".join(f"    option_{n}={n},\n" for n in range(30))
    begin = "from transformers import TrainingArguments\n\nTrainingArguments(\n"
    text = f"{begin}{filler}    fp16=True,\n)\n"
    found = judge("efficiency.training-cost", {"train.py": FIT, "tune.py": text})
    assert found.message == "Attends to the cost of training with mixed precision."


def test_more_techniques_than_are_shown_are_counted(judge: Any) -> None:
    lines = (
        "import holidays, pandas as pd, featuretools as ft, shap",
        "from sklearn.compose import ColumnTransformer",
        "from sklearn.feature_selection import RFE",
        "from sklearn.decomposition import PCA",
        "from sklearn.preprocessing import PowerTransformer, StandardScaler, TargetEncoder",
        "from sklearn.feature_extraction.text import TfidfVectorizer",
        "import librosa",
        "ColumnTransformer([]), RFE(None), PCA(), PowerTransformer(), StandardScaler()",
        "TargetEncoder(), TfidfVectorizer(), ft.dfs(), holidays.NL(), librosa.feature.mfcc()",
    )
    found = judge("data.features", {"features.py": "\n".join(lines)})
    assert found.message.endswith(" and 2 more.")
    assert len(found.evidence) == 8
