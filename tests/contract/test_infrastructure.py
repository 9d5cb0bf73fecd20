"""What the templates promise about the network, the database, permissions and alarms."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from local.intrinsics import Scope
from tests.support.infrastructure import (
    ALL,
    MAIN,
    NESTED,
    existing,
    of_type,
    scope,
    statements,
    texts,
)

DATABASE_PORT = 5432
STATEMENTS = [
    (f"{document}.{name}", statement)
    for document, content in ALL.items()
    for name, resource in content["Resources"].items()
    for statement in statements(resource.get("Properties", {}))
]
STACKS = {
    name: resource["Properties"]
    for name, resource in MAIN["Resources"].items()
    if resource["Type"] == "AWS::CloudFormation::Stack"
}
MAY_END_IN_A_WILDCARD = {
    "network.SqsEndpoint": "the network's way to SQS: which queue, each function's role says",
    "network.S3Endpoint": "CloudFormation chooses the bucket that it waits at, one per region",
    "anchors.Key": "in the policy of a key it stands for the key",
    "console.BucketPolicy": "CloudFront reads each file of the page",
}
FOR_WHOEVER_IS_INSIDE = {"network.SqsEndpoint", "network.S3Endpoint", "network.ModelEndpoint"}
"""Policies of endpoints, which say what may be called and not by whom."""
OUTSIDE_THE_NETWORK = {
    "CreateDatabaseRolesFunction",
    "ConfirmUserFunction",
    "SignHeadsFunction",
    "SendWebhookFunction",
    "UseToolsFunction",
}
"""They call AWS by its APIs, our own API or the internet, and not the database."""


@pytest.mark.parametrize(("where", "statement"), STATEMENTS, ids=[name for name, _ in STATEMENTS])
def test_a_permission_names_its_actions_and_resources(where: str, statement: Any) -> None:
    assert "*" not in "".join(texts(statement["Action"]))
    if "Resource" in statement:  # a role's trust policy has none
        for resource in texts(statement["Resource"]):
            assert "*" not in resource.rstrip("*"), "only the end of a name may be open"
            if where not in MAY_END_IN_A_WILDCARD:
                assert "*" not in resource
    if statement.get("Principal") == "*":
        assert where in FOR_WHOEVER_IS_INSIDE


def test_every_exception_is_still_one() -> None:
    open_ended = {name for name, each in STATEMENTS if "*" in str(each.get("Resource"))}
    assert open_ended == MAY_END_IN_A_WILDCARD.keys()


def test_there_is_no_way_between_the_network_and_the_internet() -> None:
    types = {each["Type"] for each in NESTED["network"]["Resources"].values()}
    assert not types & {
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::EgressOnlyInternetGateway",
        "AWS::EC2::Route",
    }


def test_only_functions_and_the_proxy_reach_the_database_and_only_its_port() -> None:
    rules = [
        each
        for each in of_type("AWS::EC2::SecurityGroupIngress").values()
        if each["GroupId"] == {"Ref": "DatabaseSecurityGroup"}
    ]
    assert {each["SourceSecurityGroupId"]["Ref"] for each in rules} == {
        "FunctionsSecurityGroup",
        "DatabaseSecurityGroup",  # the proxy's own
    }
    assert {(each["FromPort"], each["ToPort"]) for each in rules} == {
        (DATABASE_PORT, DATABASE_PORT)
    }
    groups = of_type("AWS::EC2::SecurityGroup")
    assert "SecurityGroupIngress" not in groups["DatabaseSecurityGroup"]
    assert "SecurityGroupIngress" not in groups["FunctionsSecurityGroup"]
    for group in groups.values():
        assert not [rule for rule in group.get("SecurityGroupIngress", []) if "CidrIp" in rule]
        assert group["SecurityGroupEgress"], "none at all means everything"


def test_the_database_is_encrypted_backed_up_and_refuses_plain_connections() -> None:
    (cluster,) = of_type("AWS::RDS::DBCluster").values()
    (parameters,) = of_type("AWS::RDS::DBClusterParameterGroup").values()
    (proxy,) = of_type("AWS::RDS::DBProxy").values()
    assert cluster["StorageEncrypted"] is True
    assert cluster["EnableIAMDatabaseAuthentication"] is True
    assert cluster["ManageMasterUserPassword"] is True
    assert cluster["DeletionProtection"] == {"Fn::If": ["Production", True, False]}
    assert all(days >= 7 for days in cluster["BackupRetentionPeriod"]["Fn::If"][1:])
    assert NESTED["database"]["Resources"]["Cluster"]["DeletionPolicy"] == "Snapshot"
    assert parameters["Parameters"]["rds.force_ssl"] == "1"
    assert (proxy["RequireTLS"], proxy["DefaultAuthScheme"]) == (True, "IAM_AUTH")
    instance = NESTED["database"]["Resources"]["Instance"]
    assert (instance["DeletionPolicy"], instance["UpdateReplacePolicy"]) == ("Snapshot", "Snapshot")
    given = instance["Properties"]
    for name in ("StorageEncrypted", "EnableIAMDatabaseAuthentication", "DeletionProtection"):
        assert given[name] == cluster[name]
    assert given["MasterUserAuthenticationType"]["Fn::If"][-1] == "iam-db-auth", "and no password"
    assert not given.keys() & {"MasterUserPassword", "ManageMasterUserPassword"}
    assert all(days >= 1 for days in given["BackupRetentionPeriod"]["Fn::If"][1:])
    (of_instance,) = of_type("AWS::RDS::DBParameterGroup").values()
    assert of_instance["Parameters"] == parameters["Parameters"]


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        ("standard", {"Cluster", "Writer", "Proxy"}),
        ("trial", {"Cluster", "Writer"}),
        ("instance", {"Instance"}),
    ],
)
@pytest.mark.parametrize("production", ["true", "false"])
def test_a_kind_of_database_is_what_it_is_called(
    kind: str, made: set[str], production: str
) -> None:
    servers = {"Cluster", "Writer", "Reader", "Proxy", "Instance"}
    second = {"Reader"} if production == "true" and kind != "instance" else set()
    made_here = existing("database", Kind=kind, Production=production)
    assert made_here & servers == made | second


def test_where_there_is_no_data_api_the_users_are_made_from_inside_the_network() -> None:
    properties = MAIN["Resources"]["CreateDatabaseRolesFunction"]["Properties"]
    condition, inside, outside = properties["VpcConfig"]["Fn::If"]
    assert inside == MAIN["Globals"]["Function"]["VpcConfig"]["Fn::If"][1]
    assert outside == {"Ref": "AWS::NoValue"}
    variables = properties["Environment"]["Variables"]
    assert variables["DATABASE_USER"] == "jobmatch_master"
    for database in ("standard", "trial", "instance"):
        within = scope(Database=database)
        assert within.holds(condition) is (database == "instance")
        cluster_condition, nothing, _ = variables["DATABASE_CLUSTER_ARN"]["Fn::If"]
        assert (cluster_condition, nothing) == (condition, "")


@pytest.mark.parametrize(
    ("database", "made"),
    [("standard", True), ("trial", True), ("instance", True), ("own", False)],
)
def test_with_a_database_of_ones_own_none_is_made(database: str, made: bool) -> None:
    resources = existing(Database=database)
    ours = {"Network", "DatabaseStack", "DatabaseRoles", "CreateDatabaseRolesFunction"}
    assert resources & ours == (ours if made else set())
    assert "DatabaseSchema" in resources, "the schema is ours to migrate in any case"


def test_with_an_issuer_of_ones_own_no_user_pool_is_made() -> None:
    ours = {"Identity", "ConfirmUserFunction"}
    assert ours <= existing()
    assert not ours & existing(TokenIssuer="https://issuer.example")


MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"
PROFILE = "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.model"


@pytest.mark.parametrize(
    ("parameters", "models"),
    [
        ({}, None),
        ({"MatchModelArns": [PROFILE]}, None),
        ({"MatchScorer": "bedrock"}, MODEL),
        ({"MatchScorer": "bedrock", "MatchModelArns": [PROFILE]}, PROFILE),
    ],
)
def test_only_two_functions_may_ask_a_model_and_only_the_one_that_was_chosen(
    parameters: dict[str, Any], models: str | None
) -> None:
    """Without one there is neither a permission nor a way to it; drafts of profiles never ask."""
    asking = {
        name
        for name, each in of_type("AWS::Serverless::Function").items()
        if any("bedrock" in str(statement["Action"]) for statement in statements(each))
    }
    assert asking == {"RunMatchingFunction", "DraftJobFunction"}
    pseudo = {"AWS::Region": "us-east-1", "AWS::AccountId": "123456789012", "AWS::Partition": "aws"}
    defaults = {name: each.get("Default", "") for name, each in MAIN["Parameters"].items()}
    scope = Scope(defaults | parameters | pseudo, {}, MAIN["Conditions"])
    for name in asking:
        policies = scope.resolve(MAIN["Resources"][name]["Properties"]["Policies"])
        allowed = [each for each in statements(policies) if each["Action"] == "bedrock:InvokeModel"]
        assert texts([each["Resource"] for each in allowed]) == ([models] if models else [])
    given = scope.resolve(STACKS["Network"]["Parameters"]["ModelArns"])
    assert given == (models or "")
    network = Scope({"ModelArns": given}, {}, NESTED["network"]["Conditions"])
    assert network.holds("Model") is (models is not None)
    endpoint = NESTED["network"]["Resources"]["ModelEndpoint"]
    assert endpoint["Condition"] == "Model"
    (statement,) = statements(endpoint)
    assert statement["Resource"] == {"Ref": "ModelArns"}
    assert statement["Action"] == "bedrock:InvokeModel"


def test_nobody_deletes_an_anchor_before_its_time_and_only_one_function_signs() -> None:
    bucket = NESTED["anchors"]["Resources"]["Bucket"]
    assert (bucket["DeletionPolicy"], bucket["UpdateReplacePolicy"]) == ("Retain", "Retain")
    lock = bucket["Properties"]["ObjectLockConfiguration"]["Rule"]["DefaultRetention"]
    assert lock == {"Mode": "COMPLIANCE", "Days": {"Ref": "RetentionDays"}}
    assert bucket["Properties"]["VersioningConfiguration"] == {"Status": "Enabled"}
    assert set(bucket["Properties"]["PublicAccessBlockConfiguration"].values()) == {True}
    (key,) = of_type("AWS::KMS::Key").values()
    assert (key["KeySpec"], key["KeyUsage"]) == ("ECC_NIST_P256", "SIGN_VERIFY")
    for action in ("kms:Sign", "s3:PutObject"):
        allowed = {
            name
            for name, each in of_type("AWS::Serverless::Function").items()
            if any(
                action in texts(statement["Action"]) and statement["Effect"] == "Allow"
                for statement in statements(each)
            )
        }
        assert allowed == {"SignHeadsFunction"}
    assert STACKS["Anchors"]["Parameters"] == {"RetentionDays": {"Ref": "AnchorRetentionDays"}}


def test_every_role_stays_within_the_boundary_that_an_account_may_ask_for() -> None:
    """Those of functions and schedules; scripts/check_transform.py asks all that SAM makes."""
    boundary = {"Fn::If": ["Bounded", {"Ref": "PermissionsBoundary"}, {"Ref": "AWS::NoValue"}]}
    assert MAIN["Globals"]["Function"]["PermissionsBoundary"] == boundary
    roles = of_type("AWS::IAM::Role")
    assert roles.keys() == {"DeploymentRole", "ProxyRole"}
    assert all(role["PermissionsBoundary"] == boundary for role in roles.values())
    given = MAIN["Resources"]["DatabaseStack"]["Properties"]["Parameters"]["PermissionsBoundary"]
    assert given == {"Ref": "PermissionsBoundary"}


def test_nobody_waits_in_a_network_that_he_has_no_use_for() -> None:
    functions = of_type("AWS::Serverless::Function")
    outside = {name for name, each in functions.items() if "VpcConfig" in each}
    assert outside == OUTSIDE_THE_NETWORK


def test_every_function_waits_for_the_schema_of_its_code() -> None:
    variables = MAIN["Globals"]["Function"]["Environment"]["Variables"]
    assert variables["SCHEMA_REVISION"] == {"Fn::GetAtt": ["DatabaseSchema", "Revision"]}
    # Those two bring the schema about; waiting for it they would wait for themselves.
    exempt = {
        name
        for name, each in of_type("AWS::Serverless::Function").items()
        if "SCHEMA_REVISION" in each.get("Environment", {}).get("Variables", {})
    }
    assert exempt == {"CreateDatabaseRolesFunction", "MigrateDatabaseFunction"}


def test_new_migrations_run_when_their_layer_changes() -> None:
    for kind in ("Custom::DatabaseRoles", "Custom::DatabaseSchema"):
        (resource,) = of_type(kind).values()
        assert resource["Migrations"] == {"Ref": "MigrationsLayer"}
    # The schema holds it, and so must learn of a new one.
    (schema,) = of_type("Custom::DatabaseSchema").values()
    assert schema["DecisionRetentionDays"] == {"Ref": "DecisionRetentionDays"}


def test_a_deployment_stops_at_the_alarm_of_its_release_and_prod_goes_step_by_step() -> None:
    preference = MAIN["Globals"]["Function"]["DeploymentPreference"]
    guarded, alarms, nothing = preference["Alarms"]["Fn::If"]
    assert (guarded, alarms) == ("Guarded", [{"Ref": "ReleaseErrorsAlarm"}])
    assert nothing == [{"Ref": "AWS::NoValue"}]
    assert preference["Type"]["Fn::If"][0] == "Production"
    for name in ("ReleaseErrorFilter", "ReleaseErrorsAlarm"):
        assert MAIN["Resources"][name]["Condition"] == "Guarded"
    alarm = MAIN["Resources"]["ReleaseErrorsAlarm"]["Properties"]
    assert alarm["DatapointsToAlarm"] > 1, "one line alone takes no release back"
    assert MAIN["Parameters"]["CodeDeploymentType"]["Default"].startswith("Canary")


@pytest.mark.parametrize("name", STACKS)
def test_a_nested_template_gets_what_it_asks_for(name: str) -> None:
    nested = NESTED[STACKS[name]["TemplateURL"].removeprefix("templates/").removesuffix(".yaml")]
    required = {key for key, each in nested["Parameters"].items() if "Default" not in each}
    given = STACKS[name]["Parameters"].keys()
    assert required <= given <= nested["Parameters"].keys()
    used = {text.removeprefix("Outputs.") for text in texts(MAIN) if text.startswith("Outputs.")}
    for text in texts(MAIN):
        used |= {part.split("}")[0] for part in text.split(f"${{{name}.Outputs.")[1:]}
    assert nested.get("Outputs", {}).keys() <= used, "an output that nobody reads"


PARTS = set(re.findall(r"\$\{(\w+)\}", str(of_type("AWS::CloudWatch::CompositeAlarm"))))
"""Alarms that tell nobody but another alarm."""


@pytest.mark.parametrize(
    ("name", "alarm"),
    [
        *of_type("AWS::CloudWatch::Alarm").items(),
        *of_type("AWS::CloudWatch::CompositeAlarm").items(),
    ],
)
def test_an_alarm_tells_somebody_where_to_look(name: str, alarm: dict[str, Any]) -> None:
    assert "TreatMissingData" in alarm or "AlarmRule" in alarm
    if name in PARTS:
        assert not alarm.keys() & {"AlarmActions", "OKActions"}
        assert alarm["AlarmDescription"] == "Part of ApiErrorBudgetAlarm."
        return
    assert f"Runbook, {name}." in alarm["AlarmDescription"]
    assert alarm["AlarmActions"] == alarm["OKActions"] != []


def burn(alarm: dict[str, Any], errors: float, requests: float, objective: float) -> float:
    """What the expression of an alarm gives for what was counted in its window."""
    (formula,) = (each for each in alarm["Metrics"] if "Expression" in each)
    text = formula["Expression"]["Fn::Sub"].replace("${AvailabilityObjective}", str(objective))
    found = re.fullmatch(r"IF\(errors < 5, 0, (.+)\)", text)
    assert found
    values = {"errors": errors, "requests": requests}
    return 0 if errors < 5 else float(eval(found[1], {}, values))  # noqa: S307 - our template


@pytest.mark.parametrize(
    ("name", "seconds"),
    [("ApiErrorsNow", 300), ("ApiErrorsInAnHour", 3600), ("ApiErrorsInSixHours", 21600)],
)
def test_a_window_rings_when_its_errors_use_up_a_month_too_fast(name: str, seconds: int) -> None:
    alarm = of_type("AWS::CloudWatch::Alarm")[name]
    windows = [each["MetricStat"]["Period"] for each in alarm["Metrics"] if "MetricStat" in each]
    assert windows == [seconds, seconds]
    fastest = alarm["Threshold"]
    # Half a percent may fail: 1,000 requests leave five errors at the rate that is allowed.
    assert burn(alarm, 5, 1000, 99.5) == pytest.approx(1)
    assert (
        burn(alarm, 5 * fastest + 1, 1000, 99.5)
        > fastest
        > burn(alarm, 5 * fastest - 1, 1000, 99.5)
    )
    assert burn(alarm, 4, 4, 99.5) == 0, "a few at night"
    month = 30 * 24 * 3600
    share = fastest * seconds / month
    assert share == pytest.approx({300: 0.0007, 3600: 0.02, 21600: 0.05}[seconds], abs=0.0001)


@pytest.mark.parametrize(
    ("parameter", "value", "made"),
    [
        ("AvailabilityObjective", "99.5", {"ApiErrorBudgetAlarm", *PARTS}),
        ("MonthlyBudget", "50", {"Budget"}),
    ],
)
def test_what_a_parameter_asks_for_is_made_and_else_not(
    parameter: str, value: str, made: set[str]
) -> None:
    nothing = {"AvailabilityObjective": "0", "MonthlyBudget": "0"}
    assert not existing("operations", **nothing) & made
    assert made <= existing("operations", **nothing | {parameter: value})
    assert str(MAIN["Parameters"][parameter]["Default"]) == "0"
    assert STACKS["Operations"]["Parameters"][parameter] == {"Ref": parameter}


def test_logs_end() -> None:
    groups = of_type("AWS::Logs::LogGroup")
    assert {str(each["RetentionInDays"]) for each in groups.values()} == {
        "{'Ref': 'LogRetentionDays'}"
    }
    assert MAIN["Globals"]["Function"]["LoggingConfig"]["LogGroup"] == {"Ref": "FunctionLogs"}


def test_the_parameters_are_of_the_engine_that_was_asked_for() -> None:
    (parameters,) = of_type("AWS::RDS::DBClusterParameterGroup").values()
    major = {"Fn::Select": [0, {"Fn::Split": [".", {"Ref": "EngineVersion"}]}]}
    assert parameters["Family"] == {"Fn::Sub": ["aurora-postgresql${Major}", {"Major": major}]}
    (of_instance,) = of_type("AWS::RDS::DBParameterGroup").values()
    assert of_instance["Family"] == {"Fn::Sub": ["postgres${Major}", {"Major": major}]}


def test_the_log_outlives_a_first_deployment_that_failed() -> None:
    logs = MAIN["Resources"]["FunctionLogs"]
    # Not RetainExceptOnCreate, which deletes what a failed creation had made.
    assert (logs["DeletionPolicy"], logs["UpdateReplacePolicy"]) == ("Retain", "Retain")
    assert "LogGroupName" not in logs["Properties"], "a second attempt could not have the name"


def test_access_logs_take_no_part_of_the_accounts_policy() -> None:
    name, parts = MAIN["Resources"]["AccessLogs"]["Properties"]["LogGroupName"]["Fn::Sub"]
    assert name.startswith("/aws/vendedlogs/")
    assert {"Ref": "AWS::StackId"} in parts["Id"]["Fn::Select"][1]["Fn::Split"][1]["Fn::Select"][1][
        "Fn::Split"
    ], "another stack of this name has another group"


def test_the_api_is_throttled_logged_and_open_to_named_pages_only() -> None:
    (api,) = of_type("AWS::Serverless::HttpApi").values()
    assert api["DefaultRouteSettings"].keys() == {"ThrottlingRateLimit", "ThrottlingBurstLimit"}
    # scripts/check_transform.py checks that the transform leaves it as it is.
    assert "*" not in MAIN["Parameters"]["CorsOrigins"]["Default"]
    logged = api["AccessLogSettings"]["Format"]
    # A variable whose name ends in String brings quotation marks of its own.
    assert "requestId" in json.loads(re.sub(r"\$[\w.]+String\b", '"-"', logged))
    assert not [each for each in ("sourceIp", "claims", "authorizer.principal") if each in logged]


@pytest.mark.parametrize(
    "given",
    [
        {"DatabaseHost": "db.example"},
        {"TokenIssuer": "https://issuer.example"},
        {"DomainName": "a"},
        {"ConsoleDomainName": "a"},
        {"DatabaseSecurityGroupId": "sg-1"},
        {"MonthlyBudget": "50"},
    ],
    ids=lambda given: next(iter(given)),
)
def test_what_makes_no_sense_alone_is_refused(given: dict[str, str]) -> None:
    parameters = {"Database": "own" if "DatabaseHost" in given else "standard", **given}
    defaults = {name: each.get("Default", "") for name, each in MAIN["Parameters"].items()}
    scope = Scope(defaults | parameters, {}, {})
    broken = [
        assertion["AssertDescription"]
        for rule in MAIN["Rules"].values()
        if scope.holds(rule["RuleCondition"])
        for assertion in rule["Assertions"]
        if not scope.holds(assertion["Assert"])
    ]
    assert len(broken) == 1
