"""What the tables refuse, whoever writes: the bounds of the wire models, as SQL can say them.

`are_texts` and its like are functions that migration 0014 made. These stay with the code: that no
value is named twice under two names, that a position does not end before it starts, that a label is
that of its score, and that a job is open only with a required specialization, because a platform
may have others, and the rubric rates them too.
"""

from __future__ import annotations

from sqlalchemy import CheckConstraint

CONSTRAINTS = {
    "users": {"email": "email ~ '^[^@]+@[^@]+$'"},
    "employer_profiles": {
        "company_name": "is_text(company_name, 255)",
        "corporate_domains": "are_texts(corporate_domains, 100, 255)",
    },
    "profiles": {
        "name": "is_text(name, 255)",
        "email": "email ~ '^[^@]+@[^@]+$'",
        "specializations": "are_texts(specializations, 50, 100)",
        "technical_domains": "are_texts(technical_domains, 50, 100)",
        "bar_admissions": "are_bar_admissions(bar_admissions)",
        "work_history": "are_positions(work_history)",
    },
    "jobs": {
        "title": "is_text(title, 255)",
        "description": "length(description) <= 20000",
        "minimum_experience": "minimum_experience BETWEEN 0 AND 60",
        "required_specializations": "are_texts(required_specializations, 50, 100)",
        "preferred_specializations": "are_texts(preferred_specializations, 50, 100)",
        "required_bar": "are_texts(required_bar, 50, 100)",
        "required_technical_domains": "are_texts(required_technical_domains, 50, 100)",
    },
    "job_matches": {
        "overall_score": "overall_score BETWEEN 0 AND 100",
        "summary": "length(summary) <= 5000",
        "recommendation": "recommendation IN"
        " ('Strong Match', 'Good Match', 'Partial Match', 'Weak Match')",
        "subscores": "are_subscores(subscores)",
    },
    "idempotency_keys": {"key": "key <> ''"},
}
"""By table and name. A null passes, where the column allows it."""


def constraints_of(table: str) -> list[CheckConstraint]:
    """The check constraints of a table."""
    return [CheckConstraint(check, name=name) for name, check in CONSTRAINTS[table].items()]
