"""The data-access layer: connection first, typed result, no HTTP, no AWS, no commit."""
