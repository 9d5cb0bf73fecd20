"""`sam local` on the database of `make run`: a container engine, Lambda's image, and a way in."""
