"""Tables that generated repositories are dealt from."""

from __future__ import annotations

from datetime import date
from typing import Final

from portfolio_scan.model import Outcome
from portfolios.people import HANDLE

TODAY: Final = date(2026, 11, 21)
NAMES: Final = (
    "bakery-demand",
    "leaf-doctor",
    "manual-rag",
    "تحليل-المبيعات",
    "מודל-שפה",
    "机器学习项目",
    "需要予測-モデル",
    "음성-인식",
    "👩‍💻🔥-модель",
    "पूर्वानुमान",
    "a-name-as-long-as-a-host-lets-anybody-type-it-with-every-word-that-came-to-mind-and-v2-final",
    "Pumpenausfallvorhersage",
    "loan_default.study",
    f"{HANDLE}.github.io",
    "dotfiles",
)
KINDS: Final = ("applied", "tutorial", "inference_only", "analysis", "library", "research", "other")
EVALUATIONS: Final = (
    "held_out",
    "cross_validation",
    "validation_only",
    "train_only",
    "none",
    "unknown",
    "not_applicable",
)
ROLES: Final = ("ml_engineer", "data_scientist", "llm_integration", "mlops", "unknown")
LEAKS: Final = ("preprocessing", "overlap", "multi_test", "temporal", "group", "target")
METRICS: Final = ("mean_absolute_error", "roc_auc_score", "f1_score", "rouge", "accuracy")
DEPLOYMENTS: Final = ("fastapi", "docker", "streamlit", "github_actions", "kubernetes")
SKILLS: Final = ("gradient-boosting", "lora", "rag", "docker", "time-series", "computer-vision")
STACK: Final = (
    ("scikit-learn", "1.7.2", 2025),
    ("torch", "2.4.1", 2024),
    ("pandas", "2.3.3", 2025),
    ("tensorflow", "2.8.0", 2022),
    ("fastapi", "0.115.8", 2025),
    ("transformers", "4.46.2", 2024),
    ("keras", "2.3.1", 2019),
)
OUTCOMES: Final = (
    Outcome.PRESENT,
    Outcome.PRESENT,
    Outcome.ABSENT,
    Outcome.ABSENT,
    Outcome.NOT_APPLICABLE,
    Outcome.UNCLEAR,
    Outcome.PRESENT,
    Outcome.ERROR,
)
