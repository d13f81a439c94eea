"""What the generated findings say: rule, polarity, weight and message, by the ids of the pack."""

from __future__ import annotations

from typing import Final

from portfolio_scan.model import Polarity, Weight

STRENGTH, FLAG, NOTE = Polarity.STRENGTH, Polarity.FLAG, Polarity.NOTE
HIGH, MEDIUM, LOW = Weight.HIGH, Weight.MEDIUM, Weight.LOW

RULES: Final = (
    ("production.serving", STRENGTH, MEDIUM, "An endpoint reaches a model: predict in app/api.py."),
    ("production.containers", STRENGTH, LOW, "An image is built from the code read."),
    ("production.continuous-integration", STRENGTH, LOW, "A workflow runs the tests."),
    ("production.monitoring", STRENGTH, MEDIUM, "Predictions are counted while the model serves."),
    ("data.cleaning", STRENGTH, MEDIUM, "Duplicates and missing values are dealt with in code."),
    ("data.validation", STRENGTH, HIGH, "A schema is checked before training."),
    ("data.exploration", NOTE, LOW, "Data is looked at in tables and plots before it is used."),
    ("data.features", STRENGTH, MEDIUM, "Features are made in functions of their own."),
    ("evaluation.baseline", STRENGTH, HIGH, "The model is held against a simple baseline."),
    ("evaluation.error-analysis", STRENGTH, MEDIUM, "Errors are looked at by group."),
    ("evaluation.metric-suitability", FLAG, MEDIUM, "Accuracy is the only score on rare events."),
    ("training.hyper-parameter-search", STRENGTH, LOW, "Parameters are searched, not guessed."),
    ("training.experiment-tracking", STRENGTH, MEDIUM, "Runs are tracked with MLflow."),
    ("engineering.ml-tests", STRENGTH, HIGH, "Features and a training step are tested."),
    ("engineering.code-quality", NOTE, LOW, "Functions are short; one is longer than 80 lines."),
    ("engineering.deprecated-apis", FLAG, LOW, "Calls functions that their library has removed."),
    ("reproducibility.seeds", STRENGTH, LOW, "Seeds are set for every source of chance."),
    ("reproducibility.dependencies", STRENGTH, MEDIUM, "Versions of libraries are pinned."),
    ("reproducibility.absolute-paths", FLAG, LOW, "Paths of one machine are written in the code."),
    ("reproducibility.notebook-order", FLAG, MEDIUM, "Cells were run in another order."),
    ("security.committed-secrets", FLAG, HIGH, "A key stands in a committed file."),
    ("security.unsafe-loading", FLAG, MEDIUM, "A pickle of unknown origin is loaded."),
    ("originality.tutorial-project", NOTE, MEDIUM, "Works on the titanic data, a known exercise."),
    ("originality.one-day-history", NOTE, LOW, "All own commits are of one day."),
    ("originality.upstream-work", STRENGTH, MEDIUM, "Two pull requests merged by other projects."),
    ("claims.figures-without-evaluation", FLAG, MEDIUM, "A figure of the README has no source."),
    ("claims.facade", FLAG, HIGH, "Training is reported and nothing is trained."),
    ("claims.vague-text", NOTE, LOW, "The README says nothing that could be looked up."),
    ("llm.substance", STRENGTH, MEDIUM, "Work around the language model: retrieval and a check."),
    ("llm.output-evaluation", STRENGTH, HIGH, "Answers of the model are scored on a fixed set."),
    ("llm.guards", STRENGTH, LOW, "Answers of the model are checked before they are used."),
    ("responsibility.fairness", STRENGTH, MEDIUM, "Scores are compared between groups."),
    ("responsibility.explainability", STRENGTH, LOW, "Predictions are explained with SHAP."),
    ("responsibility.privacy", FLAG, HIGH, "Rows that look personal are committed."),
    ("efficiency.training-cost", STRENGTH, LOW, "Training in mixed precision."),
    ("efficiency.profiling", STRENGTH, LOW, "Time is measured where it is spent."),
)

QUESTIONS: Final = (
    "What does this step see that it would not see for a new customer's row?",
    "Which of these figures would you defend, and how was it measured?",
    "How do you notice that the answers get worse after a release?",
    "Which training run went wrong, and what did you change?",
)
WOULD_CHANGE: Final = "A metric computed on predictions for rows that were kept out of every fit."
