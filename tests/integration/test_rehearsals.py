"""The runbook's steps for secrets and backups, run as they stand there.

A database of one's own is a real PostgreSQL. AWS is simulated, and restores no data.
"""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

import boto3
import pytest
from moto.server import ThreadedMotoServer
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from jobmatch.errors import sqlstate
from jobmatch.models import Decision
from jobmatch.operations.migrations import upgrade
from jobmatch.postgres import connect, engine
from local.postgres import _program
from tests.support.api import InProcess
from tests.support.given import a_profile, an_open_job
from tests.support.paths import ROOT
from tests.support.people import People
from tests.support.rows import all_rows, count
from tests.support.running import work

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import URL, Connection

    from tests.support.cloud import Cloud

RUNBOOK = (ROOT / "docs" / "operate.md").read_text("utf-8")
STACK, DATABASE_STACK = "jobmatch-prod", "jobmatch-prod-database"
CLUSTER, SCHEDULE = "jobmatch-cluster", "every-five-minutes"
REGION = "eu-west-1"
OLD_PASSWORD, NEW_PASSWORD = "before the change", "after the change"


def blocks(heading: str) -> list[str]:
    """The shell blocks under a heading of the runbook."""
    (section,) = re.findall(rf"^## {heading}\n(.*?)(?=^## )", RUNBOOK, re.MULTILINE | re.DOTALL)
    found = re.findall(r"^( *)```\w*\n(.*?)^ *```", section, re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", block, flags=re.MULTILINE) for indent, block in found]


def block_with(heading: str, part: str) -> str:
    (found,) = (block for block in blocks(heading) if part in block)
    return found


def execute(
    script: str, folder: Path, variables: Mapping[str, str], typed: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run a script, as an operator would type it; without a terminal, prompts read `typed`."""
    programs = os.path.dirname(_program("pg_dump"))  # noqa: PTH120 - a text for PATH
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(  # noqa: S603 - the runbook's own words
        ["bash", "-euo", "pipefail", "-c", script],  # noqa: S607
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        input=typed,
        capture_output=True,
        check=True,
        text=True,
        start_new_session=True,
        timeout=120,
    )


def address(url: URL) -> str:
    """An address as the programs of PostgreSQL take it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)


def test_an_own_database_is_restored_into_a_new_one_with_owners_and_rights(
    own_database: str, cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = make_url(own_database)
    new = old.set(database=f"{old.database}_restored")
    shutil.copytree(ROOT / "migrations", tmp_path / "migrations")
    make_roles(jobmatch_migrator=OLD_PASSWORD)
    with pytest.MonkeyPatch.context() as patch:
        migrator = old.set(username="jobmatch_migrator", password=OLD_PASSWORD)
        patch.setenv("DATABASE_URL", migrator.render_as_string(hide_password=False))
        upgrade(ROOT / "migrations", contract=True)
        engine().dispose()
    api, people = InProcess(), People.create()
    a_profile(api, people, specializations=["Licensing"])
    an_open_job(api, people.employer)
    work(cloud)
    assert count(Decision)
    with connect() as connection:
        rights = rights_in(connection)
    assert ("jobmatch_writer", "jobs", "INSERT") in rights
    rows = all_rows()
    variables = {"OLD": address(old), "NEW": address(new), "ADMINISTRATOR_URL": address(old)}
    script = block_with("Restore the database to a point in time", "pg_restore")
    execute(f'psql "$OLD" -qc "CREATE DATABASE {new.database}"', tmp_path, variables)
    execute(script, tmp_path, variables)
    monkeypatch.setenv("DATABASE_URL", new.render_as_string(hide_password=False))
    try:
        assert all_rows() == rows
        with connect() as connection:
            assert rights_in(connection) == rights
        assert upgrade(ROOT / "migrations", contract=True).applied == []
    finally:
        engine().dispose()
        execute(f'psql "$OLD" -qc "DROP DATABASE {new.database}"', tmp_path, variables)


def rights_in(connection: Connection) -> set[tuple[object, ...]]:
    """Who owns each table, and may do what with it."""
    queries = (
        "SELECT tableowner, tablename, 'OWNER' FROM pg_tables WHERE schemaname = 'public'",
        (
            "SELECT grantee, table_name, privilege_type FROM information_schema.role_table_grants"
            " WHERE starts_with(grantee, 'jobmatch_')"
        ),
    )
    return {tuple(row) for query in queries for row in connection.exec_driver_sql(query)}


def make_roles(**passwords: str) -> None:
    with engine().connect() as connection:
        connection.exec_driver_sql((ROOT / "migrations" / "roles.sql").read_text())
        for role, password in passwords.items():
            connection.exec_driver_sql(f"ALTER ROLE {role} PASSWORD '{password}'")


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """A simulated AWS, and the variables by which the AWS command line finds it."""
    if not (shutil.which("aws") and shutil.which("jq")):
        pytest.skip("The AWS command line or jq is not installed.")
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": "/dev/null",
        "NO_PROXY": "127.0.0.1",
        "STACK": STACK,
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    try:
        yield variables
    finally:
        # Its state is that of this process.
        connection = http.client.HTTPConnection(host, port)
        connection.request("POST", "/moto-api/reset")
        connection.getresponse().read()
        connection.close()
        server.stop()


def test_a_password_is_changed_without_a_restart(
    aws: dict[str, str], own_database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_roles(jobmatch_writer=OLD_PASSWORD)
    secrets = boto3.client("secretsmanager")
    login = {"username": "jobmatch_writer", "password": OLD_PASSWORD}
    arn = secrets.create_secret(Name="jobmatch/writer", SecretString=json.dumps(login))["ARN"]
    administrator = make_url(own_database)
    without = administrator.set(username=None, password=None)
    monkeypatch.setenv("DATABASE_URL", without.render_as_string())
    monkeypatch.setenv("DATABASE_SECRET_ARN", arn)
    who = text("SELECT current_user")
    try:
        with connect() as connection:
            assert connection.scalar(who) == "jobmatch_writer"
        (tmp_path / "writer.json").write_text(json.dumps(login | {"password": NEW_PASSWORD}))
        in_postgres, in_secret = block_with(
            "Access, secrets and certificates", "put-secret-value"
        ).split("aws ", 1)
        variables = aws | {"ADMINISTRATOR_URL": address(administrator)}
        execute(in_postgres, tmp_path, variables, typed=f"{NEW_PASSWORD}\n" * 2)
        with connect() as connection:  # one that is open goes on
            assert connection.scalar(who) == "jobmatch_writer"
        engine().dispose()
        with pytest.raises(DBAPIError) as refused, connect():
            pass
        assert sqlstate(refused.value) == "28P01"
        execute(f"aws {in_secret}", tmp_path, variables)
        with connect() as connection:
            assert connection.scalar(who) == "jobmatch_writer"
    finally:
        engine().dispose()


def _named(name: str) -> dict[str, object]:
    return {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}}


@pytest.fixture
def stack(aws: dict[str, str]) -> dict[str, str]:
    """What the runbook asks of a stack: a cluster, its secret, and the nested stack's outputs."""
    rds, secrets = boto3.client("rds"), boto3.client("secretsmanager")
    cluster = rds.create_db_cluster(
        DBClusterIdentifier=CLUSTER,
        Engine="aurora-postgresql",
        MasterUsername="postgres",
        MasterUserPassword=OLD_PASSWORD,
    )["DBCluster"]
    secret = secrets.create_secret(Name="master", SecretString=json.dumps({"password": "x"}))
    outputs = {
        "DatabaseId": CLUSTER,
        "ClusterArn": cluster["DBClusterArn"],
        "MasterSecretArn": secret["ARN"],
    }
    boto3.client("scheduler").create_schedule(
        Name=SCHEDULE,
        ScheduleExpression="rate(5 minutes)",
        State="ENABLED",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={
            "Arn": f"arn:aws:lambda:{REGION}:123456789012:function:dispatch",
            "RoleArn": "arn:aws:iam::123456789012:role/schedule",
        },
    )
    formation = boto3.client("cloudformation")
    templates = {
        DATABASE_STACK: {
            "Resources": {"Any": {"Type": "AWS::SNS::Topic"}},
            "Outputs": {name: {"Value": value} for name, value in outputs.items()},
        },
        # Buckets stand for what moto's CloudFormation does not make: their id is their name.
        STACK: {
            "Resources": {
                "DatabaseStack": _named(DATABASE_STACK),
                "DispatchMatchingFunctionSchedule": _named(SCHEDULE),
            }
        },
    }
    for name, template in templates.items():
        formation.create_stack(StackName=name, TemplateBody=json.dumps(template))
    return aws


def operate(script: str, folder: Path, variables: Mapping[str, str]) -> str:
    """What a script prints that uses the runbook's functions."""
    sourced = f". {ROOT / 'scripts' / 'runbook.sh'}\n{script}"
    return execute(sourced, folder, variables).stdout


def test_a_cluster_is_restored_to_a_point_in_time_by_the_runbook(
    stack: dict[str, str], tmp_path: Path
) -> None:
    heading = "Restore the database to a point in time"
    script = block_with(heading, "restore-db-cluster") + block_with(heading, "create-db-cluster-sn")
    said = operate(script, tmp_path, stack)
    rds = boto3.client("rds")
    clusters = {
        each["DBClusterIdentifier"]: each for each in rds.describe_db_clusters()["DBClusters"]
    }
    old, restored = clusters[CLUSTER], clusters[f"{CLUSTER}-restored"]
    for name in ("Engine", "DBSubnetGroup", "DBClusterParameterGroup"):
        assert restored[name] == old[name]
    (writer,) = rds.describe_db_instances()["DBInstances"]
    assert writer["DBClusterIdentifier"] == f"{CLUSTER}-restored"
    (snapshot,) = (
        each
        for each in rds.describe_db_cluster_snapshots()["DBClusterSnapshots"]
        if each["DBClusterSnapshotIdentifier"] == f"{CLUSTER}-restored"
    )
    assert said.splitlines()[-1] == snapshot["DBClusterSnapshotArn"]


def test_the_masters_secret_is_rotated_by_the_runbook(
    stack: dict[str, str], tmp_path: Path
) -> None:
    script = block_with("Access, secrets and certificates", "rotate-secret")
    secrets = boto3.client("secretsmanager")
    before = secrets.describe_secret(SecretId="master")["VersionIdsToStages"]
    operate(script, tmp_path, stack)
    assert secrets.describe_secret(SecretId="master")["VersionIdsToStages"] != before


def test_the_schedule_is_paused_and_resumed_by_the_runbook(
    stack: dict[str, str], tmp_path: Path
) -> None:
    scheduler = boto3.client("scheduler")
    for state in ("DISABLED", "ENABLED"):
        operate(f"schedule {state}", tmp_path, stack)
        found = scheduler.get_schedule(Name=SCHEDULE)
        assert (found["State"], found["ScheduleExpression"]) == (state, "rate(5 minutes)")
