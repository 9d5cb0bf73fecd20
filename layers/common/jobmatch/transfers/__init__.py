"""An employer's data as a file: what is written, what is accepted, and storing it elsewhere."""
