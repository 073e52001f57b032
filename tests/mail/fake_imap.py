"""An IMAP server with one mailbox, which knows just what mail/mailbox.py says to it."""

import re
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class FakeImap:
    """Mails by their number, and the numbers of those that are seen."""

    def __init__(self, *mails: bytes) -> None:
        self.mails = dict(enumerate(mails, 101))
        self.seen: set[int] = set()
        self.said: list[str] = []
        self.url = ""
        #: After this many FETCHes the connection breaks.
        self.breaks_after = 10**9

    def answers(self, command: str) -> list[bytes] | None:
        """The untagged answers to a command; None for one that fails."""
        self.said.append(command)
        words = command.upper().split()
        verb = words[0]
        number = int(words[2]) if "FETCH" in words or "STORE" in words else 0
        answers: list[bytes] | None = []
        if verb == "LOGIN":
            answers = [] if command == 'LOGIN retur@portal.example "p@ss"' else None
        elif verb == "SELECT":
            answers = [b"* 1 EXISTS"] if words[1] == '"INBOX"' else None
        elif verb == "CAPABILITY":
            answers = [b"* CAPABILITY IMAP4rev1"]
        elif "SEARCH" in words:
            unseen = " ".join(str(n) for n in self.mails if n not in self.seen)
            answers = [f"* SEARCH {unseen}".rstrip().encode()]
        elif "FETCH" in words:
            answers = self.fetched(number, words[-1])
        elif "STORE" in words:
            self.seen.add(number)
        return answers

    def fetched(self, number: int, wanted: str) -> list[bytes]:
        """`wanted` is «(BODY.PEEK[])», or «(BODY.PEEK[]<0.1000>)» for the first thousand bytes."""
        self.breaks_after -= 1
        if self.breaks_after < 0:
            raise ConnectionResetError
        if (source := self.mails.get(number)) is None:
            return []
        if part := re.search(r"<0\.(\d+)>", wanted):
            source = source[: int(part[1])]
        head = f"* 1 FETCH (UID {number} BODY[] {{{len(source)}}}".encode()
        return [head + b"\r\n" + source + b")"]


@contextmanager
def fake_imap(*mails: bytes) -> Iterator[FakeImap]:
    imap = FakeImap(*mails)

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"* OK ready\r\n")
            try:
                for line in self.rfile:
                    tag, _space, command = line.decode().strip().partition(" ")
                    answers = imap.answers(command)
                    for answer in answers or []:
                        self.wfile.write(answer + b"\r\n")
                    status = "NO" if answers is None else "OK"
                    self.wfile.write(f"{tag} {status} done\r\n".encode())
                    if command == "LOGOUT":
                        return
            except ConnectionResetError:
                return

    class Server(socketserver.ThreadingTCPServer):
        allow_reuse_address = daemon_threads = True

    server = Server(("127.0.0.1", 0), Handler)
    imap.url = f"imap://retur%40portal.example:p%40ss@127.0.0.1:{server.server_address[1]}/INBOX"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield imap
    finally:
        server.shutdown()
        server.server_close()
        thread.join(60)
