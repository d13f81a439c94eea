"""The catalogue's tables beside calls: every line finds its example, and not the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

import heuristics

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from portfolio_scan.model import Finding, Scan

CATALOGUE = heuristics.PACK.catalogue

FUNCTIONS: Mapping[str, tuple[str, str]] = {
    "chunk_functions": ("split_text_into_chunks", "split_train_test"),
    "embed_functions": ("get_embedding", "embed_youtube_video"),
    "rerank_functions": ("rerank_documents", "rank_players"),
    "retrieval_metric_functions": ("recall_at_k", "recall_score"),
    "judge_functions": ("llm_judge", "judge_contest"),
    "answer_evaluation_functions": ("evaluate_answers", "evaluate_model"),
    "grounding_functions": ("check_citations", "check_path"),
    "source_functions": ("format_citations", "format_date"),
    "dispatch_functions": ("execute_tool_call", "execute_query"),
    "token_functions": ("count_tokens", "count_rows"),
    "cost_functions": ("estimate_llm_cost", "cost_function"),
    "budget_functions": ("trim_history", "trim_image"),
    "drift_functions": ("detect_data_drift", "draw_driftwood"),
}
TEXTS: Mapping[str, tuple[str, str, str]] = {
    "argo_manifest": ("a.yaml", "apiVersion: argoproj.io/v1alpha1", "apiVersion: v1"),
    "cloudformation_template": ("a.yml", "AWSTemplateFormatVersion: '2010-09-09'", "Version: 1"),
    "seldon_manifest": ("a.yaml", "apiVersion: machinelearning.seldon.io/v1", "kind: Seldon"),
    "kserve_manifest": ("a.yaml", "apiVersion: serving.kserve.io/v1beta1", "apiVersion: v1"),
    "tf_serving_image": (
        "Dockerfile",
        "FROM tensorflow/serving:2.14",
        "FROM tensorflow/tensorflow",
    ),
    "triton_image": ("Dockerfile", "FROM nvcr.io/nvidia/tritonserver:24.01-py3", "FROM nvcr.io/x"),
    "vllm_command": ("serve.sh", "vllm serve a/b --port 8000", "pip install vllm"),
    "mlflow_serve": ("Makefile", "\tmlflow models serve -m runs:/1", "\tmlflow ui"),
}
STEPS: Mapping[str, tuple[str, str]] = {
    "tests": ("run: pytest -q", "run: python train.py"),
    "lint": ("run: ruff check .", "run: echo done"),
    "types": ("run: mypy src", "run: echo type"),
    "train": ("run: python src/train_model.py", "run: python -m pip list"),
    "evaluate": ("run: python evaluate.py", "run: python medieval.py"),
    "security": ("uses: github/codeql-action/analyze@v3", "uses: actions/cache@v4"),
    "build": ("run: docker build -t a .", "run: docker ps"),
    "deliver": ("run: kubectl apply -f k8s/", "run: kubectl get pods"),
}
CI_FILES: Mapping[str, tuple[str, str]] = {
    "github_actions": (".github/workflows/a.yml", ".github/dependabot.yml"),
    "gitlab": (".gitlab-ci.yml", "docs/.gitlab-ci.yml"),
    "circle": (".circleci/config.yml", "circleci/config.yml"),
    "azure": ("azure-pipelines.yml", "azure.yml"),
    "jenkins": ("Jenkinsfile", "jenkins.md"),
    "travis": (".travis.yml", "travis.yml"),
    "bitbucket": ("bitbucket-pipelines.yml", "pipelines.yml"),
    "cloud_build": ("ops/cloudbuild.yaml", "cloud.yaml"),
}
UNSAFE: Mapping[str, tuple[str, str]] = {
    "uploaded_pickle": ("pickle.load(request.files['a'])", "pickle.load(open('a.pkl', 'rb'))"),
    "foreign_pickle": ("pickle.loads(requests.get(url).content)", "pickle.load(file)"),
    "remote_pickle": ("pandas.read_pickle('https://x.io/a.pkl')", "pandas.read_pickle('a.pkl')"),
    "run_request": ("eval(request.args['formula'])", "eval('1 + 1')"),
    "run_answer": ("exec(answer.choices[0].message.content)", "exec(SETUP)"),
    "run_input": ("eval(input('number: '))", "eval(number)"),
    "plain_yaml": ("yaml.load(file)", "yaml.load(file, Loader=yaml.SafeLoader)"),
    "yaml_unsafe": ("yaml.unsafe_load(file)", "yaml.safe_load(file)"),
    "tls_off": ("requests.get(url, verify=False)", "requests.get(url, verify=True)"),
    "remote_code": ("load('a/b', trust_remote_code=True)", "load('a/b', trust_remote_code=False)"),
    "index_pickle": (
        "FAISS.load_local('a', e, allow_dangerous_deserialization=True)",
        "FAISS.load_local('a', e, allow_dangerous_deserialization=False)",
    ),
    "remote_weights": (
        "torch.load(hf_hub_download('a', 'b'))",
        "torch.load(hf_hub_download('a', 'b'), weights_only=True)",
    ),
    "pickled_arrays": (
        "numpy.load(BytesIO(answer), allow_pickle=True)",
        "numpy.load('rows.npy', allow_pickle=True)",
    ),
}


@pytest.mark.parametrize(
    ("table", "examples"),
    [
        ("technique_functions", FUNCTIONS),
        ("technique_texts", TEXTS),
        ("ci_steps", STEPS),
        ("ci_files", CI_FILES),
        ("unsafe", UNSAFE),
    ],
)
def test_every_line_has_an_example(table: str, examples: Mapping[str, Any]) -> None:
    assert set(examples) == set(CATALOGUE.table(table))


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_names_of_functions(name: str) -> None:
    pattern = re.compile(str(CATALOGUE.table("technique_functions")[name]["pattern"]))
    found, other = FUNCTIONS[name]
    assert pattern.search(found)
    assert not pattern.search(other)


@pytest.mark.parametrize("name", sorted(TEXTS))
def test_lines_of_plain_files(name: str) -> None:
    fields = CATALOGUE.table("technique_texts")[name]
    path, found, other = TEXTS[name]
    assert re.search(str(fields["path"]), path)
    assert not re.search(str(fields["path"]), "README.md")
    assert re.search(str(fields["line"]), found, re.MULTILINE)
    assert not re.search(str(fields["line"]), other, re.MULTILINE)


@pytest.mark.parametrize("name", sorted(STEPS))
def test_steps_of_continuous_integration(name: str) -> None:
    found, other = STEPS[name]
    pattern = re.compile(str(CATALOGUE.table("ci_steps")[name]["line"]), re.IGNORECASE)
    assert pattern.search(found)
    assert not pattern.search(other)


@pytest.mark.parametrize("name", sorted(CI_FILES))
def test_paths_of_continuous_integration(name: str) -> None:
    found, other = CI_FILES[name]
    pattern = re.compile(str(CATALOGUE.table("ci_files")[name]["path"]), re.IGNORECASE)
    assert pattern.search(found)
    assert not pattern.search(other)


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


IMPORTS = "import numpy, pandas, pickle, requests, torch, yaml\n"


@pytest.mark.parametrize("name", sorted(UNSAFE))
def test_unsafe_calls_and_their_sound_neighbours(name: str, judge: Any) -> None:
    fields = CATALOGUE.table("unsafe")[name]
    found, other = UNSAFE[name]
    finding = judge("security.unsafe-loading", {"load.py": f"{IMPORTS}{found}\n"})
    assert fields["words"] in finding.message
    assert (finding.polarity.value == "flag") == bool(fields.get("flag", False))
    finding = judge("security.unsafe-loading", {"load.py": f"{IMPORTS}{other}\n"})
    assert finding.outcome.value == "absent"


@pytest.mark.parametrize("name", sorted(CATALOGUE.table("superseded")))
def test_superseded_interfaces_are_found(name: str, judge: Any) -> None:
    fields = CATALOGUE.table("superseded")[name]
    root = (fields.get("beside") or [name.partition(".")[0]])[0]
    argument = f"{fields['keyword']}=1" if "keyword" in fields else ""
    call = f"thing{name}({argument})" if name.startswith(".") else f"{name}({argument})"
    text = f"import {root if name.startswith('.') else name}\n{call}\n"
    finding = judge("engineering.deprecated-apis", {"old.py": text})
    assert f"{fields.get('words', name)} ({fields['since']})" in finding.message
    assert 2010 < int(str(fields["since"])) < 2027


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("    return text", "absent"),
        ("    print('checked', text)\n    return text", "absent"),
        ("    checked = text\n    return checked", "absent"),
        ("    return True", "absent"),
        ("    return text if 'ignore all' not in text else ''", "present"),
        ("    return pattern.sub('', text)", "present"),
        ("    if 'ignore all' in text:\n        raise ValueError\n    return text", "present"),
    ],
)
def test_a_guard_that_hands_back_its_input_guards_nothing(
    body: str, outcome: str, judge: Any
) -> None:
    text = (
        "import openai\nimport re\n\npattern = re.compile('a')\n\n\n"
        f"def check_injection(text):\n{body}\n\n\n"
        "openai.OpenAI().responses.create(input=check_injection('a'))\n"
    )
    assert judge("llm.guards", {"ask.py": text}).outcome.value == outcome


def test_what_stands_beside_a_model_is_none(judge: Any) -> None:
    text = (
        "from langchain_community.document_loaders import PyPDFLoader\n\nPyPDFLoader('a').load()\n"
    )
    assert judge("llm.substance", {"read.py": text}).outcome.value == "not_applicable"
