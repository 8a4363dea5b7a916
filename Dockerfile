# syntax=docker/dockerfile:1
# The service alone: the locked runtime dependencies, compiled, and the code; run by a user who owns nothing but /srv/app/var.

ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
COPY requirements.lock /tmp/requirements.lock
RUN python -m venv --without-pip /opt/venv \
 && python -m pip --python /opt/venv/bin/python install --quiet --no-cache-dir --disable-pip-version-check \
      --no-deps --no-compile --only-binary :all: --require-hashes -r /tmp/requirements.lock \
 && /opt/venv/bin/python -m compileall -qq -j 0 /opt/venv/lib

FROM python:${PYTHON}-slim
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin assessment
WORKDIR /srv/app
COPY --from=build /opt/venv /opt/venv
COPY alembic.ini ./
COPY alembic ./alembic
COPY scoring_schemes ./scoring_schemes
COPY docs/problems.md ./docs/problems.md
COPY app ./app
RUN python -m compileall -q app && install -d -o assessment -g assessment var
USER 10001
VOLUME /srv/app/var
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s --retries=3 \
  CMD ["python", "-c", "import os, urllib.request as r; r.urlopen(f\"http://127.0.0.1:{os.environ.get('MEA_PORT', '8000')}/healthz\", timeout=2)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
