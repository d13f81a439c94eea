"""What trains by a configuration or a folder: Ultralytics, Detectron2, OpenMMLab, fastai."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "ultralytics": (
        """
    from ultralytics import YOLO
    model = YOLO("small.pt")
    model.train(data="cones.yaml", epochs=100, imgsz=640)
    model.val(split="test")
        """,
        {
            "fit": ["YOLO:3"],
            "scores": ["mAP:3 disjoint validation", "mAP:4 disjoint test"],
            "leaks": [],
            "model_call": ["pretrained:2"],
        },
    ),
    "ultralytics, only asked": (
        """
    from ultralytics import YOLO
    print(YOLO("small.pt").predict("street.jpg"))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:2"],
        },
    ),
    "yolov5 as a package": (
        """
    from yolov5 import train
    train.run(imgsz=640, data="cones.yaml")
        """,
        {
            "fit": ["run:2"],
            "scores": ["loss:2 unknown validation"],
            "leaks": [],
        },
    ),
    "detectron2, trained and scored on a registered part": (
        """
    from detectron2.config import get_cfg
    from detectron2.data import build_detection_test_loader
    from detectron2.engine import DefaultTrainer
    from detectron2.evaluation import COCOEvaluator, inference_on_dataset
    class Trainer(DefaultTrainer):
        @classmethod
        def build_evaluator(cls, cfg, name):
            return COCOEvaluator(name)
    cfg = get_cfg()
    trainer = Trainer(cfg)
    trainer.resume_or_load(resume=False)
    trainer.train()
    loader = build_detection_test_loader(cfg, "cones_val")
    print(inference_on_dataset(trainer.model, loader, COCOEvaluator("cones_val")))
        """,
        {
            "fit": ["DefaultTrainer:12"],
            "scores": ["mAP:14 unknown validation"],
            "leaks": [],
        },
    ),
    "detectron2, only asked": (
        """
    from detectron2.config import get_cfg
    from detectron2.engine import DefaultPredictor
    print(DefaultPredictor(get_cfg())(picture))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:3"],
        },
    ),
    "openmmlab, the runner and the older function": (
        """
    from mmdet.apis import train_detector
    from mmengine.config import Config
    from mmengine.runner import Runner
    runner = Runner.from_cfg(Config.fromfile("cones.py"))
    runner.train()
    train_detector(model, rows, settings, distributed=False, validate=True)
        """,
        {
            "fit": ["from_cfg:5", "train_detector:6"],
            "scores": ["loss:5 disjoint validation"],
            "leaks": [],
        },
    ),
    "openmmlab, only asked": (
        """
    from mmdet.apis import inference_detector, init_detector
    print(inference_detector(init_detector("cones.py", "cones.pth"), "street.jpg"))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:2"],
        },
    ),
    "fastai, pictures": (
        """
    from fastai.vision.all import *
    loaders = ImageDataLoaders.from_name_func("leaves", files, valid_pct=0.2, label_func=kind)
    learn = vision_learner(loaders, resnet34, metrics=error_rate)
    learn.fine_tune(1)
    learn.validate()
        """,
        {
            "fit": ["vision_learner:4"],
            "scores": ["loss:4 disjoint validation", "validate:5 disjoint validation"],
            "leaks": [],
        },
    ),
    "fastai, a table with a test part": (
        """
    import pandas as pd
    from fastai.tabular.all import TabularDataLoaders, tabular_learner
    table = pd.read_csv("rents.csv")
    train, test = table[:800], table[800:]
    learn = tabular_learner(TabularDataLoaders.from_df(train, y_names="rent"), metrics=accuracy)
    learn.fit_one_cycle(2)
    print(learn.validate(dl=learn.dls.test_dl(test)))
        """,
        {
            "fit": ["tabular_learner:6"],
            "scores": ["loss:6 disjoint validation", "validate:7 disjoint test"],
            "leaks": [],
        },
    ),
    "fastai, a learner read from a file": (
        """
    from fastai.vision.all import load_learner
    print(load_learner("leaves.pkl").predict("leaf.jpg"))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:2"],
        },
    ),
    "model makers and imageai": (
        """
    from imageai.Classification.Custom import ClassificationModelTrainer
    from tflite_model_maker import image_classifier
    from tflite_model_maker.image_classifier import DataLoader
    rows = DataLoader.from_folder("leaves/")
    train, test = rows.split(0.9)
    print(image_classifier.create(train).evaluate(test))
    other = ClassificationModelTrainer()
    other.setDataDirectory("leaves")
    other.trainModel(num_experiments=100)
        """,
        {
            "fit": ["ClassificationModelTrainer:9", "create:6"],
            "scores": ["evaluate:6 disjoint test", "loss:9 disjoint validation"],
            "leaks": [],
        },
    ),
    "faces, learnt and only found": (
        """
    import cv2
    faces = cv2.face.LBPHFaceRecognizer_create()
    faces.train(pictures, labels)
    found = cv2.CascadeClassifier("haarcascade.xml").detectMultiScale(picture)
        """,
        {
            "fit": ["LBPHFaceRecognizer_create:3"],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:4"],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
