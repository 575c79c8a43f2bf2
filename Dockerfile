# Two stages: the first builds the environment, the second holds only what runs.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /venv
WORKDIR /app
# The libraries first and alone: this layer is made again only when they change.
COPY pyproject.toml requirements.lock ./
RUN python -c "import tomllib; p = tomllib.load(open('pyproject.toml', 'rb'))['project']; more = p['optional-dependencies']; print(*p['dependencies'], *more['postgres'], *more['pictures'], sep='\n')" > /tmp/needed.txt \
 && /venv/bin/pip install --constraint requirements.lock --upgrade setuptools \
 && /venv/bin/pip install --constraint requirements.lock --requirement /tmp/needed.txt
COPY README.md LICENSE ./
COPY bot bot
COPY storage storage
COPY locales locales
# Editable, so that a country folder of your own can be mounted in /app/locales/countries.
RUN /venv/bin/pip install --no-deps --no-build-isolation --editable . \
 # Nothing can be written beside the modules later.
 && /venv/bin/python -m compileall -q --invalidation-mode unchecked-hash bot storage

FROM python:3.11-slim-bookworm
RUN useradd --no-log-init --no-create-home --uid 10001 --home-dir /data --shell /usr/sbin/nologin baraza \
 && install --directory --owner=baraza --mode=0700 /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    BARAZA_DATA=/data \
    BARAZA_WEB_LISTEN=0.0.0.0:8080
WORKDIR /app
USER baraza
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
# The slim image has no curl; Python is there anyway.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/healthz', timeout=4)"]
CMD ["baraza", "run"]
