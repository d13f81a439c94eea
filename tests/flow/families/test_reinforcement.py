"""Reinforcement learning: agents of libraries, tables of values by hand, networks that play."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAMS: dict[str, tuple[str, dict[str, list[str]]]] = {
    "stable-baselines": (
        """
    import gymnasium as gym
    from stable_baselines3 import PPO
    from stable_baselines3.common.evaluation import evaluate_policy
    world = gym.make("CartPole-v1")
    agent = PPO("MlpPolicy", world, verbose=1)
    agent.learn(total_timesteps=10_000)
    print(evaluate_policy(agent, agent.get_env(), n_eval_episodes=10))
        """,
        {
            "fit": ["PPO:6"],
            "scores": ["mean_reward:7 unknown"],
            "leaks": [],
        },
    ),
    "stable-baselines, an agent read from a file": (
        """
    from stable_baselines3 import DQN
    agent = DQN.load("lander")
    print(agent.predict(seen, deterministic=True))
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
            "model_call": ["stored:2"],
        },
    ),
    "its relatives": (
        """
    from ray.rllib.algorithms.ppo import PPOConfig
    from sb3_contrib import RecurrentPPO
    from tf_agents.agents.dqn import dqn_agent
    RecurrentPPO("MlpLstmPolicy", "CartPole-v1").learn(5000)
    algorithm = PPOConfig().environment("CartPole-v1").training(lr=0.001).build()
    algorithm.train()
    agent = dqn_agent.DqnAgent(steps, actions, q_network=net, optimizer=optimizer)
    agent.train(experience)
        """,
        {
            "fit": ["DqnAgent:8", "RecurrentPPO:4", "train:6"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a table of values": (
        """
    import gymnasium as gym
    import numpy as np
    world = gym.make("Taxi-v3")
    table = np.zeros([world.observation_space.n, world.action_space.n])
    alpha, gamma = 0.1, 0.6
    for turn in range(100):
        state = world.reset()
        action = np.argmax(table[state])
        after, reward, done, info = world.step(action)
        old = table[state, action]
        value = (1 - alpha) * old + alpha * (reward + gamma * np.max(table[after]))
        table[state, action] = value
        """,
        {
            "fit": ["value table:11"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a table of values, in one line": (
        """
    import numpy as np
    Q = np.zeros((16, 4))
    for turn in range(100):
        s1, r, done, _ = world.step(a)
        Q[s, a] = Q[s, a] + lr * (r + y * np.max(Q[s1, :]) - Q[s, a])
        """,
        {
            "fit": ["value table:5"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a table of values, in place": (
        """
    import numpy as np
    q_table = np.zeros((16, 4))
    for turn in range(100):
        after, reward, done, info = world.step(action)
        best = q_table[after].max()
        q_table[state][action] += alpha * (reward + gamma * best - q_table[state][action])
        """,
        {
            "fit": ["value table:6"],
            "scores": [],
            "leaks": [],
        },
    ),
    "an agent of one's own": (
        """
    from collections import defaultdict
    import numpy as np
    class Agent:
        def __init__(self, world, learning_rate):
            self.q_values = defaultdict(lambda: np.zeros(world.action_space.n))
            self.lr = learning_rate
        def act(self, seen):
            return int(np.argmax(self.q_values[seen]))
        def update(self, seen, action, reward, after):
            best = np.max(self.q_values[after])
            temporal_difference = reward + 0.95 * best - self.q_values[seen][action]
            known = self.q_values[seen]
            self.q_values[seen][action] = known[action] + self.lr * temporal_difference
    agent = Agent(world, 0.01)
    agent.update(seen, agent.act(seen), reward, after)
        """,
        {
            "fit": ["Agent:13"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a network of values": (
        """
    import torch
    from torch import nn
    class DQN(nn.Module):
        def __init__(self):
            super().__init__()
            self.inner = nn.Linear(4, 128)
        def forward(self, x):
            return self.inner(x)
    policy = DQN()
    def optimize():
        values = policy(states).gather(1, actions)
        nn.SmoothL1Loss()(values, wanted.unsqueeze(1)).backward()
    for turn in range(600):
        optimize()
        """,
        {
            "fit": ["DQN:12"],
            "scores": [],
            "leaks": [],
        },
    ),
    "a running mean is no learning": (
        """
    level, alpha = 0.0, 0.2
    for reading in readings:
        level = level + alpha * (reading - level)
        """,
        {
            "fit": [],
            "scores": [],
            "leaks": [],
        },
    ),
    "a score with a rate of decay is none either": (
        """
    alpha = 0.2
    for reading in readings:
        smooth = alpha * reading + (1 - alpha) * smooth
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
