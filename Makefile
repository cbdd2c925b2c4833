# Every target runs on a fresh machine: what it needs is installed first, and only the first time.
#
#   SALEOR             the Saleor to use, a tag of its repository; default: requirements/saleor-3.23.txt
#   SALEOR_OTHERS      further Saleors for the subset of tests that runs on every version
#   SALEOR_REPOSITORY  where Saleor is cloned from: an address, a git repository or a plain folder on disk
#
# Give them on the command line (make test SALEOR=3.22.67), or keep them in a file of your own:
-include $(or $(XDG_CONFIG_HOME),$(HOME)/.config)/saleor-nps-plugin/local.mk

export SALEOR SALEOR_OTHERS SALEOR_REPOSITORY
# Asking for one version by hand means that one and no other.
ifeq ($(origin SALEOR),command line)
export SALEOR_ASKED_FOR = yes
endif

.DEFAULT_GOAL := help
.PHONY: help demo demo-order demo-referral demo-reset preview test check run bench build messages clean

RUN = @python=$$(sh tooling/find-python) && exec "$$python" -m tooling.bootstrap

help: ## what there is
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^[^:]*Makefile://; s/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

demo: ## a real Saleor shop with the plugin, an SMTP inbox and a year of answers
	$(RUN) demo

demo-order: ## while the demo runs: staff fulfil an order, so a survey is mailed
	$(RUN) demo-order

demo-referral: ## while the demo runs: a code is shared, a friend orders with it, a part is refunded
	$(RUN) demo-referral

demo-reset: ## forget the demo's database; the next demo starts from a new shop
	$(RUN) demo-reset

preview: ## every page and e-mail with sample data, without Saleor
	$(RUN) preview

test: ## check, then all tests, with Saleor and without
	$(RUN) test

check: ## ruff, mypy, the architecture test
	$(RUN) check

run: ## a program in Saleor's environment: make run ARGS="-m pytest tests/with_saleor -k name"
	$(RUN) run $(ARGS)

bench: ## the benchmarks; only some of them: make bench ARGS="answering mailing"
	$(RUN) bench $(ARGS)

build: ## wheel and sdist in dist/
	$(RUN) build

messages: ## compile the translations
	$(RUN) messages

clean: ## remove the environments of this checkout; downloads and databases stay
	$(RUN) clean
