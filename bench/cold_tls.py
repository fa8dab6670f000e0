"""TLS before the emulator, and what it takes for a process to trust it: nothing less than usual."""

import asyncio
import shutil
import ssl
import threading
from pathlib import Path
from urllib.parse import urlsplit

import certifi

from tests.certificates import HOST, write_certificate


class TlsFront:
    """Takes TLS connections and passes on what they carry."""

    def __init__(self, upstream: str, folder: Path) -> None:
        self._upstream = urlsplit(upstream)
        self._certificate = folder / "certificate.pem"
        write_certificate(self._certificate)
        self._certifi = folder / "trusting"
        shutil.copytree(Path(certifi.where()).parent, self._certifi / "certifi")
        with (self._certifi / "certifi/cacert.pem").open("ab") as authorities:
            authorities.write(self._certificate.read_bytes())
        self._loop = asyncio.new_event_loop()
        self._server = self._loop.run_until_complete(self._listen())
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"https://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    @property
    def python_path(self) -> Path:
        """A folder with a certifi that has one authority more than the usual ones."""
        return self._certifi

    @property
    def extra_authorities(self) -> Path:
        """The file that Node is told of."""
        return self._certificate

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _listen(self) -> asyncio.Server:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(self._certificate)
        return await asyncio.start_server(self._serve, HOST, 0, ssl=context)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection(self._upstream.hostname, self._upstream.port)
        await asyncio.gather(_pass_on(reader, there[1]), _pass_on(there[0], writer))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
