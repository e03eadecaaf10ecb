#!/bin/bash
# What the entrypoint replaces, for the benchmark alone: the run.sh that a Django image has had for
# a decade. One script, a word says which job, and the program takes the shell's place. Nothing in
# it is there to be slow.

cd /app || exit

if [[ -z "$DJANGO_SETTINGS_MODULE" ]]; then
    export DJANGO_SETTINGS_MODULE="$APP.${SETTINGS:-settings_docker}"
fi

python=/ve/bin/python
job=${1:-run}
shift

case "$job" in
    run)
        exec /ve/bin/gunicorn --bind ":${PORT:-8000}" --workers "${WEB_CONCURRENCY:-2}" "$APP.wsgi:application"
        ;;
    migrate)
        exec "$python" manage.py migrate --noinput
        ;;
    collectstatic)
        exec "$python" manage.py collectstatic --noinput
        ;;
    compress)
        exec "$python" manage.py compress
        ;;
    shell)
        exec "$python" manage.py shell
        ;;
    worker)
        exec /ve/bin/celery --app "$APP" worker --loglevel INFO
        ;;
    beat)
        exec /ve/bin/celery --app "$APP" beat --loglevel INFO --schedule /data/celerybeat-schedule
        ;;
    manage)
        exec "$python" manage.py "$@"
        ;;
    exec)
        exec "$@"
        ;;
esac
