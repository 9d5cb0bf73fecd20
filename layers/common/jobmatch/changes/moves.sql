-- How the shortlists and reserves of jobs change when changed candidates are taken out of them, and
-- put in again where they belong now. `changed` are these candidates, `pair_*` their new scores.
--
-- Rows: a candidate who moves, with `source` and the new `place`; the last candidate of a list that
-- is cut; and one row without candidate for each job.
WITH concerned AS MATERIALIZED (
    SELECT job_bounds.*
    FROM unnest(CAST(:job_ids AS uuid[]), CAST(:matched AS timestamptz[])) AS expected(job_id, at)
    JOIN jobs ON jobs.id = expected.job_id
    JOIN job_bounds USING (job_id)
    -- Else a full run has seen the changes, or is going to.
    WHERE jobs.status = 'open' AND jobs.matching_status = 'completed'
        AND jobs.matching_demand = job_bounds.demand AND jobs.matched_at = expected.at
), changed AS MATERIALIZED (
    SELECT unnest(CAST(:changed AS uuid[])) AS profile_id
), listed AS (
    SELECT job_id, profile_id, overall_score, 'shortlist' AS source
    FROM concerned JOIN job_matches USING (job_id)
    WHERE NOT EXISTS (SELECT FROM changed WHERE changed.profile_id = job_matches.profile_id)
    UNION ALL
    SELECT job_id, profile_id, overall_score, 'reserve'
    FROM concerned JOIN reserves USING (job_id)
    WHERE NOT EXISTS (SELECT FROM changed WHERE changed.profile_id = reserves.profile_id)
    UNION ALL
    SELECT job_id, pair.profile_id, pair.overall_score, 'changed'
    FROM concerned JOIN unnest(
        CAST(:pair_jobs AS uuid[]), CAST(:pair_profiles AS uuid[]), CAST(:pair_scores AS int[])
    ) AS pair(job_id, profile_id, overall_score) USING (job_id)
    -- The bound may have moved up since they were found.
    WHERE score IS NULL OR pair.overall_score > score
        OR pair.overall_score = score AND pair.profile_id < before
), placed AS (
    SELECT *,
        row_number() OVER (PARTITION BY job_id ORDER BY overall_score DESC, profile_id) AS place,
        count(*) OVER (PARTITION BY job_id) AS length
    FROM listed
)
SELECT job_id, profile_id, overall_score, source, place
FROM placed
WHERE source = 'changed'
    OR source = 'shortlist' AND place > :shortlist
    OR source = 'reserve' AND (place <= :shortlist OR place > :whole)
    OR place = :whole AND length > :whole
UNION ALL
SELECT job_id, NULL,
    -- Whether a full run must fill the list up, or replace what an admin has put.
    CAST(
        (score IS NOT NULL AND coalesce(length, 0) < :shortlist)
        OR EXISTS (
            SELECT FROM job_matches
            WHERE job_matches.job_id = concerned.job_id AND job_matches.fingerprint IS NULL
        ) AS integer
    ), 'job', coalesce(length, 0)
FROM concerned LEFT JOIN (
    SELECT job_id, count(*) AS length FROM listed GROUP BY job_id
) AS counted USING (job_id)
