-- Adds an entry to the end of the chain of each job in `entries`, and gives their numbers. An entry
-- is about the candidates in its `scores`, or about the job's matches where `scores` is null: those
-- that runs have stored, and those in `scored`. The caller has locked the jobs.
WITH given AS MATERIALIZED (
    SELECT *
    FROM json_to_recordset(:entries) AS given(
        job_id uuid, facts json, scores json, scored uuid[], base int, listed int
    )
), following AS MATERIALIZED ( -- Computed once, so that entry and columns have the same time.
    -- A chain goes on where all of it has expired, and its time never goes back.
    SELECT given.*, coalesce(last.number, expired.number, 0) + 1 AS number,
        coalesce(last.hash, expired.hash, :first) AS previous,
        coalesce(last.recorded_at, expired.recorded_at) AS previous_recorded_at,
        greatest(clock_timestamp(), last.recorded_at, expired.recorded_at) AS recorded_at
    FROM given
    LEFT JOIN LATERAL (
        SELECT number, hash, recorded_at FROM decisions
        WHERE job_id = given.job_id ORDER BY number DESC LIMIT 1
    ) AS last ON true
    LEFT JOIN expired_decisions AS expired ON expired.job_id = given.job_id
), candidates AS (
    SELECT job_id, profile_id, overall_score AS score,
        json_build_array(
            subscores #> '{specializationMatch,score}',
            subscores #> '{experienceFit,score}',
            subscores #> '{technicalBackground,score}',
            subscores #> '{locationMatch,score}',
            subscores #> '{barAdmissions,score}'
        ) AS subscores,
        NULL AS pseudonym
    FROM (
        SELECT job_id, profile_id, overall_score, CAST(subscores AS jsonb) AS subscores
        FROM given JOIN job_matches USING (job_id)
        WHERE scores IS NULL AND (fingerprint IS NOT NULL OR profile_id = ANY(scored))
        OFFSET 0 -- Not inlined, which would parse each text five times.
    ) AS stored
    UNION ALL
    SELECT job_id, one.*
    FROM given CROSS JOIN LATERAL json_to_recordset(scores)
        AS one(profile_id uuid, score int, subscores json, pseudonym text)
), named AS MATERIALIZED ( -- The pseudonym is that of `pseudonym()`, each key looked up by itself.
    SELECT job_id, score, subscores, profile_id,
        coalesce(pseudonym, (
            SELECT encode(substring(sha256(key) FROM 1 FOR 8), 'hex') FROM candidate_keys
            WHERE candidate_keys.profile_id = candidates.profile_id
        )) AS pseudonym
    FROM candidates
), told AS ( -- A candidate without a key is left out. Best first, and last who has left.
    SELECT job_id,
        json_agg(pseudonym ORDER BY score DESC NULLS LAST, profile_id, pseudonym) AS pseudonyms,
        json_agg(score ORDER BY score DESC NULLS LAST, profile_id, pseudonym) AS scores,
        CASE WHEN count(subscores) > 0 THEN
            json_agg(subscores ORDER BY score DESC NULLS LAST, profile_id, pseudonym)
        END AS subscores
    FROM named WHERE pseudonym IS NOT NULL GROUP BY job_id
), entry AS ( -- The text is hashed. Its keys and their order must not change.
    SELECT following.*,
        json_build_object(
            'jobId', following.job_id,
            'number', number,
            'recordedAt', recorded_at,
            'previousRecordedAt', previous_recorded_at,
            'kind', CAST(:kind AS decision_kind),
            'candidates', coalesce(pseudonyms, json_build_array()),
            'scores', coalesce(told.scores, json_build_array()),
            'subscores', told.subscores,
            'facts', facts,
            'base', base,
            'listed', listed
        )::text AS entry
    FROM following LEFT JOIN told ON told.job_id = following.job_id
)
INSERT INTO decisions (job_id, number, recorded_at, kind, entry, previous, hash, base)
SELECT job_id, number, recorded_at, CAST(:kind AS decision_kind), entry, previous,
    sha256(previous || convert_to(entry, 'UTF8')), base
FROM entry
RETURNING job_id, number
