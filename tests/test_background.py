"""A worker takes its steps one after another until it is stopped, and waits for the one that it takes."""

import threading

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
