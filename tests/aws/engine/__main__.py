"""Run the emulator with its shims; the environment says on which ports and with which Python."""

import asyncio
import logging
import os
import signal
import sys
from threading import Thread

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack.app import app
from ministack.core import lambda_runtime, tls

from tests.aws.engine import aurora
from tests.aws.engine.shims import SHIMS

# Functions get this process's environment; they shall find nothing of the project but their layers.
os.environ.pop("PYTHONPATH", None)

for shim in SHIMS:
    shim.apply()


def obey() -> None:
    """End the functions' processes for each line that comes, at the end this one, too."""
    for number, _ in enumerate(sys.stdin):
        lambda_runtime.reset()
        logging.getLogger("engine").warning("ended functions %d", number)
    os.killpg(os.getpid(), signal.SIGKILL)


Thread(target=obey, daemon=True).start()
config = Config()
config.insecure_bind = [f"127.0.0.1:{os.environ['GATEWAY_PORT']}"]
config.bind = [f"127.0.0.1:{os.environ['HTTPS_PORT']}"]  # of what has an https address: CloudFront
config.certfile, config.keyfile = tls.resolve_tls_material()
config.keep_alive_timeout = 75
config.loglevel = "WARNING"


async def main() -> None:
    """Serve, with a cluster if the tests have a server for it."""
    if aurora.HOST:
        await aurora.serve()
    await serve(app, config)


asyncio.run(main())
