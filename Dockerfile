# Cartera: dashboard, API and training in one image. Linted with hadolint; it has not been built where it was written,
# for there is no Docker daemon there.
#
#   docker build -t cartera .
#   docker run -p 8000:8000 -v cartera-store:/var/lib/cartera/store cartera

FROM python:3.11-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /src
RUN python -m venv /opt/cartera
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY data data
COPY model model
COPY monitoring monitoring
COPY app app
RUN /opt/cartera/bin/pip install -c constraints.txt ".[lab,mysql,postgres]"

FROM python:3.11-slim
LABEL org.opencontainers.image.title="cartera" org.opencontainers.image.licenses="MIT"
# LightGBM and scikit-learn share OpenMP, which the slim image lacks.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --no-create-home cartera \
    && install -d -o cartera -g cartera /var/lib/cartera/store /var/lib/cartera/cache /var/lib/cartera/data
COPY --from=build /opt/cartera /opt/cartera
ENV PATH=/opt/cartera/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    NUMBA_CACHE_DIR=/var/lib/cartera/cache/numba \
    CARTERA_STORE=/var/lib/cartera/store \
    CARTERA_CACHE=/var/lib/cartera/cache \
    CARTERA_HOST=0.0.0.0 \
    CARTERA_PORT=8000
USER 10001
WORKDIR /var/lib/cartera
VOLUME ["/var/lib/cartera/store"]
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/v1/health', timeout=4)"]
CMD ["python", "-m", "app.main"]
