#!/bin/sh
# Create a user of a deployed system, in its user pool and in its database; safe to repeat.
set -eu

usage() {
    cat >&2 <<'END'
Usage: scripts/create_user.sh STACK EMAIL ROLE [COMPANY [DOMAIN...]]

  STACK    name of the CloudFormation stack, for example jobmatch-dev
  EMAIL    the user's mail address, to which Cognito sends a first password
  ROLE     candidate, employer or admin
  COMPANY  an employer's company; needed the first time
  DOMAIN   the company's mail domains: candidates with an address there are not shown to it

Uses the AWS command line, version 2, with the region and credentials of the environment.
END
    exit 2
}

[ $# -ge 3 ] || usage
stack=$1 email=$2 role=$3
shift 3
case $role in
    candidate | admin) [ $# -eq 0 ] || usage ;;
    employer) ;;
    *) usage ;;
esac

# Version 1 has no --cli-binary-format: it would fail after half of the work.
found=$(aws --version 2>&1) || true
case $found in
    aws-cli/[2-9]*) ;;
    *) echo "This needs the AWS command line, version 2 (docs/deploy.md), not: $found" >&2; exit 1 ;;
esac

python=$("$(dirname "$0")/find_python.sh")
pool=$(aws cloudformation describe-stacks --stack-name "$stack" --output text \
    --query "Stacks[0].Outputs[?OutputKey=='UserPoolId'].OutputValue")
function=$(aws cloudformation describe-stack-resource --stack-name "$stack" --output text \
    --logical-resource-id CreateUserFunction --query StackResourceDetail.PhysicalResourceId)
if [ -z "$pool" ]; then
    echo "$stack has no user pool of its own (output UserPoolId)." >&2
    exit 1
fi

answer=$(mktemp)
trap 'rm -f "$answer"' EXIT

find_id() {
    aws cognito-idp admin-get-user --user-pool-id "$pool" --username "$email" --output text \
        --query "UserAttributes[?Name=='sub'].Value" 2>"$answer"
}
if ! id=$(find_id); then
    # Any other answer than that the user is unknown is an error.
    grep -q UserNotFoundException "$answer" || { cat "$answer" >&2; exit 1; }
    id=$(aws cognito-idp admin-create-user --user-pool-id "$pool" --username "$email" \
        --user-attributes "Name=email,Value=$email" Name=email_verified,Value=true \
        --desired-delivery-mediums EMAIL --output text \
        --query "User.Attributes[?Name=='sub'].Value")
fi

payload=$("$python" - "$id" "$email" "$role" "$@" <<'END'
import json, sys
user_id, email, role, *company = sys.argv[1:]
user = {"userId": user_id, "email": email, "role": role}
if company:
    user |= {"companyName": company[0]}
if company[1:]:
    user |= {"corporateDomains": company[1:]}
print(json.dumps(user))
END
)
error=$(aws lambda invoke --function-name "$function" --cli-binary-format raw-in-base64-out \
    --payload "$payload" --query FunctionError --output text "$answer")
cat "$answer"
echo
[ "$error" = None ] || exit 1

# Last: the group alone allows nothing, and neither does the row without the group.
[ "$role" = candidate ] || aws cognito-idp admin-add-user-to-group --user-pool-id "$pool" \
    --username "$email" --group-name "$role"
