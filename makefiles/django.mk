# An app's jobs, each in a container of its image. Include it after docker.mk.
#
#     RUN_OPTIONS  options for `docker run`, such as --env-file=.env    [--env-file=.env where it exists]
#     PORT         where `make run` serves                              [8000]
#     TEST_COMMAND what `make test` runs                                [manage test]
#     ARGS         arguments for the job, such as ARGS="--plan" for migrate

PORT ?= 8000
TEST_COMMAND ?= manage test
ARGS ?=
RUN_OPTIONS ?= $(if $(wildcard .env),--env-file=.env)

JOB = $(DOCKER) run --rm --init $(RUN_OPTIONS)

.PHONY: run migrate shell test

run:  ## Serve the app at http://localhost:PORT
	$(JOB) --publish "127.0.0.1:$(PORT):8000" "$(IMAGE)" run $(ARGS)

migrate:  ## Apply the migrations
	$(JOB) "$(IMAGE)" migrate $(ARGS)

shell:  ## Django's shell
	tty=$$([ -t 0 ] && [ -t 1 ] && echo --tty); $(JOB) --interactive $$tty "$(IMAGE)" shell $(ARGS)

test:  ## Run the tests in the image
	$(JOB) --env BUILD=1 "$(IMAGE)" exec $(TEST_COMMAND) $(ARGS)
