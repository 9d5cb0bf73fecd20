-- Adds an entry to the end of a job's chain. It is about the candidates in `scores`, or about the
-- stored matches of the job where `scores` is null. The caller has locked the job.
WITH following AS ( -- One row, computed once, so that entry and columns have the same time.
    -- A chain goes on where all of it has expired, and its time never goes back.
    SELECT coalesce(last.number, expired.number, 0) + 1 AS number,
        coalesce(last.hash, expired.hash, :first) AS previous,
        coalesce(last.recorded_at, expired.recorded_at) AS previous_recorded_at,
        greatest(clock_timestamp(), last.recorded_at, expired.recorded_at) AS recorded_at
    FROM (SELECT 1) AS one
    LEFT JOIN (
        SELECT number, hash, recorded_at FROM decisions
        WHERE job_id = :job_id ORDER BY number DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN expired_decisions AS expired ON expired.job_id = :job_id
), candidates AS (
    SELECT profile_id, overall_score AS score, CAST(subscores AS jsonb) AS subscores
    FROM job_matches WHERE job_id = :job_id AND :scores IS NULL
    UNION ALL
    SELECT profile_id, score, NULL
    FROM json_to_recordset(:scores) AS given(profile_id uuid, score int)
), listed AS ( -- A candidate without a key is left out. The pseudonym is that of `pseudonym()`.
    SELECT coalesce(
            json_agg(
                encode(substring(sha256(key) FROM 1 FOR 8), 'hex') ORDER BY score DESC, profile_id
            ),
            json_build_array()
        ) AS pseudonyms,
        coalesce(json_agg(score ORDER BY score DESC, profile_id), json_build_array()) AS scores,
        json_agg(
            json_build_array(
                subscores #> '{specializationMatch,score}',
                subscores #> '{experienceFit,score}',
                subscores #> '{technicalBackground,score}',
                subscores #> '{locationMatch,score}',
                subscores #> '{barAdmissions,score}'
            ) ORDER BY score DESC, profile_id
        ) FILTER (WHERE subscores IS NOT NULL) AS subscores
    FROM candidates JOIN candidate_keys USING (profile_id)
), entry AS ( -- The text is hashed. Its keys and their order must not change.
    SELECT following.*,
        json_build_object(
            'jobId', :job_id,
            'number', number,
            'recordedAt', recorded_at,
            'previousRecordedAt', previous_recorded_at,
            'kind', CAST(:kind AS decision_kind),
            'candidates', pseudonyms,
            'scores', scores,
            'subscores', subscores,
            'facts', :facts
        )::text AS entry
    FROM following CROSS JOIN listed
)
INSERT INTO decisions (job_id, number, recorded_at, kind, entry, previous, hash)
SELECT :job_id, number, recorded_at, CAST(:kind AS decision_kind), entry, previous,
    sha256(previous || convert_to(entry, 'UTF8'))
FROM entry
