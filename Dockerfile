# One image for the web and the worker. It holds no key and no data: settings come from the environment.
FROM python:3.12-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN useradd --system --uid 10001 --home-dir /app --shell /usr/sbin/nologin legist
WORKDIR /app

COPY requirements.txt constraints.txt ./
RUN pip install -r requirements.txt -c constraints.txt
COPY . .

# Static files are hashed, compressed and bundled once, as production serves them.
ENV LEGIST_ENV=prod
RUN python manage.py collectstatic --no-input

USER legist
EXPOSE 8000
# Only addresses of LEGIST_ALLOWED_HOSTS are answered, also to the probe.
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s CMD ["python", "-c", "import os, urllib.request as u; u.urlopen(u.Request('http://127.0.0.1:8000/healthz', headers={'Host': os.environ['LEGIST_ALLOWED_HOSTS'].split(',')[0].strip()}), timeout=4)"]
# One process with threads: sign-in limits are counted in it. For more, set LEGIST_CACHE_URL to a shared cache.
CMD ["gunicorn", "legist.wsgi", "--bind", "0.0.0.0:8000", "--workers", "1", "--threads", "8", "--worker-tmp-dir", "/dev/shm", "--log-level", "warning"]
