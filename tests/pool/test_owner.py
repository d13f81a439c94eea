from __future__ import annotations

import subprocess
import sys

import pytest

from portfolio_scan.pool.owner import dead, this_owner


def test_this_process_is_alive_and_named_anew_each_time():
    mine = this_owner()
    assert dead([mine]) == []
    assert this_owner() != mine


def test_a_process_that_ended_is_dead():
    program = "from portfolio_scan.pool.owner import this_owner; print(this_owner())"
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.strip()
    assert dead([ended, this_owner()]) == [ended]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="start times are read from /proc")
def test_a_process_that_got_the_number_of_another_is_not_that_one():
    machine, number, started, nonce = this_owner().split("/")
    assert dead([f"{machine}/{number}/{int(started) - 1}/{nonce}"])
    # Where the start was not told the number has to do.
    assert dead([f"{machine}/{number}//{nonce}"]) == []


def test_of_other_machines_nothing_is_known():
    _, number, started, nonce = this_owner().split("/")
    assert dead([f"elsewhere/999999/{started}/{nonce}", "odd", f"elsewhere/{number}/"]) == []
