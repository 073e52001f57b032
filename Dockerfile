# One image for all the portal's containers: web, worker and migrate.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
# Wheels only, so that the image needs no compiler.
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt


FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_DATA=/data \
    STATIC_ROOT=/app/collected \
    BIND=0.0.0.0 \
    PORT=8000

# `manage.py backup`, `restore` and `verify` run PostgreSQL's own programs.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends postgresql-client \
    && rm -rf /var/lib/apt/lists/*

# /data holds media, the secret key and SQLite's file. nginx serves /static. When a named volume is
# mounted on either for the first time, it takes over the owner.
RUN groupadd --system --gid 990 portal \
    && useradd --system --uid 990 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install -d -o portal -g portal /data /static

COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Static files belong to the program, not to its data, so they are in the image and not in a volume.
# The settings require a key. This one signs nothing, and is set for this command only.
RUN SECRET_KEY=only-to-collect-static-files PORTAL_DATA=/tmp/build \
    python manage.py collectstatic --noinput -v 0 \
    && rm -rf /tmp/build \
    && python -m compileall -q accounts analytics articles delivery desk mail narration newsletter portal reading search sponsors transfer worker

USER portal
VOLUME /data
EXPOSE 8000

# /healthz answers 503 until the worker's first heartbeat, hence the long start period.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", headers={'Host': 'localhost'}), timeout=4)"]

CMD ["python", "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
