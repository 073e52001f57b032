#!/bin/sh -e
# Run once by the image of PostgreSQL, when the database is made: the portal owns its own database, and
# is nothing more on the server. The superuser has no password, and so comes in from the container only.
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U postgres <<'SQL'
CREATE ROLE portal LOGIN PASSWORD :'password';
CREATE DATABASE portal OWNER portal;
ALTER ROLE postgres PASSWORD NULL;
SQL
