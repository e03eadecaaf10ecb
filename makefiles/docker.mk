# An app's image. Include it in the app's Makefile:
#
#     APP = antisocial
#     include $(shell toolkit makefiles)/docker.mk
#
# Variables, each of which the app's Makefile, the environment or the command line may set:
#
#     APP            the app, and its Django package
#     REPO           what comes before it in the image's name, such as a team
#     REGISTRY       the registry's host
#     TAG            the build                                        [latest]
#     IMAGE          the whole name                 [REGISTRY/REPO/APP:TAG]
#     DOCKERFILE     what it is built from                        [Dockerfile]
#     BUILD_OPTIONS  more options for `docker build`

ifndef APP
$(error set APP in the Makefile before this include, for example APP = antisocial)
endif

TAG ?= latest
IMAGE ?= $(if $(REGISTRY),$(REGISTRY)/)$(if $(REPO),$(REPO)/)$(APP):$(TAG)
DOCKERFILE ?= Dockerfile
TOOLKIT ?= toolkit
DOCKER ?= docker

include $(dir $(lastword $(MAKEFILE_LIST)))wheelhouse.mk

.DEFAULT_GOAL := help
.PHONY: build push clean help

build: wheelhouse  ## Build the app's image, its tests included
	@$(TOOLKIT) build "$(IMAGE)" --file "$(DOCKERFILE)" --wheelhouse "$(WHEELHOUSE)" -- $(BUILD_OPTIONS)

push: build  ## Push the image to its registry
	$(DOCKER) push "$(IMAGE)"

clean:  ## Remove the wheelhouse and the images
	rm -rf "$(WHEELHOUSE)"
	-$(DOCKER) image rm "$(IMAGE)" \
		$$($(DOCKER) image ls --quiet --filter "label=django-container.wheelhouse-of=$(CURDIR)")

help:  ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST) | sort
