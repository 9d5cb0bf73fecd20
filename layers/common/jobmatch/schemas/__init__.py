"""Wire models: what comes in and goes out as JSON, camelCase."""
