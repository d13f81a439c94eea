"""Hugging Face: Trainer, TRL, sentence-transformers, SetFit, PEFT, Unsloth, AutoTrain."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "the trainer, evaluated on the test part": (
        """
    import evaluate
    import numpy as np
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, AutoTokenizer, Trainer
    words = AutoTokenizer.from_pretrained("small")
    parts = load_dataset("imdb").map(lambda e: words(e["text"], truncation=True), batched=True)
    accuracy = evaluate.load("accuracy")
    def compute_metrics(given):
        said, labels = given
        return accuracy.compute(predictions=np.argmax(said, axis=1), references=labels)
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    trainer = Trainer(
        model=model,
        train_dataset=parts["train"],
        eval_dataset=parts["test"],
        compute_metrics=compute_metrics,
    )
    trainer.train()
    print(trainer.evaluate())
        """,
        {
            "fit": ["Trainer:18", "from_pretrained:18"],
            "scores": ["accuracy:10 unknown", "evaluate:19 disjoint test", "loss:18 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:11"],
        },
    ),
    "the best epoch chosen by the test part": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments
    parts = load_dataset("imdb")
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    args = TrainingArguments("out", eval_strategy="epoch", load_best_model_at_end=True)
    trainer = Trainer(model, args, train_dataset=parts["train"], eval_dataset=parts["test"])
    trainer.train()
    print(trainer.evaluate())
        """,
        {
            "fit": ["Trainer:7", "from_pretrained:7"],
            "scores": ["evaluate:8 disjoint test", "loss:7 disjoint test"],
            "leaks": ["multi_test:7"],
            "model_call": ["pretrained:4"],
        },
    ),
    "the best epoch chosen by an own test part": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments
    parts = load_dataset("csv", data_files="letters.csv")["train"].train_test_split(test_size=0.2)
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    args = TrainingArguments(output_dir="out", load_best_model_at_end=True)
    trainer = Trainer(model, args, train_dataset=parts["train"], eval_dataset=parts["test"])
    trainer.train()
    print(trainer.evaluate(parts["test"]))
        """,
        {
            "fit": ["Trainer:7", "from_pretrained:7"],
            "scores": ["evaluate:8 disjoint test", "loss:7 disjoint validation"],
            "leaks": ["multi_test:7"],
            "model_call": ["pretrained:4"],
        },
    ),
    "the best epoch chosen by validation, the test part afterwards": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments
    parts = load_dataset("emotion")
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=6)
    args = TrainingArguments("out", load_best_model_at_end=True)
    trainer = Trainer(model, args, train_dataset=parts["train"], eval_dataset=parts["validation"])
    trainer.train()
    print(trainer.predict(parts["test"]).metrics, trainer.evaluate(parts["test"]))
        """,
        {
            "fit": ["Trainer:7", "from_pretrained:7"],
            "scores": [
                "evaluate:8 disjoint test",
                "loss:7 disjoint validation",
                "predict:8 disjoint test",
            ],
            "leaks": [],
            "model_call": ["pretrained:4"],
        },
    ),
    "the last epoch kept": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, Trainer, TrainingArguments
    parts = load_dataset("imdb")
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    args = TrainingArguments("out", load_best_model_at_end=False)
    trainer = Trainer(model, args, train_dataset=parts["train"], eval_dataset=parts["test"])
    trainer.train()
    print(trainer.evaluate())
        """,
        {
            "fit": ["Trainer:7", "from_pretrained:7"],
            "scores": ["evaluate:8 disjoint test", "loss:7 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:4"],
        },
    ),
    "evaluated on the training part": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForSequenceClassification, Trainer
    rows = load_dataset("imdb", split="train")
    model = AutoModelForSequenceClassification.from_pretrained("small", num_labels=2)
    trainer = Trainer(model, train_dataset=rows, eval_dataset=rows)
    trainer.train()
    print(trainer.evaluate())
        """,
        {
            "fit": ["Trainer:6", "from_pretrained:6"],
            "scores": ["evaluate:7 same train", "loss:6 same train"],
            "leaks": ["overlap:6"],
            "model_call": ["pretrained:4"],
        },
    ),
    "settings searched on the test part": (
        """
    from datasets import load_dataset
    from transformers import Trainer, TrainingArguments
    parts = load_dataset("emotion")
    args = TrainingArguments("out")
    trainer = Trainer(
        model_init=start, args=args, train_dataset=parts["train"], eval_dataset=parts["test"]
    )
    best = trainer.hyperparameter_search(direction="maximize", n_trials=10)
    trainer.train()
    print(trainer.evaluate(parts["test"]))
        """,
        {
            "fit": ["Trainer:8", "Trainer:9"],
            "scores": ["evaluate:10 disjoint test", "loss:8 disjoint test", "loss:9 disjoint test"],
            "leaks": ["multi_test:8"],
        },
    ),
    "a trainer of one's own": (
        """
    from datasets import load_dataset
    from transformers import AutoModel, Trainer
    class Weighted(Trainer):
        def compute_loss(self, model, inputs, return_outputs=False):
            return weigh(model(**inputs))
    parts = load_dataset("imdb")
    trainer = Weighted(model=AutoModel.from_pretrained("small"), train_dataset=parts["train"])
    trainer.train()
    print(trainer.evaluate(parts["test"]))
        """,
        {
            "fit": ["Trainer:8", "from_pretrained:8"],
            "scores": ["evaluate:9 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:7"],
        },
    ),
    "a Keras model of the hub": (
        """
    from datasets import load_dataset
    from transformers import TFAutoModelForSequenceClassification
    parts = load_dataset("imdb")
    model = TFAutoModelForSequenceClassification.from_pretrained("small")
    train = model.prepare_tf_dataset(parts["train"], shuffle=True, batch_size=16)
    test = model.prepare_tf_dataset(parts["test"])
    model.compile(optimizer="adam")
    model.fit(x=train, epochs=3)
    print(model.evaluate(test))
        """,
        {
            "fit": ["from_pretrained:8"],
            "scores": ["evaluate:9 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:4"],
        },
    ),
    "trl, supervised": (
        """
    from datasets import load_dataset
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer
    parts = load_dataset("letters/replies")
    trainer = SFTTrainer(
        model="small",
        train_dataset=parts["train"],
        eval_dataset=parts["test"],
        args=SFTConfig(output_dir="out"),
        peft_config=LoraConfig(r=8),
    )
    trainer.train()
    print(trainer.evaluate())
        """,
        {
            "fit": ["SFTTrainer:12"],
            "scores": ["evaluate:13 disjoint test", "loss:12 disjoint test"],
            "leaks": [],
        },
    ),
    "trl, preferences and rewards": (
        """
    from datasets import load_dataset
    from transformers import AutoModelForCausalLM
    from trl import DPOConfig, DPOTrainer, GRPOConfig, GRPOTrainer, KTOTrainer, ORPOTrainer
    rows = load_dataset("letters/pairs", split="train")
    model = AutoModelForCausalLM.from_pretrained("small")
    DPOTrainer(model=model, args=DPOConfig(output_dir="out"), train_dataset=rows).train()
    grouped = GRPOTrainer("small", reward_funcs=short, args=GRPOConfig("out"), train_dataset=rows)
    grouped.train()
    KTOTrainer(model="small", train_dataset=rows).train()
    ORPOTrainer(model="small", train_dataset=rows).train()
        """,
        {
            "fit": [
                "DPOTrainer:6",
                "GRPOTrainer:8",
                "KTOTrainer:9",
                "ORPOTrainer:10",
                "from_pretrained:6",
            ],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:5"],
        },
    ),
    "trl, the older steps": (
        """
    from datasets import load_dataset
    from trl import AutoModelForCausalLMWithValueHead, PPOConfig, PPOTrainer
    model = AutoModelForCausalLMWithValueHead.from_pretrained("small")
    trainer = PPOTrainer(PPOConfig(), model, dataset=load_dataset("imdb", split="train"))
    for batch in trainer.dataloader:
        said = trainer.generate(batch["input_ids"])
        trainer.step(batch["input_ids"], said, judge(said))
        """,
        {
            "fit": ["PPOTrainer:7", "from_pretrained:7"],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:3"],
        },
    ),
    "sentence-transformers, the older fit": (
        """
    from sentence_transformers import InputExample, SentenceTransformer, losses
    from torch.utils.data import DataLoader
    model = SentenceTransformer("small")
    pairs = [InputExample(texts=["a", "b"], label=0.8), InputExample(texts=["c", "d"], label=0.3)]
    loader = DataLoader(pairs, shuffle=True, batch_size=16)
    model.fit(train_objectives=[(loader, losses.CosineSimilarityLoss(model))], epochs=1)
        """,
        {
            "fit": ["SentenceTransformer:6"],
            "scores": [],
            "leaks": [],
            "model_call": ["embedding:3"],
        },
    ),
    "sentence-transformers, an evaluator of the rows set apart": (
        """
    import csv
    from sentence_transformers import InputExample, SentenceTransformer, losses
    from sentence_transformers.evaluation import EmbeddingSimilarityEvaluator
    from torch.utils.data import DataLoader
    train, test = [], []
    for row in csv.DictReader(open("pairs.csv")):
        pair = InputExample(texts=[row["a"], row["b"]], label=float(row["score"]))
        if row["split"] == "test":
            test.append(pair)
        else:
            train.append(pair)
    model = SentenceTransformer("small")
    model.fit(train_objectives=[(DataLoader(train), losses.CosineSimilarityLoss(model=model))])
    print(model.evaluate(EmbeddingSimilarityEvaluator.from_input_examples(test, name="test")))
        """,
        {
            "fit": ["SentenceTransformer:13"],
            "scores": ["evaluate:14 disjoint test"],
            "leaks": [],
            "model_call": ["embedding:12"],
        },
    ),
    "sentence-transformers, its trainer": (
        """
    from datasets import load_dataset
    from sentence_transformers import SentenceTransformer, SentenceTransformerTrainer
    from sentence_transformers.evaluation import TripletEvaluator
    model = SentenceTransformer("small")
    parts = load_dataset("letters/triplets")
    trainer = SentenceTransformerTrainer(
        model=model, train_dataset=parts["train"], eval_dataset=parts["dev"]
    )
    trainer.train()
    ask = TripletEvaluator(anchors=parts["test"]["a"], positives=parts["test"]["b"])
    print(ask(model))
        """,
        {
            "fit": ["SentenceTransformer:9", "SentenceTransformerTrainer:9"],
            "scores": ["TripletEvaluator:11 disjoint test", "loss:9 disjoint validation"],
            "leaks": [],
            "model_call": ["embedding:4"],
        },
    ),
    "setfit": (
        """
    from datasets import load_dataset
    from setfit import SetFitModel, Trainer, TrainingArguments, sample_dataset
    parts = load_dataset("sst2")
    few = sample_dataset(parts["train"], label_column="label", num_samples=8)
    model = SetFitModel.from_pretrained("small")
    trainer = Trainer(model=model, args=TrainingArguments(batch_size=16), train_dataset=few)
    trainer.train()
    print(trainer.evaluate(parts["validation"]))
        """,
        {
            "fit": ["Trainer:7", "from_pretrained:7"],
            "scores": ["evaluate:8 disjoint validation"],
            "leaks": [],
            "model_call": ["pretrained:5"],
        },
    ),
    "peft and unsloth": (
        """
    from datasets import load_dataset
    from peft import LoraConfig, get_peft_model
    from transformers import AutoModelForCausalLM, Trainer
    from trl import SFTTrainer
    from unsloth import FastLanguageModel
    rows = load_dataset("json", data_files={"train": "letters.jsonl"}, split="train")
    model = get_peft_model(AutoModelForCausalLM.from_pretrained("small"), LoraConfig(r=8))
    Trainer(model=model, train_dataset=rows).train()
    fast, words = FastLanguageModel.from_pretrained(model_name="small", max_seq_length=2048)
    fast = FastLanguageModel.get_peft_model(fast, r=16)
    SFTTrainer(model=fast, train_dataset=rows, tokenizer=words).train()
        """,
        {
            "fit": ["SFTTrainer:11", "Trainer:8", "from_pretrained:11", "from_pretrained:8"],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:7", "pretrained:9"],
        },
    ),
    "autotrain and simpletransformers": (
        """
    import pandas as pd
    from autotrain.params import LLMTrainingParams
    from autotrain.project import AutoTrainProject
    from simpletransformers.classification import ClassificationModel
    from sklearn.model_selection import train_test_split
    settings = LLMTrainingParams(model="small", data_path="letters", train_split="train")
    AutoTrainProject(params=settings, backend="local", process=True).create()
    train, test = train_test_split(pd.read_csv("letters.csv"))
    model = ClassificationModel("roberta", "roberta-base")
    model.train_model(train)
    print(model.eval_model(test))
        """,
        {
            "fit": ["AutoTrainProject:7", "ClassificationModel:10"],
            "scores": ["eval_model:11 disjoint test"],
            "leaks": [],
        },
    ),
    "a network around a pretrained one": (
        """
    from datasets import load_dataset
    from torch.utils.data import DataLoader
    from transformers import BertModel, BertPreTrainedModel
    class Rated(BertPreTrainedModel):
        def __init__(self, config):
            super().__init__(config)
            self.inner = BertModel(config)
    model = Rated.from_pretrained("small")
    for batch in DataLoader(load_dataset("imdb", split="train")):
        model(**batch).loss.backward()
    right = 0
    for batch in DataLoader(load_dataset("imdb", split="test")):
        right += (model(batch["text"]).argmax(-1) == batch["label"]).sum().item()
    print(right)
        """,
        {
            "fit": ["Rated:10"],
            "scores": ["accuracy:13 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:8"],
        },
    ),
    "only asked": (
        """
    from transformers import pipeline
    judge = pipeline("text-classification", model="small")
    print(judge(["Good", "Bad"]))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["pipeline:2"],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
