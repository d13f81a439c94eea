"""The built-in heuristics pack: one heuristic = one module, one page, one set of fixtures."""

from __future__ import annotations

from importlib.resources import files

from heuristics import catalogue
from heuristics.claims.claims_against_code import ClaimsAgainstCode
from heuristics.claims.facade import Facade
from heuristics.claims.figures_without_evaluation import FiguresWithoutEvaluation
from heuristics.claims.profile_claims import ProfileClaims
from heuristics.claims.vague_text import VagueText
from heuristics.data.cleaning import Cleaning
from heuristics.data.exploration import Exploration
from heuristics.data.features import Features
from heuristics.data.validation import Validation
from heuristics.data.versioning import Versioning
from heuristics.efficiency.inference_cost import InferenceCost
from heuristics.efficiency.profiling import Profiling
from heuristics.efficiency.training_cost import TrainingCost
from heuristics.engineering.code_quality import CodeQuality
from heuristics.engineering.deprecated_apis import DeprecatedApis
from heuristics.engineering.ml_tests import MlTests
from heuristics.evaluation.baseline import Baseline
from heuristics.evaluation.error_analysis import ErrorAnalysis
from heuristics.evaluation.group_leakage import GroupLeakage
from heuristics.evaluation.held_out import HeldOutEvaluation
from heuristics.evaluation.leakage import Leakage
from heuristics.evaluation.metric_suitability import MetricSuitability
from heuristics.evaluation.metrics import Metrics
from heuristics.evaluation.target_leakage import TargetLeakage
from heuristics.evaluation.temporal_leakage import TemporalLeakage
from heuristics.llm.agents import Agents
from heuristics.llm.cost_control import CostControl
from heuristics.llm.fine_tuning import FineTuning
from heuristics.llm.grounding import Grounding
from heuristics.llm.guards import Guards
from heuristics.llm.output_evaluation import OutputEvaluation
from heuristics.llm.prompt_versioning import PromptVersioning
from heuristics.llm.retrieval import Retrieval
from heuristics.llm.retrieval_evaluation import RetrievalEvaluation
from heuristics.llm.substance import Substance
from heuristics.originality.credited_sources import CreditedSources
from heuristics.originality.linked_work import LinkedWork
from heuristics.originality.one_day_history import OneDayHistory
from heuristics.originality.published_code import PublishedCode
from heuristics.originality.repeated_code import RepeatedCode
from heuristics.originality.shared_history import SharedHistory
from heuristics.originality.template_remains import TemplateRemains
from heuristics.originality.tutorial_project import TutorialProject
from heuristics.originality.upstream_work import UpstreamWork
from heuristics.production.containers import Containers
from heuristics.production.continuous_integration import ContinuousIntegration
from heuristics.production.deployment import Deployment
from heuristics.production.feature_store import FeatureStore
from heuristics.production.infrastructure import Infrastructure
from heuristics.production.monitoring import Monitoring
from heuristics.production.orchestration import Orchestration
from heuristics.production.serving import Serving
from heuristics.profile.kind import Kind
from heuristics.profile.machine_learning import MachineLearning
from heuristics.profile.portfolio_role import PortfolioRole
from heuristics.profile.role import Role
from heuristics.profile.skills import Skills
from heuristics.profile.strongest_repository import StrongestRepository
from heuristics.recency.commit_recency import CommitRecency
from heuristics.recency.portfolio_recency import PortfolioRecency
from heuristics.recency.stack_age import StackAge
from heuristics.reproducibility.absolute_paths import AbsolutePaths
from heuristics.reproducibility.data_availability import DataAvailability
from heuristics.reproducibility.dependencies import Dependencies
from heuristics.reproducibility.notebook_order import NotebookOrder
from heuristics.reproducibility.seeds import Seeds
from heuristics.responsibility.explainability import Explainability
from heuristics.responsibility.fairness import Fairness
from heuristics.responsibility.privacy import Privacy
from heuristics.security.committed_secrets import CommittedSecrets
from heuristics.security.unsafe_loading import UnsafeLoading
from heuristics.training.experiment_tracking import ExperimentTracking
from heuristics.training.hyper_parameter_search import HyperParameterSearch
from heuristics.training.inference_only import InferenceOnly
from heuristics.training.model_registry import ModelRegistry
from heuristics.training.trains_models import TrainsModels
from portfolio_scan.api import Pack, read_accuracy

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
        TemporalLeakage,
        GroupLeakage,
        TargetLeakage,
        TutorialProject,
        CreditedSources,
        PublishedCode,
        TemplateRemains,
        LinkedWork,
        SharedHistory,
        OneDayHistory,
        Deployment,
        MachineLearning,
        Kind,
        Role,
        Skills,
        CommitRecency,
        ClaimsAgainstCode,
        FiguresWithoutEvaluation,
        Facade,
        VagueText,
        Serving,
        Containers,
        Infrastructure,
        ContinuousIntegration,
        Orchestration,
        FeatureStore,
        Monitoring,
        Substance,
        Retrieval,
        RetrievalEvaluation,
        OutputEvaluation,
        Grounding,
        Guards,
        Agents,
        CostControl,
        PromptVersioning,
        FineTuning,
        MlTests,
        CodeQuality,
        DeprecatedApis,
        CommittedSecrets,
        UnsafeLoading,
        StackAge,
        Cleaning,
        Validation,
        Exploration,
        Features,
        Versioning,
        HyperParameterSearch,
        ExperimentTracking,
        ModelRegistry,
        MetricSuitability,
        Baseline,
        ErrorAnalysis,
        Seeds,
        Dependencies,
        DataAvailability,
        AbsolutePaths,
        NotebookOrder,
        Explainability,
        Fairness,
        Privacy,
        TrainingCost,
        InferenceCost,
        Profiling,
    ),
    portfolio_heuristics=(
        PortfolioRole,
        PortfolioRecency,
        StrongestRepository,
        ProfileClaims,
        RepeatedCode,
        UpstreamWork,
    ),
    catalogue=catalogue.load(),
    rubric=files(__name__).joinpath("rubric.toml").read_text("utf-8"),
    accuracy=read_accuracy(files(__name__) / "accuracy.toml"),
)
