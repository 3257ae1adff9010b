"""A worker takes its steps one after another until it is stopped, and waits for the one that it takes."""

import threading
import time

import pytest

from retrieval.background import Worker

#: Long enough for a busy machine, in seconds.
PATIENCE = 60.0


def test_it_takes_steps_until_it_is_stopped() -> None:
    steps, thrice = [], threading.Event()

    def step() -> None:
        steps.append(threading.current_thread().name)
        if len(steps) == 3:
            thrice.set()

    worker = Worker("steps", step, pause=0.001)
    worker.start()
    assert thrice.wait(PATIENCE)
    assert worker.stop(PATIENCE)
    taken = len(steps)
    assert set(steps) == {"steps"}
    assert taken >= 3
    assert not threading.Event().wait(0.05)
    assert len(steps) == taken, "a worker that was stopped takes no step"


def test_the_step_that_is_being_taken_is_waited_for_only_so_long() -> None:
    taking, may_end = threading.Event(), threading.Event()

    def step() -> None:
        taking.set()
        may_end.wait(PATIENCE)

    worker = Worker("slow", step, pause=PATIENCE)
    worker.start()
    assert taking.wait(PATIENCE)
    assert not worker.stop(0.01)
    may_end.set()
    assert worker.stop(PATIENCE)


def test_a_pause_ends_when_the_worker_is_stopped() -> None:
    taken = threading.Event()
    worker = Worker("pausing", taken.set, pause=1_000.0)
    worker.start()
    assert taken.wait(PATIENCE)
    assert worker.stop(PATIENCE)


def test_one_that_was_never_started_is_stopped_at_once() -> None:
    assert Worker("idle", lambda: None, pause=1.0).stop(0)


def test_a_fault_ends_no_worker_and_its_words_are_in_no_log(caplog: pytest.LogCaptureFixture) -> None:
    steps, again = [], threading.Event()

    def step() -> None:
        steps.append(time.monotonic())
        if len(steps) == 2:
            again.set()
        raise ValueError("what somebody wrote")

    worker = Worker("faulty", step, pause=1_000.0, rest=0.2)
    worker.start()
    assert again.wait(PATIENCE)
    assert worker.stop(PATIENCE)
    assert steps[1] - steps[0] >= 0.2, "it rests before it tries again"
    assert "faulty: ValueError" in caplog.text
    assert "somebody" not in caplog.text
