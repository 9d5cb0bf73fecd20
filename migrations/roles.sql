-- The three users of the database, by least privilege: jobmatch_reader for functions that only
-- read, jobmatch_writer for the others, jobmatch_migrator for the tables.
--
-- One statement without a colon, which would name a parameter, so that the RDS Data API takes it too;
-- run it before the migrations, as often as you like, as the cluster's master user or another who
-- may create roles and grants on the schema:
--     psql --dbname=... --file=migrations/roles.sql
-- It sets no password. Where RDS is, they authenticate by IAM; elsewhere give each one:
--     ALTER ROLE jobmatch_reader PASSWORD '...'
--
-- A platform's own tables keep their owner. Migrations add columns to them (never more), so for as
-- long as they take the migrator must be a member of that owner: GRANT <owner> TO jobmatch_migrator.
-- Tables of ours that another role has made get their rights here, too, but should change hands:
-- REASSIGN OWNED BY <that role> TO jobmatch_migrator.
DO $roles$
DECLARE
    ours CONSTANT text[] DEFAULT '{
        users, employer_profiles, profiles,
        candidate_keys, decisions, employer_features, expired_decisions, found_matches,
        idempotency_keys, job_bounds, job_features, job_matches, jobs, match_decisions,
        matching_runs, notification_settings, notifications, preview_counts, profile_changes,
        profile_features, reserves, told_matches, vocabulary_aliases, webhook_events, webhooks
    }';
    name text;
    borrowed boolean DEFAULT false;
BEGIN
    FOREACH name IN ARRAY CAST('{jobmatch_reader, jobmatch_writer, jobmatch_migrator}' AS text[]) LOOP
        IF to_regrole(name) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', name);
        END IF;
        -- Only there, and then instead of a password.
        IF to_regrole('rds_iam') IS NOT NULL THEN
            EXECUTE format('GRANT rds_iam TO %I', name);
        END IF;
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), name);
        EXECUTE format('GRANT USAGE ON SCHEMA public TO %I', name);
        -- Limits are the roles', because RDS Proxy pins a session that SETs anything.
        -- A lock is what a healthy statement may wait for; longer, and the caller is better told.
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', name, '5s');
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', name, '30s');
    END LOOP;
    -- Just under the 15 s of a route and the 60 s of a worker, so that no statement outlives its
    -- function for long. The migrator's statements take what they take.
    ALTER ROLE jobmatch_reader SET statement_timeout = '12s';
    ALTER ROLE jobmatch_writer SET statement_timeout = '55s';
    -- A broad filter finds more rows of 1,000,000 profiles than fit into the default 4 MB;
    -- PostgreSQL would then try each row of their pages again, which takes a third longer.
    ALTER ROLE jobmatch_reader SET work_mem = '16MB';
    ALTER ROLE jobmatch_writer SET work_mem = '16MB';
    GRANT CREATE ON SCHEMA public TO jobmatch_migrator;

    -- Who is no superuser acts for the migrator only as a member of it. Never beyond this
    -- transaction: members of a member of rds_iam can't log in with a password any more.
    IF NOT pg_has_role(current_user, 'jobmatch_migrator', 'USAGE') THEN
        GRANT jobmatch_migrator TO CURRENT_USER;
        borrowed = true;
    END IF;
    ALTER DEFAULT PRIVILEGES FOR ROLE jobmatch_migrator IN SCHEMA public
        GRANT SELECT ON TABLES TO jobmatch_reader;
    ALTER DEFAULT PRIVILEGES FOR ROLE jobmatch_migrator IN SCHEMA public
        GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO jobmatch_writer;
    -- By name: the schema may hold tables that are none of our business.
    FOREACH name IN ARRAY ours LOOP
        IF to_regclass(format('public.%I', name)) IS NOT NULL THEN
            EXECUTE format('GRANT SELECT ON public.%I TO jobmatch_reader', name);
            EXECUTE format(
                'GRANT SELECT, INSERT, UPDATE, DELETE ON public.%I TO jobmatch_writer', name
            );
            EXECUTE format(
                'GRANT SELECT, INSERT, UPDATE, DELETE, REFERENCES ON public.%I'
                ' TO jobmatch_migrator', name
            );
        END IF;
    END LOOP;
    -- Only the trigger that sees what is deleted from the log writes this one.
    IF to_regclass('public.expired_decisions') IS NOT NULL THEN
        REVOKE INSERT, UPDATE, DELETE ON public.expired_decisions FROM jobmatch_writer;
    END IF;
    -- Only who signs or replaces them reads the secrets of webhooks.
    IF to_regclass('public.webhooks') IS NOT NULL THEN
        REVOKE SELECT ON public.webhooks FROM jobmatch_reader;
        FOR name IN
            SELECT attname FROM pg_attribute
            WHERE attrelid = to_regclass('public.webhooks') AND attnum > 0 AND NOT attisdropped
                AND attname NOT IN ('secret', 'previous_secret')
        LOOP
            EXECUTE format('GRANT SELECT (%I) ON public.webhooks TO jobmatch_reader', name);
        END LOOP;
    END IF;
    IF to_regclass('public.alembic_version') IS NOT NULL THEN
        GRANT SELECT, INSERT, UPDATE, DELETE ON public.alembic_version TO jobmatch_migrator;
    END IF;
    IF borrowed THEN
        REVOKE jobmatch_migrator FROM CURRENT_USER;
    END IF;
END
$roles$;
