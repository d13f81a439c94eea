"""Keras: official sets, generators and their subsets, custom loops, callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "an official set": (
        """
    import keras
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train, x_test = x_train.astype("float32") / 255, x_test.astype("float32") / 255
    model = keras.Sequential([keras.Input(shape=(28, 28)), keras.layers.Dense(10)])
    model.compile(loss="categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, batch_size=128, epochs=15, validation_split=0.1)
    print(model.evaluate(x_test, y_test, verbose=0))
        """,
        {
            "fit": ["Sequential:6"],
            "scores": ["evaluate:7 disjoint test", "loss:6 disjoint validation"],
            "leaks": [],
        },
    ),
    "only its training rows": (
        """
    import keras
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    model = keras.Sequential([keras.layers.Dense(10)])
    model.fit(x_train, y_train)
    print(model.evaluate(x_train, y_train))
        """,
        {
            "fit": ["Sequential:4"],
            "scores": ["evaluate:5 same train"],
            "leaks": ["overlap:5"],
        },
    ),
    "stopped early on the test rows": (
        """
    import tensorflow as tf
    (x_train, y_train), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
    model = tf.keras.models.Sequential([tf.keras.layers.Flatten()])
    stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", restore_best_weights=True)
    model.fit(x_train, y_train, validation_data=(x_test, y_test), callbacks=[stop])
    model.evaluate(x_test, y_test)
        """,
        {
            "fit": ["Sequential:5"],
            "scores": ["evaluate:6 disjoint test", "loss:5 disjoint test"],
            "leaks": ["multi_test:5"],
        },
    ),
    "a folder, divided by subset": (
        """
    from keras.layers import Dense
    from keras.models import Sequential
    from keras.preprocessing.image import ImageDataGenerator
    turned = ImageDataGenerator(rescale=1.0 / 255, validation_split=0.2)
    train = turned.flow_from_directory("leaves", target_size=(150, 150), subset="training")
    valid = turned.flow_from_directory("leaves", target_size=(150, 150), subset="validation")
    model = Sequential([Dense(1)])
    model.fit_generator(train, steps_per_epoch=10, validation_data=valid)
    model.evaluate(valid)
        """,
        {
            "fit": ["Sequential:8"],
            "scores": ["evaluate:9 disjoint validation", "loss:8 disjoint validation"],
            "leaks": [],
        },
    ),
    "arrays, divided by subset": (
        """
    from tensorflow.keras.datasets import cifar10
    from tensorflow.keras.models import Sequential
    from tensorflow.keras.preprocessing.image import ImageDataGenerator
    (x_train, y_train), (x_test, y_test) = cifar10.load_data()
    turned = ImageDataGenerator(validation_split=0.2)
    model = Sequential([])
    model.fit(
        turned.flow(x_train, y_train, subset="training"),
        validation_data=turned.flow(x_train, y_train, subset="validation"),
    )
    print(model.evaluate(x_test, y_test))
        """,
        {
            "fit": ["Sequential:7"],
            "scores": ["evaluate:11 disjoint test", "loss:7 disjoint validation"],
            "leaks": [],
        },
    ),
    "tables of pictures": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from tensorflow.keras import layers, models
    from tensorflow.keras.applications import ResNet50
    from tensorflow.keras.preprocessing.image import ImageDataGenerator
    train, test = train_test_split(pd.read_csv("leaves.csv"), test_size=0.2)
    turned, plain = ImageDataGenerator(validation_split=0.25), ImageDataGenerator()
    parts = {"directory": "leaves", "x_col": "file", "y_col": "kind"}
    a = turned.flow_from_dataframe(dataframe=train, subset="training", **parts)
    b = turned.flow_from_dataframe(dataframe=train, subset="validation", **parts)
    c = plain.flow_from_dataframe(test, shuffle=False, **parts)
    model = models.Sequential([ResNet50(weights="imagenet"), layers.Dense(2)])
    model.fit(a, validation_data=b, epochs=2)
    print(model.evaluate(c))
        """,
        {
            "fit": ["ResNet50:13", "Sequential:13"],
            "scores": ["evaluate:14 disjoint test", "loss:13 disjoint validation"],
            "leaks": [],
            "model_call": ["backbone:12"],
        },
    ),
    "the functional interface and a report": (
        """
    import numpy as np
    from sklearn.metrics import classification_report
    from sklearn.model_selection import train_test_split
    from tensorflow.keras.layers import Dense, Input
    from tensorflow.keras.models import Model
    X_train, X_test, y_train, y_test = train_test_split(np.load("x.npy"), np.load("y.npy"))
    inside = Input(shape=(4,))
    model = Model(inputs=inside, outputs=Dense(1, activation="sigmoid")(inside))
    model.fit(X_train, y_train, epochs=10)
    said = (model.predict(X_test) > 0.5).astype(int)
    print(classification_report(y_test, said))
        """,
        {
            "fit": ["Model:9"],
            "scores": ["classification_report:11 disjoint test"],
            "leaks": [],
        },
    ),
    "a loop with an optimiser's apply": (
        """
    import keras
    import tensorflow as tf
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    train = tf.data.Dataset.from_tensor_slices((x_train, y_train)).shuffle(1024).batch(64)
    test = tf.data.Dataset.from_tensor_slices((x_test, y_test)).batch(64)
    model = keras.Sequential([keras.layers.Dense(10)])
    optimizer, loss = keras.optimizers.Adam(), keras.losses.SparseCategoricalCrossentropy()
    accuracy = keras.metrics.SparseCategoricalAccuracy()
    for step, (x, y) in enumerate(train):
        with tf.GradientTape() as tape:
            value = loss(y, model(x, training=True))
        optimizer.apply(tape.gradient(value, model.trainable_weights), model.trainable_weights)
    for x, y in test:
        accuracy.update_state(y, model(x, training=False))
    print(accuracy.result())
        """,
        {
            "fit": ["Sequential:12"],
            "scores": ["SparseCategoricalAccuracy:15 disjoint test"],
            "leaks": [],
        },
    ),
    "steps of training and of testing as functions": (
        """
    import tensorflow as tf
    train = tf.keras.utils.image_dataset_from_directory("leaves/train")
    test = tf.keras.utils.image_dataset_from_directory("leaves/test")
    model = tf.keras.Sequential([tf.keras.layers.Dense(10)])
    optimizer, loss = tf.keras.optimizers.Adam(), tf.keras.losses.MeanSquaredError()
    accuracy = tf.keras.metrics.SparseCategoricalAccuracy(name="test_accuracy")
    @tf.function
    def train_step(images, labels):
        with tf.GradientTape() as tape:
            value = loss(labels, model(images, training=True))
        slopes = tape.gradient(value, model.trainable_variables)
        optimizer.apply_gradients(zip(slopes, model.trainable_variables))
    @tf.function
    def test_step(images, labels):
        accuracy(labels, model(images, training=False))
    for images, labels in train:
        train_step(images, labels)
    for images, labels in test:
        test_step(images, labels)
    print(accuracy.result())
        """,
        {
            "fit": ["Sequential:12"],
            "scores": [
                "SparseCategoricalAccuracy:15 disjoint test",
                "SparseCategoricalAccuracy:20 disjoint test",
            ],
            "leaks": [],
        },
    ),
    "one metric for both parts, reset between them": (
        """
    import keras
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    model, accuracy = keras.Sequential([]), keras.metrics.BinaryAccuracy()
    model.train_on_batch(x_train, y_train)
    accuracy.update_state(y_train, model(x_train))
    print(accuracy.result())
    accuracy.reset_state()
    accuracy.update_state(y_test, model(x_test))
    print(accuracy.result())
        """,
        {
            "fit": ["Sequential:4"],
            "scores": ["BinaryAccuracy:6 same train", "BinaryAccuracy:9 disjoint test"],
            "leaks": [],
        },
    ),
    "a vocabulary and a scale, adapted on all rows": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from tensorflow.keras import Sequential, layers
    table = pd.read_csv("letters.csv")
    words, scale = layers.TextVectorization(), layers.Normalization()
    words.adapt(table["text"])
    scale.adapt(table["length"])
    train, test = train_test_split(scale(words(table)))
    model = Sequential([])
    model.fit(train, train)
    print(model.evaluate(test, test))
        """,
        {
            "fit": ["Sequential:10"],
            "scores": ["evaluate:11 disjoint test"],
            "leaks": ["preprocessing:7"],
            "fit_transform": ["Normalization:7", "TextVectorization:6"],
        },
    ),
    "a vocabulary alone": (
        """
    import pandas as pd
    from sklearn.model_selection import train_test_split
    from tensorflow.keras import Sequential, layers
    table = pd.read_csv("letters.csv")
    words = layers.TextVectorization()
    words.adapt(table["text"])
    train, test = train_test_split(words(table["text"]))
    model = Sequential([])
    model.fit(train, train)
    print(model.evaluate(test, test))
        """,
        {
            "fit": ["Sequential:9"],
            "scores": ["evaluate:10 disjoint test"],
            "leaks": [],
            "fit_transform": ["TextVectorization:6"],
        },
    ),
    "weights from a file": (
        """
    from tensorflow.keras import Sequential
    model = Sequential([])
    model.load_weights("leaves.weights.h5")
    print(model.predict(picture))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:3"],
        },
    ),
}


@pytest.mark.parametrize(("source", "expected"), PROGRAMS.values(), ids=PROGRAMS)
def test_program(
    source: str, expected: dict[str, list[str]], told: Callable[[str], dict[str, list[str]]]
) -> None:
    found = told(source)
    assert {key: found[key] for key in expected} == expected
