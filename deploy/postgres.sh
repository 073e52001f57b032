#!/bin/sh -e
# The PostgreSQL image runs this once, when it creates the database. The portal's role owns its own
# database, and may create others, which `manage.py restore` and `verify` need. It has no other right
# on the server. The superuser has no password, so it can log in only from within the container.
psql -v ON_ERROR_STOP=1 -v password="$POSTGRES_PASSWORD" -U postgres <<'SQL'
CREATE ROLE portal LOGIN CREATEDB PASSWORD :'password';
CREATE DATABASE portal OWNER portal;
ALTER ROLE postgres PASSWORD NULL;
SQL
