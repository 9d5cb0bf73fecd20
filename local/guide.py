"""What `run` prints when everything is up."""

import string
from pathlib import Path

HOURS = 12
GUIDE = string.Template("""
$begin

$tokens

Mails sent:  curl -s $address/_local/mails
Logs:        $logs
Stop:        Ctrl-C
""")
WITH_PAGE = string.Template("""\
Open in a browser:  $address$page
jobmatch is up. Documentation: $address/docs     other pages: $address/_local""")
WITHOUT_PAGE = string.Template("""\
jobmatch is up: $address     documentation: $address/docs""")
POST = string.Template("""\
curl -s -H "$$EMPLOYER" -H "Content-Type: application/json" \\
  -d '{"title": "Patent counsel", "status": "open", \
"requiredSpecializations": ["Patent Prosecution"]}' $$API/jobs""").substitute()
MATCHES = """curl -s -H "$EMPLOYER" "$API/jobs/{job_id}/matches?limit=3"
"""
WITH_SAMPLE = string.Template("""\
Tokens, good for $hours hours (more with: make -s token ROLE=…):

export API=$address

export ADMIN="Authorization: Bearer $admin"

export EMPLOYER="Authorization: Bearer $employer"

To try, after pasting the lines above:

curl -s -H "$$EMPLOYER" $$API/employers/$employer_id/jobs
$matches$post""")
WITHOUT_SAMPLE = string.Template("""\
There is no sample data. To begin, in a second terminal:

export API=$address

export ADMIN="Authorization: Bearer $$(make -s token ROLE=admin)"

export EMPLOYER="Authorization: Bearer $$(make -s token ROLE=employer COMPANY="Marlow Devices")"

$post""")


def guide(port: int, logs: Path, page: str = "") -> str:
    """The guide without sample data."""
    return _with(port, logs, page, WITHOUT_SAMPLE.substitute(address=_address(port), post=POST))


def guide_with_sample(
    port: int,
    logs: Path,
    page: str = "",
    *,
    admin: str,
    employer: str,
    employer_id: str,
    job_id: str | None,
) -> str:
    """The guide with sample data.

    Args:
        port: of the API.
        logs: the folder of the logs.
        page: the path of the console; empty where it is not built.
        admin: a token.
        employer: a token of the sample's first employer.
        employer_id: whose token it is.
        job_id: a job of the employer that has matches, if there is one.
    """
    tokens = WITH_SAMPLE.substitute(
        address=_address(port),
        hours=HOURS,
        admin=admin,
        employer=employer,
        employer_id=employer_id,
        post=POST,
        matches=MATCHES.format(job_id=job_id) if job_id else "",
    )
    return _with(port, logs, page, tokens)


def _address(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _with(port: int, logs: Path, page: str, tokens: str) -> str:
    address = _address(port)
    begin = (WITH_PAGE if page else WITHOUT_PAGE).substitute(address=address, page=page)
    return GUIDE.substitute(address=address, begin=begin, tokens=tokens, logs=logs)
