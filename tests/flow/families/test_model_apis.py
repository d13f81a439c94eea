"""Models that others made: clients, hosted models, weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "clients of hosted models": (
        """
    import anthropic
    import openai
    from google import genai
    openai.OpenAI().chat.completions.create(model="m", messages=[])
    anthropic.Anthropic().messages.create(model="m", messages=[])
    genai.Client().models.generate_content(model="m", contents="Hello")
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["api:4", "api:4", "api:5", "api:5", "api:6", "api:6"],
        },
    ),
    "a hosted model, tuned": (
        """
    from openai import OpenAI
    client = OpenAI()
    client.fine_tuning.jobs.create(training_file="letters.jsonl", model="small")
        """,
        {
            "fit": ["create:3"],
            "scores": [],
            "leaks": [],
            "model_call": ["api:2"],
        },
    ),
    "clouds": (
        """
    import boto3
    from google.cloud import vision
    boto3.client("bedrock-runtime").invoke_model(modelId="m", body="{}")
    boto3.client("rekognition").detect_labels(Image={})
    boto3.client("s3").put_object(Bucket="b")
    vision.ImageAnnotatorClient().label_detection(image=picture)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["api:3", "api:4", "api:6", "api:6"],
        },
    ),
    "frameworks around them": (
        """
    from langchain_openai import ChatOpenAI
    from llama_index.core import VectorStoreIndex
    ChatOpenAI(model="m").invoke("Hello")
    VectorStoreIndex.from_documents(letters).as_query_engine().query("Who?")
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["api:3", "api:3", "api:4", "api:4", "api:4"],
        },
    ),
    "weights by families": (
        """
    import clip
    import timm
    import torch
    import whisper
    from sentence_transformers import SentenceTransformer
    from transformers import AutoModelForCausalLM
    timm.create_model("resnet18", pretrained=True)
    torch.hub.load("ultralytics/yolov5", "yolov5s")
    whisper.load_model("base")
    clip.load("ViT-B/32")
    SentenceTransformer("small").encode(["Hello"])
    AutoModelForCausalLM.from_pretrained("small").generate(**words)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": [
                "backbone:7",
                "embedding:11",
                "pretrained:10",
                "pretrained:12",
                "pretrained:8",
                "pretrained:9",
            ],
        },
    ),
    "stored models": (
        """
    import joblib
    import onnxruntime
    import tensorflow as tf
    import xgboost as xgb
    joblib.load("late.joblib").predict(rows)
    onnxruntime.InferenceSession("late.onnx").run(None, {})
    tf.keras.models.load_model("late.keras").predict(rows)
    xgb.XGBClassifier().load_model("late.json")
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:5", "stored:6", "stored:7", "stored:8"],
        },
    ),
    "a model that the repository itself wrote": (
        """
    import joblib
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from sklearn.svm import SVC
    train, test = train_test_split(pd.read_csv("loans.csv"))
    joblib.dump(SVC().fit(train, train), "late.joblib")
    print(joblib.load("late.joblib").score(test, test))
        """,
        {
            "fit": ["SVC:6"],
            "scores": ["accuracy:7 disjoint test"],
            "leaks": [],
        },
    ),
    "training in the cloud": (
        """
    from sagemaker.pytorch import PyTorch
    from sagemaker.sklearn import SKLearn
    PyTorch(entry_point="train.py", role="r").fit({"train": "s3://b/train"})
    SKLearn(entry_point="train.py", role="r").fit({"train": "s3://b/train"})
        """,
        {
            "fit": ["PyTorch:3", "SKLearn:4"],
            "scores": [],
            "leaks": [],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
