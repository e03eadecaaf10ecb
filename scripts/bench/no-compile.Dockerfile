# The example's image as most Dockerfiles would make it, for the benchmark: the same base, wheels,
# code and static files, and no byte code of any of it (`pip install --no-compile`, nothing compiled
# afterwards, PYTHONDONTWRITEBYTECODE=1 of the base). The entrypoint and Debian's own library keep
# theirs.
FROM django-container/base
ENV APP=antisocial
RUN --mount=type=bind,source=wheelhouse,target=/wheelhouse \
    /ve/bin/pip install --quiet --no-index --no-compile --no-cache-dir \
        --find-links /wheelhouse -r /wheelhouse/requirements.txt
COPY . /app/
RUN BUILD=1 manage collectstatic --noinput && BUILD=1 manage compress \
    && test -z "$(find /app /ve/lib/python3*/site-packages/django -name '*.pyc')"
USER app
CMD ["run"]
