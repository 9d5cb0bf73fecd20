-- What the decision log tells of the shortlist of each job, and how many matches of runs are stored.
-- The entry that is told from (`base`) is null where nothing was ranked since the last invalidation.
-- Its names are those of another installation (`is_foreign`) where a match is stored whom none names.
SELECT job.id AS job_id, last.number, last.listed, last.facts, base.number AS base,
    base.facts AS base_facts,
    base.recorded_at < now() - least(interval '90 days', decision_retention() / 2) AS is_old,
    stored.by_runs, stored.by_hand,
    one.profile_id IS NOT NULL AND NOT EXISTS (
        SELECT FROM decisions
        WHERE job_id = job.id AND number BETWEEN base.number AND last.number AND kind = 'ranked'
            AND strpos(entry, one.quoted) > 0
    ) AS is_foreign
FROM unnest(CAST(:job_ids AS uuid[])) AS job(id)
CROSS JOIN LATERAL (
    -- Those by hand are few, and an index has them; to look at each match would take longer.
    SELECT (SELECT count(*) FROM job_matches WHERE job_id = job.id) - count(*) AS by_runs,
        coalesce(json_agg(profile_id), json_build_array()) AS by_hand
    FROM job_matches WHERE job_id = job.id AND fingerprint IS NULL
) AS stored
LEFT JOIN LATERAL (
    SELECT number, kind, base, entry -> 'facts' AS facts,
        coalesce(
            CAST(entry ->> 'listed' AS int), json_array_length(entry -> 'candidates')
        ) AS listed
    FROM (
        SELECT number, kind, base, CAST(entry AS json) AS entry FROM decisions
        WHERE job_id = job.id AND kind IN ('ranked', 'invalidated') ORDER BY number DESC LIMIT 1
    ) AS entry
) AS last ON last.kind = 'ranked'
LEFT JOIN LATERAL (
    SELECT number, recorded_at, CAST(entry AS json) -> 'facts' AS facts FROM decisions
    WHERE job_id = job.id AND number = coalesce(last.base, last.number)
) AS base ON true
LEFT JOIN LATERAL ( -- The name is that of `pseudonym()`.
    SELECT profile_id, '"' || encode(substring(sha256(key) FROM 1 FOR 8), 'hex') || '"' AS quoted
    FROM job_matches LEFT JOIN candidate_keys USING (profile_id)
    WHERE job_id = job.id AND fingerprint IS NOT NULL LIMIT 1
) AS one ON true
