# syntax=docker/dockerfile:1
# Small, not root, nothing to write to but /data. Build: docker build -t actionitem .
# Run:   docker run --read-only --tmpfs /tmp -v actionitem:/data --env-file .env -p 127.0.0.1:3000:3000 actionitem
FROM python:3.13-slim AS built
WORKDIR /src
# First what changes seldom: the locked packages, each with its hash.
COPY requirements.lock ./
RUN python -m venv /opt/actionitem \
 && /opt/actionitem/bin/python -m pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE app_manifest.yml ./
COPY bot ./bot
COPY handlers ./handlers
COPY scheduler ./scheduler
COPY storage ./storage
RUN /opt/actionitem/bin/python -m pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation . \
 && /opt/actionitem/bin/python -m pip uninstall --yes pip \
 && /opt/actionitem/bin/actionitem --version

FROM python:3.13-slim
RUN groupadd --system --gid 10001 actionitem \
 && useradd --system --uid 10001 --gid actionitem --home-dir /data --no-create-home --shell /usr/sbin/nologin actionitem \
 && install --directory --owner=actionitem --group=actionitem --mode=0700 /data
COPY --from=built /opt/actionitem /opt/actionitem
# HOST: within the container all of its addresses; which of them anybody reaches is said by `-p`.
ENV PATH=/opt/actionitem/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    SQLITE_TMPDIR=/data \
    HOME=/data \
    DATABASE_URL=sqlite:////data/actionitem.db \
    HOST=0.0.0.0 \
    PORT=3000 \
    LOG_FORMAT=json
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 3000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/readyz', timeout=4)"]
ENTRYPOINT ["actionitem"]
CMD ["serve"]
