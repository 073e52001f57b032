# The portal as one image, which runs as the web, as the worker, and once to migrate.

FROM python:3.13-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /venv
COPY requirements.txt /tmp/requirements.txt
# Wheels only: nothing is compiled, so the image needs no compiler.
RUN /venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt


FROM python:3.13-slim
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_DATA=/data \
    STATIC_ROOT=/app/collected \
    BIND=0.0.0.0 \
    PORT=8000

# /data holds media, the secret key and SQLite's file; /static is handed to nginx. A named
# volume that is mounted there for the first time takes over the owner.
RUN groupadd --system --gid 990 portal \
    && useradd --system --uid 990 --gid portal --no-create-home --home-dir /nonexistent portal \
    && install -d -o portal -g portal /data /static

COPY --from=build /venv /venv
WORKDIR /app
COPY . .
# Static files are of the program, not of the data: they lie in the image, outside the volume.
# The key signs nothing: it is there because the settings want one, and ends with this line.
RUN SECRET_KEY=only-to-collect-static-files PORTAL_DATA=/tmp/build \
    python manage.py collectstatic --noinput -v 0 \
    && rm -rf /tmp/build \
    && python -m compileall -q accounts articles delivery mail portal reading sponsors transfer worker

USER portal
VOLUME /data
EXPOSE 8000

# 503 until the worker has given its first sign of life, hence the long start.
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(r.Request(f\"http://127.0.0.1:{os.environ['PORT']}/healthz\", headers={'Host': 'localhost'}), timeout=4)"]

CMD ["python", "-m", "gunicorn", "-c", "python:portal.gunicorn", "portal.wsgi"]
