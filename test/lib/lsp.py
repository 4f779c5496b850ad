# lsp.py - a small client of the language server protocol, for tests.
#
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
import json
import queue
import subprocess
import threading
from pathlib import Path

TIME_LIMIT = 60


class Server:
    """A language server on a pipe; use it in a with statement."""

    def __init__(self, command, folder):
        self.process = subprocess.Popen([str(c) for c in command], cwd=folder,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        self._inbox = queue.Queue()
        self._number = 0
        self._stash = []
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {
            "processId": None, "rootUri": Path(folder).resolve().as_uri(),
            "capabilities": {"textDocument": {
                "publishDiagnostics": {"codeActionsInline": False, "relatedInformation": True,
                                       "codeDescriptionSupport": True},
                "codeAction": {"codeActionLiteralSupport": {
                    "codeActionKind": {"valueSet": ["quickfix"]}}}}}})
        self.notify("initialized", {})

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()

    def _read(self):
        stream = self.process.stdout
        while True:
            length = 0
            while (line := stream.readline().strip()):
                name, _, value = line.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
            if not length:
                self._inbox.put(None)  # the server is gone
                return
            self._inbox.put(json.loads(stream.read(length)))

    def _send(self, message):
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _next(self, wanted):
        """The first message that WANTED accepts; others wait for their turn."""
        for message in self._stash:
            if wanted(message):
                self._stash.remove(message)
                return message
        while True:
            message = self._inbox.get(timeout=TIME_LIMIT)
            if message is None:
                raise RuntimeError(f"the server has ended, status {self.process.wait()}")
            if wanted(message):
                return message
            self._stash.append(message)

    def notify(self, method, params):
        self._send({"method": method, "params": params})

    def request(self, method, params):
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        answer = self._next(lambda m: m.get("id") == number and "method" not in m)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, path):
        """Opens PATH; returns an open Document."""
        return Document(self, Path(path))

    def shut_down(self):
        """Ends the server as an editor does; returns its exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(TIME_LIMIT)


class Document:
    """A file that is open in the editor."""

    def __init__(self, server, path):
        self.server, self.version = server, 1
        self.uri, self.text = path.resolve().as_uri(), path.read_text()
        server.notify("textDocument/didOpen", {"textDocument": {
            "uri": self.uri, "languageId": "c", "version": 1, "text": self.text}})

    def change(self, text):
        """The editor's text is TEXT now."""
        self.version += 1
        self.text = text
        self.server.notify("textDocument/didChange", {
            "textDocument": {"uri": self.uri, "version": self.version},
            "contentChanges": [{"text": text}]})

    def diagnostics(self):
        """The diagnostics of the text as it is."""
        message = self.server._next(
            lambda m: m.get("method") == "textDocument/publishDiagnostics"
            and m["params"]["uri"] == self.uri
            and m["params"].get("version", self.version) == self.version)
        return message["params"]["diagnostics"]

    def symbols(self):
        """What the text declares, which takes a parse of this very text."""
        return self.server.request("textDocument/documentSymbol", {
            "textDocument": {"uri": self.uri}})

    def actions(self, diagnostic):
        """The code actions that are offered for DIAGNOSTIC."""
        return self.server.request("textDocument/codeAction", {
            "textDocument": {"uri": self.uri}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic]}})

    def apply(self, action):
        """Does what an editor does with ACTION."""
        def offset(position):
            lines = self.text.splitlines(keepends=True)
            return sum(map(len, lines[: position["line"]])) + position["character"]

        edits = action["edit"]["changes"][self.uri]
        text = self.text
        for edit in sorted(edits, key=lambda e: offset(e["range"]["start"]), reverse=True):
            start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
            text = text[:start] + edit["newText"] + text[end:]
        self.change(text)
