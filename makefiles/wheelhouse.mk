# An app's wheelhouse; docker.mk includes it.
#
#     WHEELHOUSE          its folder                                    [wheelhouse]
#     REQUIREMENTS        what the app requires    [uv.lock, pylock.toml or requirements.txt]
#     BUILDER_IMAGE       the image that builds it     [the one beside the app's base image]
#     WHEELHOUSE_OPTIONS  more options for `toolkit wheelhouse`, such as --apt libldap2-dev

WHEELHOUSE ?= wheelhouse
TOOLKIT ?= toolkit
DOCKERFILE ?= Dockerfile

.PHONY: wheelhouse

wheelhouse:  ## Build the wheels of what the app requires, where anything has changed
	@$(TOOLKIT) wheelhouse --wheelhouse "$(WHEELHOUSE)" \
		$(foreach file,$(REQUIREMENTS),--requirements "$(file)") \
		$(if $(BUILDER_IMAGE),--builder "$(BUILDER_IMAGE)") $(WHEELHOUSE_OPTIONS)
