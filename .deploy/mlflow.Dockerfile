# The MLflow server, in an image of its own: full MLflow pins other versions of pandas and pyarrow than Cartera.
# Linted with hadolint; not built where it was written.
FROM python:3.11-slim
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN pip install "mlflow==3.17.2" "psycopg2-binary>=2.9,<3" \
    && useradd --system --uid 10002 --no-create-home mlflow \
    && install -d -o mlflow -g mlflow /var/lib/mlflow
USER 10002
WORKDIR /var/lib/mlflow
VOLUME ["/var/lib/mlflow"]
EXPOSE 5000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s --retries=3 \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:5000/health', timeout=4)"]
CMD ["mlflow", "server", "--host", "0.0.0.0", "--port", "5000"]
