# One image for the web and the worker. It holds no key and no data: settings come from the environment.
FROM python:3.12.13-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app

COPY requirements.txt requirements-ai.txt constraints.txt ./
# The packages of a language model come along where one is set: docs/howto/let-a-model-suggest.md.
ARG LEGIST_MODEL=
RUN pip install -r requirements.txt ${LEGIST_MODEL:+-r requirements-ai.txt} -c constraints.txt
COPY . .

# Static files are hashed, compressed and bundled once, as production serves them; no key is needed for that.
ENV LEGIST_ENV=prod
RUN python manage.py collectstatic --no-input && python -m compileall -q . && chmod -R a+rX .

# A number, so that whoever runs the image can see that it is not root. It owns no file and needs no home.
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=10s --start-period=30s CMD ["python", "-m", "legist.probes", "web", "8000"]
# One process with threads: sign-in limits are counted in it. For more, set LEGIST_CACHE_URL to a shared cache.
CMD ["gunicorn", "legist.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--log-level", "warning", "--no-control-socket"]
