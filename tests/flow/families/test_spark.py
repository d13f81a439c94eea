"""Spark ML: pipelines, evaluators, cross-validators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "a pipeline, held out": (
        """
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import RandomForestClassifier
    from pyspark.ml.evaluation import MulticlassClassificationEvaluator
    from pyspark.ml.feature import StringIndexer, VectorIndexer
    from pyspark.sql import SparkSession
    spark = SparkSession.builder.appName("trees").getOrCreate()
    rows = spark.read.format("libsvm").load("data/leaves.txt")
    words = StringIndexer(inputCol="kind", outputCol="label").fit(rows)
    lists = VectorIndexer(inputCol="parts", outputCol="features", maxCategories=4).fit(rows)
    (train, test) = rows.randomSplit([0.7, 0.3])
    model = Pipeline(stages=[words, lists, RandomForestClassifier()]).fit(train)
    print(MulticlassClassificationEvaluator(metricName="accuracy").evaluate(model.transform(test)))
        """,
        {
            "fit": ["Pipeline:11", "RandomForestClassifier:11"],
            "scores": ["MulticlassClassificationEvaluator:12 disjoint test"],
            "leaks": [],
            "fit_transform": ["StringIndexer:8", "VectorIndexer:9"],
        },
    ),
    "a pipeline of features only": (
        """
    from pyspark.ml import Pipeline
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.feature import StandardScaler, VectorAssembler
    from pyspark.ml.regression import LinearRegression
    rows = spark.read.csv("rents.csv", header=True)
    steps = Pipeline(stages=[VectorAssembler(inputCols=["a"], outputCol="x"), StandardScaler()])
    train, test = steps.fit(rows).transform(rows).randomSplit([0.8, 0.2])
    print(RegressionEvaluator().evaluate(LinearRegression().fit(train).transform(test)))
        """,
        {
            "fit": ["LinearRegression:8"],
            "scores": ["RegressionEvaluator:8 disjoint test"],
            "leaks": ["preprocessing:7"],
            "fit_transform": ["Pipeline:7"],
        },
    ),
    "scored on its training rows": (
        """
    from pyspark.ml.evaluation import RegressionEvaluator
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.regression import LinearRegression
    rows = spark.read.csv("rents.csv", header=True, inferSchema=True)
    rows = VectorAssembler(inputCols=["a"], outputCol="features").transform(rows)
    model = LinearRegression().fit(rows)
    print(RegressionEvaluator(metricName="rmse").evaluate(model.transform(rows)))
        """,
        {
            "fit": ["LinearRegression:6"],
            "scores": ["RegressionEvaluator:7 same"],
            "leaks": ["overlap:7"],
        },
    ),
    "a cross-validator, then held out": (
        """
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.evaluation import BinaryClassificationEvaluator
    from pyspark.ml.feature import HashingTF, Tokenizer
    from pyspark.ml.tuning import CrossValidator, ParamGridBuilder
    train, test = spark.read.json("letters.json").randomSplit([0.8, 0.2])
    pipeline = Pipeline(stages=[Tokenizer(), HashingTF(), LogisticRegression(maxIter=10)])
    grid = ParamGridBuilder().addGrid(pipeline.maxIter, [10, 100]).build()
    evaluator = BinaryClassificationEvaluator()
    search = CrossValidator(estimator=pipeline, estimatorParamMaps=grid, evaluator=evaluator)
    print(evaluator.evaluate(search.fit(train).transform(test)))
        """,
        {
            "fit": ["CrossValidator:11", "Pipeline:11"],
            "scores": [
                "BinaryClassificationEvaluator:11 disjoint test",
                "CrossValidator:11 disjoint fold",
            ],
            "leaks": [],
        },
    ),
    "a model's own evaluation": (
        """
    from pyspark.ml.classification import LogisticRegression
    train, test = spark.read.parquet("letters.parquet").randomSplit([0.8, 0.2])
    print(LogisticRegression().fit(train).evaluate(test).accuracy)
        """,
        {
            "fit": ["LogisticRegression:3"],
            "scores": ["evaluate:3 disjoint test"],
            "leaks": [],
        },
    ),
    "the older interface": (
        """
    from pyspark import SparkContext
    from pyspark.mllib.classification import LogisticRegressionWithLBFGS
    from pyspark.mllib.evaluation import MulticlassMetrics
    from pyspark.mllib.util import MLUtils
    rows = MLUtils.loadLibSVMFile(SparkContext(), "leaves.txt")
    train, test = rows.randomSplit([0.6, 0.4])
    model = LogisticRegressionWithLBFGS.train(train, numClasses=10)
    print(MulticlassMetrics(test.map(lambda leaf: (model.predict(leaf.features), leaf.label))))
        """,
        {
            "fit": ["train:7"],
            "scores": ["MulticlassMetrics:8 disjoint test"],
            "leaks": [],
        },
    ),
    "a stored pipeline": (
        """
    from pyspark.ml import PipelineModel
    print(PipelineModel.load("hdfs:/models/leaves").transform(rows).show())
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:2"],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
