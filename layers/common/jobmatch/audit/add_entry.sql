-- Adds an entry to the end of a job's chain, and gives its number. It is about the candidates in
-- `scores`, or about the job's matches where `scores` is null: those that runs have stored, and
-- those in `scored`. The caller has locked the job.
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
    SELECT profile_id, overall_score AS score,
        json_build_array(
            subscores #> '{specializationMatch,score}',
            subscores #> '{experienceFit,score}',
            subscores #> '{technicalBackground,score}',
            subscores #> '{locationMatch,score}',
            subscores #> '{barAdmissions,score}'
        ) AS subscores,
        NULL AS pseudonym
    FROM (
        SELECT profile_id, overall_score, CAST(subscores AS jsonb) AS subscores FROM job_matches
        WHERE job_id = :job_id AND :scores IS NULL
            AND (fingerprint IS NOT NULL OR profile_id = ANY(:scored))
    ) AS stored
    UNION ALL
    SELECT profile_id, score, subscores, pseudonym
    FROM json_to_recordset(:scores)
        AS given(profile_id uuid, score int, subscores json, pseudonym text)
), named AS ( -- A candidate without a key is left out. The pseudonym is that of `pseudonym()`.
    SELECT score, subscores, profile_id,
        coalesce(pseudonym, encode(substring(sha256(key) FROM 1 FOR 8), 'hex')) AS pseudonym
    FROM candidates LEFT JOIN candidate_keys USING (profile_id)
), listed AS ( -- Best first, and last who has left the shortlist.
    SELECT coalesce(
            json_agg(pseudonym ORDER BY score DESC NULLS LAST, profile_id, pseudonym),
            json_build_array()
        ) AS pseudonyms,
        coalesce(
            json_agg(score ORDER BY score DESC NULLS LAST, profile_id, pseudonym),
            json_build_array()
        ) AS scores,
        CASE WHEN count(subscores) > 0 THEN
            json_agg(subscores ORDER BY score DESC NULLS LAST, profile_id, pseudonym)
        END AS subscores
    FROM named WHERE pseudonym IS NOT NULL
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
            'facts', :facts,
            'base', :base,
            'listed', :listed
        )::text AS entry
    FROM following CROSS JOIN listed
)
INSERT INTO decisions (job_id, number, recorded_at, kind, entry, previous, hash, base)
SELECT :job_id, number, recorded_at, CAST(:kind AS decision_kind), entry, previous,
    sha256(previous || convert_to(entry, 'UTF8')), :base
FROM entry
RETURNING number
