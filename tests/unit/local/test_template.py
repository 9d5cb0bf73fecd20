from pathlib import Path

import pytest

from local.resources import Authorizer
from local.template import Template

JWT = Authorizer("https://issuer.example", ("us",))


def test_functions_have_the_globals_and_their_own(template: Template, project: Path) -> None:
    echo = template.functions["EchoFunction"]
    assert echo.operation == "echo"
    assert (echo.timeout, echo.memory, echo.handler) == (20, 256, "app.lambda_handler")
    assert echo.layers == (project / "layer",)
    assert echo.environment == {
        "SERVICE": "tiny",
        "DATABASE_URL": "postgresql://here",
        "QUEUE_URL": "http://127.0.0.1:4566/123456789012/local-work",
        "OWN": "echo",
        "DEBUG": "false",
    }
    assert template.functions["WorkFunction"].timeout == 1
    assert "AbsentFunction" not in template.functions


def test_without_an_override_the_template_speaks(project: Path) -> None:
    template = Template(project / "template.yaml", {"DeadLetters": "no"})
    environment = template.functions["WorkFunction"].environment
    assert environment["DATABASE_URL"] == "postgresql://us-east-1"
    assert {queue.dead_letters for queue in template.queues} == {None}


def test_routes_know_their_authorizer(template: Template) -> None:
    routes = {(route.method, route.path): route.authorizer for route in template.routes}
    assert routes == {
        ("GET", "/open"): None,
        ("POST", "/things/{thing-id}"): JWT,
        ("POST", "/things/special"): JWT,
        ("ANY", "/rest/{proxy+}"): None,
    }


def test_schedules(template: Template) -> None:
    tick, nightly = template.schedules
    assert tick.names == ("Tick", "work", "WorkFunction")
    assert (tick.seconds, tick.payload) == (300, {"do": "pid"})
    assert nightly.names[0] == "nightly"
    assert (nightly.seconds, nightly.payload) == (None, None)


def test_queues_and_their_sources(template: Template) -> None:
    work, dead = template.queues
    assert (work.name, work.attributes) == ("local-work", {"VisibilityTimeout": "1"})
    assert (work.dead_letters, work.max_receives) == ("Dead", 2)
    assert dead.dead_letters is None
    (source,) = template.sources
    assert (source.queue, source.function.operation) == ("local-work", "work")
    assert (source.batch_size, source.partial_failures) == (5, True)


def test_the_sender_of_mails_is_known(template: Template) -> None:
    assert template.senders() == ["jobs@sender.example"]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("!Join ['-', [a, !Ref TokenAudience]]", "a-nobody"),
        ("!Sub ['${X}-${!Y}-${Work.Arn}', {X: !Ref Minutes}]", "5-${Y}-Work.Arn"),
        ("!If [Five, 1, 2]", "1"),
        ("!GetAtt Other.Thing", "Other.Thing"),
    ],
)
def test_intrinsic_functions(tmp_path: Path, expression: str, value: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(f"""
Parameters: {{Minutes: {{Default: 5}}, TokenAudience: {{Default: nobody}}}}
Conditions: {{Five: !And [!Equals [!Ref Minutes, "5"], !Not [!Equals [a, b]]]}}
Resources:
  F:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: f
      Handler: app.handler
      Environment: {{Variables: {{VALUE: {expression}}}}}
""")
    assert Template(path).functions["F"].environment == {"VALUE": value}


def test_an_unknown_function_is_named(tmp_path: Path) -> None:
    path = tmp_path / "template.yaml"
    properties = "{CodeUri: !Transform x, Handler: app.handler}"
    path.write_text(
        f"Resources: {{F: {{Type: 'AWS::Serverless::Function', Properties: {properties}}}}}"
    )
    with pytest.raises(NotImplementedError, match="Fn::Transform"):
        Template(path)
