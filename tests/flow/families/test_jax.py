"""JAX, Flax, Haiku and others: gradients are functions, and parameters are moved along them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "by hand": (
        """
    import jax
    import jax.numpy as jnp
    import numpy as np
    from sklearn.model_selection import train_test_split
    X_train, X_test, y_train, y_test = train_test_split(np.load("x.npy"), np.load("y.npy"))
    def predict(params, x):
        return jnp.dot(x, params["w"]) + params["b"]
    def loss(params, x, y):
        return jnp.mean((predict(params, x) - y) ** 2)
    @jax.jit
    def update(params, x, y, lr=0.1):
        slopes = jax.grad(loss)(params, x, y)
        return jax.tree_util.tree_map(lambda p, s: p - lr * s, params, slopes)
    params = {"w": jnp.zeros(3), "b": 0.0}
    for turn in range(100):
        params = update(params, X_train, y_train)
    print(loss(params, X_test, y_test))
        """,
        {
            "fit": ["gradient step:13"],
            "scores": ["error:9 disjoint test"],
            "leaks": [],
        },
    ),
    "by hand, nothing but training": (
        """
    import jax
    import jax.numpy as jnp
    import numpy as np
    X, y = np.load("x.npy"), np.load("y.npy")
    def loss(params, x, y):
        return jnp.mean((jnp.dot(x, params) - y) ** 2)
    params = jnp.zeros(3)
    for turn in range(100):
        value, slopes = jax.value_and_grad(loss)(params, X, y)
        params = params - 0.1 * slopes
        """,
        {
            "fit": ["gradient step:10"],
            "scores": [],
            "leaks": [],
        },
    ),
    "optax": (
        """
    import jax
    import jax.numpy as jnp
    import optax
    import tensorflow_datasets as tfds
    from flax import linen as nn
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(10)(x)
    train, test = tfds.load("mnist", split="train"), tfds.load("mnist", split="test")
    model = Net()
    params = model.init(jax.random.PRNGKey(0), jnp.ones((1, 784)))
    steps = optax.adam(1e-3)
    state = steps.init(params)
    @jax.jit
    def train_step(params, state, batch):
        def loss(params):
            said = model.apply(params, batch["image"])
            return optax.softmax_cross_entropy_with_integer_labels(said, batch["label"]).mean()
        value, slopes = jax.value_and_grad(loss)(params)
        moves, state = steps.update(slopes, state)
        return optax.apply_updates(params, moves), state, value
    for batch in train:
        params, state, value = train_step(params, state, batch)
    right = 0
    for batch in test:
        right += (jnp.argmax(model.apply(params, batch["image"]), -1) == batch["label"]).sum()
    print(right / 10000)
        """,
        {
            "fit": ["Net:22"],
            "scores": ["accuracy:27 disjoint test"],
            "leaks": [],
        },
    ),
    "flax, a training state": (
        """
    import jax
    import jax.numpy as jnp
    import optax
    import tensorflow_datasets as tfds
    from flax import linen as nn
    from flax.training import train_state
    class Net(nn.Module):
        @nn.compact
        def __call__(self, x):
            return nn.Dense(10)(x)
    def start(key):
        net = Net()
        params = net.init(key, jnp.ones([1, 28, 28, 1]))["params"]
        return train_state.TrainState.create(apply_fn=net.apply, params=params, tx=optax.sgd(0.1))
    @jax.jit
    def apply_model(state, images, labels):
        def loss(params):
            said = state.apply_fn({"params": params}, images)
            return optax.softmax_cross_entropy_with_integer_labels(said, labels).mean(), said
        (value, said), slopes = jax.value_and_grad(loss, has_aux=True)(state.params)
        return slopes, value, jnp.mean(jnp.argmax(said, -1) == labels)
    def train_epoch(state, rows):
        for batch in rows:
            slopes, value, accuracy = apply_model(state, batch["image"], batch["label"])
            state = state.apply_gradients(grads=slopes)
        return state
    state = start(jax.random.key(0))
    for turn in range(10):
        state = train_epoch(state, tfds.load("mnist", split="train"))
        for batch in tfds.load("mnist", split="test"):
            _, value, accuracy = apply_model(state, batch["image"], batch["label"])
        """,
        {
            "fit": ["Net:25"],
            "scores": ["accuracy:21 disjoint test", "accuracy:21 same train"],
            "leaks": [],
        },
    ),
    "flax nnx": (
        """
    import optax
    import tensorflow_datasets as tfds
    from flax import nnx
    class Net(nnx.Module):
        def __init__(self, *, rngs):
            self.inner = nnx.Linear(1, 10, rngs=rngs)
        def __call__(self, x):
            return self.inner(x)
    model = Net(rngs=nnx.Rngs(0))
    optimizer = nnx.Optimizer(model, optax.adamw(0.005))
    metrics = nnx.MultiMetric(accuracy=nnx.metrics.Accuracy())
    def loss(model, batch):
        said = model(batch["image"])
        value = optax.softmax_cross_entropy_with_integer_labels(logits=said, labels=batch["label"])
        return value.mean(), said
    @nnx.jit
    def train_step(model, optimizer, batch):
        (value, said), slopes = nnx.value_and_grad(loss, has_aux=True)(model, batch)
        optimizer.update(slopes)
    for batch in tfds.load("mnist", split="train"):
        train_step(model, optimizer, batch)
    for batch in tfds.load("mnist", split="test"):
        metrics.update(logits=model(batch["image"]), labels=batch["label"])
    print(metrics.compute())
        """,
        {
            "fit": ["Net:19"],
            "scores": ["MultiMetric:24 disjoint test"],
            "leaks": [],
        },
    ),
    "haiku and its optimiser": (
        """
    import haiku as hk
    import jax
    import numpy as np
    import optax
    net = hk.transform(lambda x: hk.nets.MLP([300, 10])(x))
    steps = optax.adam(1e-3)
    def loss(params, rows):
        return optax.l2_loss(net.apply(params, None, rows), rows).mean()
    @jax.jit
    def update(params, state, rows):
        slopes = jax.grad(loss)(params, rows)
        moves, state = steps.update(slopes, state)
        return optax.apply_updates(params, moves), state
    update(params, state, np.load("x.npy"))
        """,
        {
            "fit": ["transform:13"],
            "scores": [],
            "leaks": [],
        },
    ),
    "an optimiser as functions": (
        """
    import jax
    from jax.example_libraries import optimizers
    opt_init, opt_update, get_params = optimizers.adam(1e-3)
    state = opt_init(params)
    for number, batch in enumerate(batches):
        state = opt_update(number, jax.grad(loss)(get_params(state), batch), state)
        """,
        {
            "fit": ["network:6"],
            "scores": [],
            "leaks": [],
        },
    ),
    "mlx": (
        """
    import mlx.core as mx
    import mlx.nn as nn
    import mlx.optimizers as optim
    import numpy as np
    class Net(nn.Module):
        def __call__(self, x):
            return x
    model, optimizer = Net(), optim.SGD(learning_rate=0.1)
    def loss(model, x, y):
        return mx.mean(nn.losses.cross_entropy(model(x), y))
    value, slopes = nn.value_and_grad(model, loss)(model, np.load("x.npy"), np.load("y.npy"))
    optimizer.update(model, slopes)
        """,
        {
            "fit": ["Net:12"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a picture moved against its class": (
        """
    import jax
    slopes = jax.grad(lambda picture: score(model, picture))(picture)
    fooled = picture + 0.01 * slopes
        """,
        {
            "fit": [],
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
