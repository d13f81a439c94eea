"""The built-in heuristics pack: one heuristic = one module, one page, one set of fixtures."""

from __future__ import annotations

from heuristics import catalogue
from heuristics.claims.claims_against_code import ClaimsAgainstCode
from heuristics.claims.facade import Facade
from heuristics.claims.figures_without_evaluation import FiguresWithoutEvaluation
from heuristics.claims.profile_claims import ProfileClaims
from heuristics.claims.vague_text import VagueText
from heuristics.evaluation.held_out import HeldOutEvaluation
from heuristics.evaluation.leakage import Leakage
from heuristics.evaluation.metrics import Metrics
from heuristics.originality.credited_sources import CreditedSources
from heuristics.originality.tutorial_project import TutorialProject
from heuristics.production.deployment import Deployment
from heuristics.profile.kind import Kind
from heuristics.profile.machine_learning import MachineLearning
from heuristics.profile.portfolio_role import PortfolioRole
from heuristics.profile.role import Role
from heuristics.recency.commit_recency import CommitRecency
from heuristics.recency.portfolio_recency import PortfolioRecency
from heuristics.training.inference_only import InferenceOnly
from heuristics.training.trains_models import TrainsModels
from portfolio_scan.api import Pack

__all__ = ["PACK"]

PACK = Pack(
    id="builtin",
    version="1",
    heuristics=(
        TrainsModels,
        InferenceOnly,
        HeldOutEvaluation,
        Metrics,
        Leakage,
        TutorialProject,
        CreditedSources,
        Deployment,
        MachineLearning,
        Kind,
        Role,
        CommitRecency,
        ClaimsAgainstCode,
        FiguresWithoutEvaluation,
        Facade,
        VagueText,
    ),
    portfolio_heuristics=(PortfolioRole, PortfolioRecency, ProfileClaims),
    catalogue=catalogue.load(),
)
