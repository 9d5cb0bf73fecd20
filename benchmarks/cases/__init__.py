"""One module per row of the table, or for rows that share their data."""
