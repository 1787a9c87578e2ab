"""A process that is asked line by line and answers in JSON, given up when the time is over."""

import json
import selectors
import subprocess
import time


class MeasuredProcess:
    """Runs a command whose process prints one line of JSON for each line that it is sent.

    Args:
        command: The program and its arguments.
        env: Its environment variables.
    """

    def __init__(self, command, env):
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True, env=env
        )

    def ask(self, question, end):
        """Returns what the process answers, or `{"error": why}` if it died or time is over.

        Args:
            question: A line for the process.
            end: On the clock of `time.monotonic`; a process that is still busy then is stopped.
        """
        try:
            self._process.stdin.write(question + "\n")
            self._process.stdin.flush()
        except OSError:
            pass  # it has ended, and may have said why
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            if not selector.select(max(0.0, end - time.monotonic())):
                self._process.kill()
                return {"error": "left out: the time limit was reached"}
        line = self._process.stdout.readline()
        return json.loads(line) if line else {"error": "the process ended (out of memory?)"}

    def close(self):
        """Ends the process, which has answered all that it was asked."""
        self._process.communicate()

    def stop(self):
        """Ends the process, whatever it does."""
        self._process.kill()
        self.close()
