"""The tables that the marketplace has or adopts, by section 1 of the contract.

Each column has its type, whether it may be null, and its default.
"""

from __future__ import annotations

ID = ("uuid", False, "gen_random_uuid()")
NOW = ("timestamp with time zone", False, "now()")
TIME = ("timestamp with time zone", True, None)
TEXTS = ("text[]", True, None)
TABLES = {
    "users": {
        "id": ID,
        "email": ("character varying(255)", False, None),
        "role": ("user_role", False, None),
        "is_active": ("boolean", False, "true"),
        "created_at": NOW,
    },
    "employer_profiles": {
        "id": ID,
        "user_id": ("uuid", False, None),
        "company_name": ("character varying(255)", False, None),
        "corporate_domains": TEXTS,
        "created_at": NOW,
    },
    "profiles": {
        "id": ID,
        "user_id": ("uuid", True, None),
        "name": ("character varying(255)", False, None),
        "email": ("character varying(255)", True, None),
        "status": ("profile_status", False, "'pending_review'::profile_status"),
        "location": ("character varying(255)", True, None),
        "specializations": TEXTS,
        "technical_domains": TEXTS,
        "created_at": NOW,
        "updated_at": NOW,
    },
    "jobs": {
        "id": ID,
        "employer_user_id": ("uuid", False, None),
        "title": ("character varying(255)", False, None),
        "description": ("text", True, None),
        "status": ("job_status", False, "'draft'::job_status"),
        "matching_status": ("matching_status", False, "'pending'::matching_status"),
        "required_specializations": TEXTS,
        "preferred_specializations": TEXTS,
        "minimum_experience": ("integer", True, None),
        "preferred_location": ("character varying(255)", True, None),
        "required_bar": TEXTS,
        "required_technical_domains": TEXTS,
        "created_by": ("uuid", False, None),
        "created_at": NOW,
        "updated_at": NOW,
        "matched_at": TIME,
    },
    "job_matches": {
        "id": ID,
        "job_id": ("uuid", False, None),
        "profile_id": ("uuid", False, None),
        "overall_score": ("integer", False, None),
        "subscores": ("text", False, None),
        "summary": ("text", False, None),
        "recommendation": ("character varying(50)", False, None),
        "scored_at": NOW,
        "notified_at": TIME,
    },
}
INDEXES = {
    "jobs": {
        "jobs_pkey": "UNIQUE (id)",
        "jobs_employer_idx": "(employer_user_id)",
        "jobs_status_idx": "(status)",
    },
    "job_matches": {
        "job_matches_pkey": "UNIQUE (id)",
        "job_matches_job_profile_idx": "UNIQUE (job_id, profile_id)",
        "job_matches_job_idx": "(job_id)",
        "job_matches_profile_idx": "(profile_id)",
        "job_matches_score_idx": "(job_id, overall_score)",
    },
}
REFERENCES = {
    "employer_profiles": {"FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE CASCADE"},
    "profiles": {"FOREIGN KEY (user_id) REFERENCES users(id) ON DELETE SET NULL"},
    "jobs": {
        "FOREIGN KEY (employer_user_id) REFERENCES users(id) ON DELETE CASCADE",
        "FOREIGN KEY (created_by) REFERENCES users(id)",
    },
    "job_matches": {
        "FOREIGN KEY (job_id) REFERENCES jobs(id) ON DELETE CASCADE",
        "FOREIGN KEY (profile_id) REFERENCES profiles(id) ON DELETE CASCADE",
    },
}
ENUMS = {
    "job_status": ["draft", "open", "closed", "archived"],
    "matching_status": ["pending", "running", "completed", "failed"],
    "user_role": ["candidate", "employer", "admin"],
    "profile_status": ["pending_review", "active", "rejected"],
    "run_outcome": ["running", "completed", "overtaken", "failed", "abandoned"],
    "notification_status": ["due", "claimed", "sent", "dropped", "refused"],
    "decision_kind": ["ranked", "told", "invalidated", "decided"],
}
