"""Forms that others write: each file maps one public schema to ours, and touches nothing else."""
