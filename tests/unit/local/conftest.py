from collections.abc import Iterator
from pathlib import Path

import pytest

from local.environments import Environments
from local.template import Template

TEMPLATE = """
Parameters:
  TokenIssuer: {Type: String}
  TokenAudience: {Type: String, Default: nobody}
  Minutes: {Type: Number, Default: 5}
  Origins: {Type: String, Default: "https://page.example, https://other.example"}
  DeadLetters: {Type: String, Default: "yes"}
  MailSender: {Type: String, Default: jobs@sender.example}
Conditions:
  WithDeadLetters: !Equals [!Ref DeadLetters, "yes"]
  Never: !Not [!Or [!Condition WithDeadLetters, !Equals [a, a]]]
Globals:
  Function:
    Handler: app.lambda_handler
    Timeout: 20
    MemorySize: 256
    Layers: [!Ref Layer]
    Environment:
      Variables:
        SERVICE: tiny
        DATABASE_URL: !Sub "postgresql://${AWS::Region}"
Resources:
  Layer:
    Type: AWS::Serverless::LayerVersion
    Properties: {ContentUri: layer/}
  HttpApi:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        DefaultAuthorizer: Jwt
        Authorizers:
          Jwt:
            IdentitySource: $request.header.Authorization
            JwtConfiguration: {issuer: !Ref TokenIssuer, audience: [!Ref TokenAudience]}
      DefinitionBody:
        x-amazon-apigateway-cors:
          allowOrigins: !Split [",", !Ref Origins]
          allowMethods: [GET, POST]
          allowHeaders: [authorization]
          exposeHeaders: [etag]
          maxAge: 60
  Work:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub "${AWS::StackName}-work"
      VisibilityTimeout: 1
      RedrivePolicy: !If
        - WithDeadLetters
        - {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 2}
        - !Ref AWS::NoValue
  Dead:
    Type: AWS::SQS::Queue
  EchoFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/echo/
      Environment:
        Variables: {QUEUE_URL: !Ref Work, OWN: echo, DEBUG: false}
      Events:
        Open:
          Type: HttpApi
          Properties: {ApiId: !Ref HttpApi, Method: GET, Path: /open, Auth: {Authorizer: NONE}}
        One:
          Type: HttpApi
          Properties: {ApiId: !Ref HttpApi, Method: post, Path: "/things/{thing-id}"}
        Special:
          Type: HttpApi
          Properties: {ApiId: !Ref HttpApi, Method: POST, Path: /things/special}
        Rest:
          Type: HttpApi
          Properties:
            ApiId: !Ref HttpApi
            Method: ANY
            Path: "/rest/{proxy+}"
            Auth: {Authorizer: NONE}
  WorkFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/work
      Timeout: 1
      Events:
        Tick:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: !Sub "rate(${Minutes} minutes)"
            Input: '{"do": "pid"}'
        Nightly:
          Type: ScheduleV2
          Properties: {Name: nightly, ScheduleExpression: cron(0 3 * * ? *)}
        Messages:
          Type: SQS
          Properties:
            Queue: !GetAtt Work.Arn
            BatchSize: 5
            FunctionResponseTypes: [ReportBatchItemFailures]
  BrokenFunction:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/broken}
  AbsentFunction:
    Type: AWS::Serverless::Function
    Condition: Never
    Properties: {CodeUri: functions/absent}
"""
ECHO = """
import os, shared
def lambda_handler(event, context):
    names = ("OWN", "SERVICE", "QUEUE_URL", "AWS_LAMBDA_FUNCTION_NAME")
    variables = {name: os.environ.get(name) for name in names}
    return {"event": event, "shared": shared.VALUE, **variables}
"""
WORK = """
import logging, os, signal, sys, threading, time, traceback, warnings

class Failing:
    def __del__(self):
        raise LookupError("while deleted")

def fail():
    raise LookupError("in a thread")

def lambda_handler(event, context):
    if "Records" in event:
        bad = [r["messageId"] for r in event["Records"] if r["body"] == "bad"]
        return {"batchItemFailures": [{"itemIdentifier": each} for each in bad]}
    match event.get("do"):
        case "pid":
            return {"pid": os.getpid(), "left": context.get_remaining_time_in_millis()}
        case "sleep":
            time.sleep(30)
        case "die":
            os.kill(os.getpid(), signal.SIGKILL)
        case "raise":
            raise LookupError("no such thing")
        case "odd":
            return object()
        case "trace":
            try:
                1 / 0
            except ZeroDivisionError:
                traceback.print_exc()
        case "log":
            logging.getLogger("library").error("said by a library", exc_info=LookupError("why"))
        case "warn":
            warnings.warn("mind the gap")
        case "thread":
            thread = threading.Thread(target=fail)
            thread.start()
            thread.join()
        case "ignored":
            Failing()
        case "print":
            print("to standard error", file=sys.stderr)
        case "half":
            sys.stderr.write("without an end")
"""


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a template and three functions, one of which can't be imported."""
    root = tmp_path_factory.mktemp("project")
    (root / "template.yaml").write_text(TEMPLATE)
    for name, source in {"echo": ECHO, "work": WORK, "broken": "import nothing_like_it"}.items():
        folder = root / "functions" / name
        folder.mkdir(parents=True)
        (folder / "app.py").write_text(source)
    (root / "layer").mkdir()
    (root / "layer" / "shared.py").write_text("VALUE = 'from the layer'")
    return root


@pytest.fixture(scope="session")
def template(project: Path) -> Template:
    return Template(
        project / "template.yaml",
        {"TokenIssuer": "https://issuer.example", "TokenAudience": "us"},
        endpoint="http://127.0.0.1:4566",
        environment={"DATABASE_URL": "postgresql://here", "NOT_ASKED_FOR": "x"},
    )


@pytest.fixture(scope="session")
def environments(
    template: Template, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Environments]:
    log = tmp_path_factory.mktemp("logs") / "functions.log"
    environments = Environments(template.functions.values(), {"BASE": "1"}, log)
    environments.start()
    environments.ready()
    yield environments
    environments.stop()
