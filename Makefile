# 江西省温室气体自愿减排（JCER）项目办理系统
# Needs Python >= 3.11 and make, nothing else. PYTHON chooses the interpreter.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
FRONTEND := $(shell find workflow_app/web/frontend workflow_app/web/translations -name node_modules -prune -o -type f ! -name '*.mo' -print 2>/dev/null)
PYTEST_ARGS ?= -n 2

.DEFAULT_GOAL := help
.PHONY: help run setup test lint check bench mutants format messages clean

help: ## 列出所有命令 / list the commands
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

run: setup ## 建好环境并启动，默认 http://127.0.0.1:8000，PORT=9000 可改 / set up and serve
	@$(BIN)/jcer serve --port $(PORT)

setup: $(STAMP) ## 环境、前端、数据库、沙盒（再次运行保留数据）/ environment, front end, database, sandbox
	@$(BIN)/jcer init

test: $(STAMP) ## 全部测试，含 PostgreSQL 与浏览器 / every test
	@$(BIN)/pytest -q $(PYTEST_ARGS)

lint: $(STAMP) ## 格式、规则、类型、分层约定 / format, rules, types, layers
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

check: lint test ## 提交前必过，与 CI 相同 / exactly what CI runs

mutants: $(STAMP) ## 逐个改动流程图，证明规定拦得住（约一小时）/ every mutant against the statute (an hour)
	@MUTANTS=1 $(BIN)/pytest -q tests/diagrams/mutants $(PYTEST_ARGS)

bench: $(STAMP) ## 性能目标一览；BENCH=quick 三分钟内，JSON=1 逐行输出 / performance goals
	@BENCH=$(BENCH) JSON=$(JSON) $(BIN)/python -m tests.benchmarks

format: $(STAMP) ## 按约定改写格式 / rewrite to the house format
	@$(BIN)/ruff format --quiet .
	@$(BIN)/ruff check --quiet --fix .

messages: $(STAMP) ## 把新的界面文字收进英文词表 / collect new texts into the English catalogue
	@mkdir -p build
	@cd workflow_app/web && ../../$(BIN)/pybabel -q extract -F translations/babel.cfg --no-location --sort-output -o ../../build/messages.pot .
	@$(BIN)/pybabel -q update -i build/messages.pot -d workflow_app/web/translations -l en --omit-header --no-fuzzy-matching --ignore-obsolete --previous

clean: ## 删去环境与生成物，保留 var/ 中的数据 / remove what was built, keep the data
	@rm -rf $(VENV) build *.egg-info workflow_app/web/static/dist workflow_app/adapters/fonts workflow_app/web/frontend/node_modules \
	  .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis

$(STAMP): setup.cfg setup.py pyproject.toml $(FRONTEND)
	@$(PYTHON) -c 'import sys; sys.exit("需要 Python 3.11 或更高版本 / Python 3.11 or later is needed" if sys.version_info < (3, 11) else 0)'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "正在准备环境与前端… / preparing the environment and the front end…"
	@$(BIN)/pip install -qq --disable-pip-version-check -e '.[dev]'
	@test -f workflow_app/web/static/dist/manifest.json || { echo "前端没有建成 / the front end was not built" >&2; exit 1; }
	@touch $@
