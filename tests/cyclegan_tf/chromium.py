"""Chromium without a window, driven through its DevTools protocol. No test here."""

import base64
import json
import re
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from urllib.request import urlopen

import websocket

PATH = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --hide-scrollbars "
    "--disable-background-networking --remote-debugging-port=0 --remote-allow-origins=*"
)


class Page:
    """The one page of a browser."""

    def __init__(self, address):
        self._socket = websocket.create_connection(address, timeout=600)
        self._count = 0

    def send(self, method, **params):
        self._count += 1
        self._socket.send(json.dumps({"id": self._count, "method": method, "params": params}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") == self._count:
                assert "error" not in answer, answer
                return answer["result"]

    def run(self, script):
        """Returns what a script's promise is resolved to."""
        given = {"expression": script, "awaitPromise": True, "returnByValue": True}
        result = self.send("Runtime.evaluate", **given)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def close(self):
        self._socket.close()

    def open(self, address):
        self.send("Page.navigate", url=address)
        self.run(
            "new Promise(done => { const wait = () => document.readyState === 'complete' && "
            "location.href !== 'about:blank' ? done() : setTimeout(wait, 20); wait(); })"
        )

    def size(self, width, height, dark=False):
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])

    def screenshot(self, path):
        shot = self.send("Page.captureScreenshot", captureBeyondViewport=True)
        path.write_bytes(base64.b64decode(shot["data"]))


@contextmanager
def chromium(*flags):
    """Starts Chromium with an empty page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [PATH, *FLAGS.split(), *flags, f"--user-data-dir={profile}", "about:blank"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
        try:
            for line in process.stderr:
                if found := re.search(rb"ws://([\d.:]+)/", line):
                    break
            host = found[1].decode()
            with urlopen(f"http://{host}/json/list") as answer:
                target = next(t for t in json.load(answer) if t["type"] == "page")
            page = Page(target["webSocketDebuggerUrl"])
            yield page
            page.close()
        finally:
            process.terminate()
            process.wait()
            process.stderr.close()
