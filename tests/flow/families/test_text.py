"""Text: spaCy, fastText, gensim, Flair, NLTK, sequence labelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "spacy, updates without an optimiser": (
        """
    import random
    import spacy
    from spacy.training import Example
    from spacy.util import minibatch
    LETTERS = [("Ida lives in Ulm", {"entities": [(0, 3, "PERSON")]})]
    nlp = spacy.blank("en")
    nlp.add_pipe("ner").add_label("PERSON")
    nlp.initialize()
    for turn in range(20):
        random.shuffle(LETTERS)
        losses = {}
        for batch in minibatch(LETTERS, size=2):
            for text, marks in batch:
                nlp.update([Example.from_dict(nlp.make_doc(text), marks)], drop=0.5, losses=losses)
        """,
        {
            "fit": ["blank:14"],
            "scores": [],
            "leaks": [],
        },
    ),
    "spacy, held out": (
        """
    import json
    import spacy
    from sklearn.model_selection import train_test_split
    from spacy.training import Example
    train, test = train_test_split(json.load(open("letters.json")), test_size=0.2)
    nlp = spacy.blank("en")
    nlp.add_pipe("ner")
    optimizer = nlp.begin_training()
    nlp.update([Example.from_dict(nlp.make_doc(t), m) for t, m in train], sgd=optimizer)
    print(nlp.evaluate([Example.from_dict(nlp.make_doc(t), m) for t, m in test]))
        """,
        {
            "fit": ["blank:9"],
            "scores": ["evaluate:10 disjoint test"],
            "leaks": [],
        },
    ),
    "spacy, scored on its training rows": (
        """
    import json
    import spacy
    from spacy.training import Example
    nlp = spacy.blank("en")
    letters = [Example.from_dict(nlp.make_doc(t), m) for t, m in json.load(open("letters.json"))]
    nlp.update(letters)
    print(nlp.evaluate(letters))
        """,
        {
            "fit": ["blank:6"],
            "scores": ["evaluate:7 same"],
            "leaks": ["overlap:7"],
        },
    ),
    "spacy, only asked": (
        """
    import spacy
    nlp = spacy.load("en_core_web_sm")
    print([mark.text for mark in nlp("Ida lives in Ulm").ents])
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:2"],
        },
    ),
    "fasttext, a file for each part": (
        """
    import fasttext
    model = fasttext.train_supervised(input="letters.train", epoch=25)
    model.save_model("letters.bin")
    print(model.test("letters.valid"))
        """,
        {
            "fit": ["train_supervised:2"],
            "scores": ["test:4 disjoint validation"],
            "leaks": [],
        },
    ),
    "fasttext, its training file again": (
        """
    import fasttext
    model = fasttext.train_supervised("letters.txt")
    print(model.test("letters.txt"))
        """,
        {
            "fit": ["train_supervised:2"],
            "scores": ["test:3 same"],
            "leaks": ["overlap:3"],
        },
    ),
    "fasttext, only asked": (
        """
    import fasttext
    print(fasttext.load_model("lid.176.bin").predict("Guten Tag"))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:2"],
        },
    ),
    "gensim": (
        """
    from gensim.models import Doc2Vec, KeyedVectors, Word2Vec
    Word2Vec(sentences=letters, vector_size=100)
    model = Doc2Vec(min_count=1)
    model.build_vocab(letters)
    model.train(letters, total_examples=model.corpus_count, epochs=3)
    vectors = KeyedVectors.load_word2vec_format("news.bin")
        """,
        {
            "fit": ["Doc2Vec:5", "Word2Vec:2"],
            "scores": [],
            "leaks": [],
            "model_call": ["embedding:6"],
        },
    ),
    "flair": (
        """
    from flair.datasets import UD_ENGLISH
    from flair.models import SequenceTagger
    from flair.trainers import ModelTrainer
    corpus = UD_ENGLISH().downsample(0.1)
    tagger = SequenceTagger(hidden_size=256, tag_type="upos")
    ModelTrainer(tagger, corpus).train("out", learning_rate=0.1, max_epochs=10)
        """,
        {
            "fit": ["ModelTrainer:6", "SequenceTagger:6"],
            "scores": ["loss:6 disjoint test"],
            "leaks": [],
        },
    ),
    "flair, only asked": (
        """
    from flair.data import Sentence
    from flair.nn import Classifier
    Classifier.load("ner").predict(Sentence("Ida lives in Ulm"))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["pretrained:3"],
        },
    ),
    "nltk": (
        """
    import random
    import nltk
    import pandas as pd
    names = pd.read_csv("names.csv")
    train, test = names[500:], names[:500]
    model = nltk.NaiveBayesClassifier.train(train)
    print(nltk.classify.accuracy(model, test))
        """,
        {
            "fit": ["train:6"],
            "scores": ["accuracy:7 disjoint test"],
            "leaks": [],
        },
    ),
    "textblob": (
        """
    from textblob.classifiers import NaiveBayesClassifier
    model = NaiveBayesClassifier([("I like it", "good"), ("I hate it", "bad")])
    print(model.accuracy([("nice", "good")]))
        """,
        {
            "fit": ["NaiveBayesClassifier:2"],
            "scores": ["accuracy:3 unknown"],
            "leaks": [],
        },
    ),
    "conditional random fields": (
        """
    import pandas as pd
    from seqeval.metrics import f1_score
    from sklearn.model_selection import train_test_split
    from sklearn_crfsuite import CRF, metrics
    table = pd.read_csv("letters.csv")
    X_train, X_test, y_train, y_test = train_test_split(table[["words"]], table["marks"])
    model = CRF(algorithm="lbfgs")
    model.fit(X_train, y_train)
    said = model.predict(X_test)
    print(f1_score(y_test, said), metrics.flat_f1_score(y_test, said))
        """,
        {
            "fit": ["CRF:8"],
            "scores": ["f1_score:10 disjoint test", "flat_f1_score:10 disjoint test"],
            "leaks": [],
        },
    ),
    "assistants that are trained by a configuration": (
        """
    import rasa
    rasa.train(domain="domain.yml", config="config.yml", training_files="data/")
        """,
        {
            "fit": ["train:2"],
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
