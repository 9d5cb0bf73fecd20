"""A cluster of Aurora: before a PostgreSQL server stands a gate that asks for TLS and IAM's token.

The server is another process and lets in everybody who comes from this machine; the gate decides.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import ssl
import struct
import time
from typing import Any

from ministack.core import lambda_runtime, responses
from ministack.core.iam_evaluator import EvalContext, evaluate, resolve_principal
from ministack.core.rds_iam import VerifiedRdsToken, verify_rds_iam_token
from ministack.services import rds, sts
from ministack.services.cloudformation import provisioners

from tests.aws.engine.shim import replace

HOST = os.environ.get("AURORA_HOST", "")
PORT = 5432
"""The template names no other."""
SERVER = ("127.0.0.1", int(os.environ.get("AURORA_SERVER_PORT", "0")))
LIFETIME = 12 * 3600
SSL_REQUEST = 80877103
PASSWORD_PLEASE = struct.pack("!cII", b"R", 8, 3)
REFUSED = b"SFATAL\0C28000\0MIAM does not let this user in.\0\0"


async def serve() -> None:
    """Stand before the server until the end of this process."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(os.environ["AURORA_CERTIFICATE"])

    async def come(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await _let_in(reader, writer, context)
        except (OSError, asyncio.IncompleteReadError):
            pass  # the caller has hung up
        finally:
            writer.close()

    await asyncio.start_server(come, HOST, PORT)


async def _let_in(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, context: ssl.SSLContext
) -> None:
    first = await _packet(reader)
    if struct.unpack("!I", first) != (SSL_REQUEST,):
        return  # as with rds.force_ssl: nothing without TLS
    writer.write(b"S")
    await writer.start_tls(context)
    start = await _packet(reader)
    words = start[4:].split(b"\0")
    user = dict(zip(words[::2], words[1::2], strict=False))[b"user"].decode()
    writer.write(PASSWORD_PLEASE)
    await reader.readexactly(1)
    token = (await _packet(reader)).rstrip(b"\0").decode()
    if not _may_connect(user, token):
        writer.write(b"E" + struct.pack("!I", len(REFUSED) + 4) + REFUSED)
        await writer.drain()
        return
    theirs_in, theirs_out = await asyncio.open_connection(*SERVER)
    theirs_out.write(struct.pack("!I", len(start) + 4) + start)
    await asyncio.wait(
        [
            asyncio.ensure_future(_pass_on(reader, theirs_out)),
            asyncio.ensure_future(_pass_on(theirs_in, writer)),
        ],
        return_when=asyncio.FIRST_COMPLETED,
    )
    theirs_out.close()


async def _packet(reader: asyncio.StreamReader) -> bytes:
    (length,) = struct.unpack("!I", await reader.readexactly(4))
    return await reader.readexactly(length - 4)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()


def _may_connect(user: str, token: str) -> bool:
    account, region = os.environ["MINISTACK_ACCOUNT_ID"], os.environ["MINISTACK_REGION"]
    known = verify_rds_iam_token(
        token, hostname=HOST, port=PORT, db_user=user, region=region, account_id=account
    )
    if not isinstance(known, VerifiedRdsToken):
        logging.getLogger("aurora").warning("The token of %s: %s", user, known.code)
        return False
    with responses.request_scope(account, region):
        principal = resolve_principal(known.access_key_id, account)
        policies = getattr(principal, "policies", None)
        if policies is None:
            return False  # neither a stranger nor the account's owner
        return any(
            evaluate(
                EvalContext(
                    principal_arn=principal.arn,
                    principal_type=principal.type,
                    principal_account=account,
                    action="rds-db:connect",
                    resource_arn=(
                        f"arn:aws:rds-db:{region}:{account}"
                        f":dbuser:{cluster['DbClusterResourceId']}/{user}"
                    ),
                    region=region,
                    principal_keys=principal.keys,
                ),
                policies,
                *principal.limits,
            ).decision
            == "Allow"
            for cluster in rds._clusters.values()
            if cluster["IAMDatabaseAuthenticationEnabled"]
        )


def open_cluster(properties: dict[str, Any], name: str, attributes: dict[str, Any]) -> None:
    """Give a cluster its address, and the master's secret that RDS would make."""
    rds._clusters[name]["Endpoint"] = attributes["Endpoint.Address"] = HOST
    login = json.dumps({"username": properties["MasterUsername"], "password": "any"})
    _, secret = provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]["create"](
        "MasterSecret", {"Name": f"rds!{name}", "SecretString": login}, name
    )
    attributes["MasterUserSecret.SecretArn"] = secret["Arn"]


def open_instance(_: Any, name: str, __: Any) -> None:
    """Let the Data API find the server, which it asks as the master, past the gate."""
    instance = rds._instances[name]
    instance["Endpoint"] = {"Address": SERVER[0], "Port": SERVER[1]}
    instance["_docker_container_id"] = "a server on this machine"


def end_sessions() -> None:
    """Give functions keys that end, as tokens must be signed with."""
    make = lambda_runtime.execution_credentials

    def with_an_end(config: dict[str, Any]) -> dict[str, str]:
        keys: dict[str, str] = make(config)
        sts._sessions[keys["AWS_ACCESS_KEY_ID"]]["Expiration"] = time.time() + LIFETIME
        return keys

    replace(make, with_an_end)


def has_no_server() -> bool:
    """Whether a cluster of the emulator's own has neither a master's secret nor a server."""
    handlers = provisioners._RESOURCE_HANDLERS
    properties = {"Engine": "aurora-postgresql", "ManageMasterUserPassword": True}
    _, attributes = handlers["AWS::RDS::DBCluster"]["create"]("Cluster", properties, "probe")
    return "MasterUserSecret.SecretArn" not in attributes
