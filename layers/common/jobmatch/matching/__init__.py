"""Who fits a job, and why."""
