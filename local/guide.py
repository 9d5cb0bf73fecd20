"""What `run` prints when everything is up."""

from pathlib import Path

HOURS = 12
GUIDE = """
jobmatch is up: {address}     documentation: {address}/docs

Tokens, good for {hours} hours (more with: make -s token ROLE=…):

export ADMIN={admin}

export EMPLOYER={employer}

To try, after pasting the lines above:

{curls}

Mails sent:  curl -s {address}/_local/mails
Logs:        {logs}
Stop:        Ctrl-C
"""
LIST = 'curl -s -H "Authorization: Bearer $EMPLOYER" {address}/employers/{employer_id}/jobs'
MATCHES = 'curl -s -H "Authorization: Bearer $EMPLOYER" "{address}/jobs/{job_id}/matches?limit=3"'
POST = """curl -s -H "Authorization: Bearer $EMPLOYER" -H "Content-Type: application/json" \\
  -d '{{"title": "Patent counsel", "status": "open", \
"requiredSpecializations": ["Patent Prosecution"]}}' {address}/jobs"""


def guide(
    *, port: int, admin: str, employer: str, employer_id: str, job_id: str | None, logs: Path
) -> str:
    """The guide's text; `job_id` is a job of the employer that has matches, if there is one."""
    address = f"http://127.0.0.1:{port}"
    lines = [LIST, MATCHES, POST] if job_id else [LIST, POST]
    curls = "\n".join(lines).format(address=address, employer_id=employer_id, job_id=job_id)
    return GUIDE.format(
        address=address, admin=admin, employer=employer, curls=curls, hours=HOURS, logs=logs
    )
