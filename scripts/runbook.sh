# The shell functions of docs/operate.md. Source it with the stack's name in STACK:
#     export STACK=jobmatch-prod; . scripts/runbook.sh
# It needs the AWS command line, jq, bash and GNU date.
# shellcheck shell=bash

# The operators' command line, on the stack. Commands about jobs need an admin's token in JOBMATCH_TOKEN.
jobmatch() { .venv/bin/jobmatch "$@" --stack "$STACK"; }

# An output of the stack, or of the nested one whose id is given.
out() { aws cloudformation describe-stacks --stack-name "${2:-$STACK}" --output text \
  --query "Stacks[0].Outputs[?OutputKey=='$1'].OutputValue"; }

# The physical id of a resource of the stack.
res() { aws cloudformation describe-stack-resource --stack-name "$STACK" --output text \
  --logical-resource-id "$1" --query StackResourceDetail.PhysicalResourceId; }

# A CloudWatch Logs Insights query over the last hours (one, unless you say more).
logs() { ID=$(aws logs start-query --log-group-name "$(out FunctionLogGroup)" --output text \
    --start-time $(($(date +%s) - ${2:-1} * 3600)) --end-time "$(date +%s)" \
    --query-string "$1" --query queryId)
  sleep 10; aws logs get-query-results --query-id "$ID" \
    | jq -c '.results[] | map({(.field): .value}) | add | del(."@ptr")'; }

# A statement on the tables, rolled back afterwards: it reads, whatever it says. The cluster's master
# user is a reader inside the transaction only: a lasting member of a role that signs in with IAM
# could not use its password any more.
sql() { DB=$(res DatabaseStack); A="--resource-arn $(out ClusterArn "$DB") --secret-arn $(out MasterSecretArn "$DB")"
  T=$(aws rds-data begin-transaction $A --database jobmatch --query transactionId --output text)
  aws rds-data execute-statement $A --database jobmatch --transaction-id "$T" \
    --sql 'GRANT jobmatch_reader TO CURRENT_USER' > /dev/null
  aws rds-data execute-statement $A --database jobmatch --transaction-id "$T" \
    --sql "$1" --format-records-as JSON --query formattedRecords --output text | jq .
  aws rds-data rollback-transaction $A --transaction-id "$T" > /dev/null; }

# The event source mapping of a function that a queue feeds.
mapping() { aws lambda list-event-source-mappings --function-name "$(res "$1"):live" \
  --query 'EventSourceMappings[0].UUID' --output text; }

# Set the schedule of the matching to ENABLED or DISABLED.
schedule() { aws scheduler update-schedule --cli-input-json "$(aws scheduler get-schedule \
  --name "$(res DispatchMatchingFunctionSchedule)" | jq --arg state "$1" \
  '{Name, GroupName, ScheduleExpression, FlexibleTimeWindow, Target} + {State: $state}')"; }

# Who holds the advisory lock of the migrations, and which sessions wait for which.
locks() {
  sql "SELECT a.pid, a.usename, a.state, now() - a.xact_start AS open_for, left(a.query, 80) AS query
    FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'advisory' AND (l.classid::bigint << 32) + l.objid::bigint = 4701202611"
  sql "SELECT pid, pg_blocking_pids(pid) AS waits_for, left(query, 80) AS query FROM pg_stat_activity
    WHERE cardinality(pg_blocking_pids(pid)) > 0"
}

# What to look at when an alarm rings: look ErrorsAlarm. Access is for refused calls and sign-ins.
look() {
  case $1 in
  ErrorsAlarm)
    logs 'filter level in ["ERROR", "CRITICAL"] or record.status in ["error", "timeout", "failure"]
      | stats count(*) as n, latest(@timestamp) as last by function_name, message, error, errorType, record.status
      | sort n desc'
    logs 'filter level = "ERROR" | fields @timestamp, function_name, message, error, where.0, correlation_id, job_id
      | sort @timestamp desc | limit 20'
    ;;
  ReleaseErrorsAlarm)
    look ErrorsAlarm
    ;;
  ApiServerErrorsAlarm)
    logs 'filter level = "ERROR" and ispresent(correlation_id)
      | stats count(*) as n by function_name, message, error | sort n desc'
    ;;
  ApiErrorBudgetAlarm)
    logs 'filter level = "ERROR" and ispresent(correlation_id)
      | stats count(*) as n by function_name, release, error | sort n desc' 6
    ;;
  ApiLatencyAlarm)
    logs 'filter type = "platform.report" | stats count(*) as calls, count(record.metrics.initDurationMs) as cold,
      pct(record.metrics.durationMs, 95) as p95, max(record.metrics.initDurationMs) as start by @logStream
      | sort p95 desc | limit 20'
    sql "SELECT pid, state, wait_event_type, wait_event, now() - query_start AS running, left(query, 80) AS query
      FROM pg_stat_activity WHERE usename LIKE 'jobmatch%' AND state <> 'idle' ORDER BY running DESC"
    ;;
  ThrottlesAlarm)
    aws lambda get-account-settings --query AccountLimit
    aws cloudwatch get-metric-statistics --namespace AWS/Lambda --metric-name ConcurrentExecutions \
      --statistics Maximum --period 60 --start-time "$(date -u -d '-1 hour' +%FT%TZ)" --end-time "$(date -u +%FT%TZ)" \
      | jq -c '.Datapoints | sort_by(.Timestamp)[-10:][] | [.Timestamp, .Maximum]'
    ;;
  ScheduleAlarm)
    aws scheduler get-schedule --name "$(res DispatchMatchingFunctionSchedule)" | jq '{State, ScheduleExpression, Target}'
    logs 'filter function_name like /DispatchMatching/ | sort @timestamp desc | limit 10' 3
    aws lambda invoke --function-name "$(out DispatchMatchingFunctionName):live" /dev/stdout
    ;;
  OldestDueJobAlarm)
    aws sqs get-queue-attributes --queue-url "$(out MatchingQueueUrl)" --attribute-names All \
      | jq '.Attributes | {ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible}'
    logs 'filter function_name like /RunMatching/ | stats count(*) as n by message, error | sort n desc'
    sql "SELECT id, matching_status, matching_due_since, matching_retry_at, matching_lease_until, matching_failures,
      last_error FROM jobs WHERE status = 'open' AND matching_status IN ('pending', 'running', 'failed')
      ORDER BY matching_due_since LIMIT 20"
    aws lambda list-event-source-mappings --function-name "$(res RunMatchingFunction):live" \
      | jq -c '.EventSourceMappings[] | [.UUID, .State, .StateTransitionReason]'
    ;;
  MatchingDeadLettersAlarm)
    logs 'filter message in ["The job is given up.", "The run failed.", "The message could not be handled."]
      | fields @timestamp, message, error, where.0, job_id, message_id, correlation_id | sort @timestamp desc' 24
    sql "SELECT id, matching_status, matching_failures, last_error FROM jobs WHERE matching_retry_at = 'infinity'"
    ;;
  ModelFailuresAlarm)
    logs 'filter message = "The model did not score everybody." | fields @timestamp, job_id, fallback, failures'
    ;;
  NotificationDeadLettersAlarm)
    logs 'filter message in ["The mail was refused.", "The mail is given up.", "The mail could not be written."]
      | fields @timestamp, message, error, notification_id, correlation_id | sort @timestamp desc' 24
    sql "SELECT id, job_id, status, attempts, created_at FROM notifications WHERE status = 'refused' ORDER BY created_at"
    aws sesv2 get-account | jq '{ProductionAccessEnabled, SendingEnabled, EnforcementStatus, SendQuota}'
    ;;
  UserDeadLettersAlarm)
    logs 'filter function_name like /CreateUser/ and level = "ERROR" | fields @timestamp, error, where.0' 24
    aws sqs receive-message --queue-url "$(res UserDeadLetterQueue)" --max-number-of-messages 10 \
      | jq -c '.Messages[] | {ReceiptHandle, payload: (.Body | fromjson | .requestPayload)}'
    ;;
  AnchorDeadLettersAlarm)
    logs 'filter function_name like /SignHeads/ and level = "ERROR" | fields @timestamp, error, where.0' 24
    ;;
  MailFeedbackDeadLettersAlarm)
    logs 'filter function_name like /TurnMailsOff/ and level = "ERROR" | fields @timestamp, error, where.0' 24
    ;;
  WebhookDeadLettersAlarm)
    logs 'filter function_name like /Webhook/ and level = "ERROR" | fields @timestamp, function_name, error, where.0' 24
    ;;
  DatabaseCapacityAlarm)
    sql "SELECT usename, state, wait_event_type, count(*) FROM pg_stat_activity GROUP BY 1, 2, 3 ORDER BY 4 DESC"
    logs 'filter message = "The run is complete." | stats count(*) as runs, sum(scored) as scored, sum(passed) as passed by bin(5m)'
    ;;
  DatabaseStorageAlarm)
    aws rds describe-db-instances --db-instance-identifier "$(out DatabaseId "$(res DatabaseStack)")" \
      --query 'DBInstances[0].[AllocatedStorage, DBInstanceStatus]'
    ;;
  DatabaseConnectionsAlarm)
    sql "SELECT usename, application_name, state, count(*), max(now() - state_change) AS longest
      FROM pg_stat_activity WHERE usename IS NOT NULL GROUP BY 1, 2, 3 ORDER BY 4 DESC"
    ;;
  Access)
    logs 'filter error like /AccessDenied|ExpiredToken|ResourceNotFound|InterfaceError|SSL|28000|28P01/
      | stats count(*) as n by function_name, error, message' 6
    ;;
  *) echo "There is no alarm $1." >&2; return 1 ;;
  esac
}
