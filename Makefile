# Two commands do everything on a fresh machine: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q

.PHONY: help demo test test-heavy lint types contracts format figures bench-crossbar bench-device bench-circuit bench-cram clean

help:            ## list the targets
	@grep -E '^[a-z-]+: .*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.report: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt -e ".[network,report]"
	@touch $@

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	$(PIP) install -c constraints.txt -e ".[network,report,dev]"
	@touch $@ $(VENV)/.report

demo: $(VENV)/.report   ## set up, train a small network on handwritten digits, put it on fourteen platforms, compare
	$(BIN)/remanence evaluate cnn --data digits --chip crossbar-stt-22nm \
	  --against crossbar-reram-22nm,crossbar-pcm-28nm,crossbar-sram-22nm,nearmem-stt-22nm,nearmem-sram-22nm,nearmem-edram-22nm,nearmem-reram-22nm,nearmem-eflash-40nm,mcu-cortex-m4,mcu-cortex-m7,npu-edge,gpu-h100,gpu-h200 \
	  --draws 20 --seed 0 --spreads 1,2,5,8 --json results/demo.json \
	  --html results/demo.html --baseline mcu-cortex-m4

test: lint types contracts   ## set up; linters, types, import contracts, tests: what CI runs
	$(BIN)/python -m pytest -m "not heavy"

test-heavy: $(VENV)/.dev   ## the tests that take minutes or need REMANENCE_DATA
	$(BIN)/python -m pytest -m heavy

lint: $(VENV)/.dev   ## format and lint
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.dev   ## type checker on code and tests
	$(BIN)/mypy

contracts: $(VENV)/.dev   ## import contracts between the floors
	$(BIN)/lint-imports

format: $(VENV)/.dev   ## put the code in format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

figures: $(VENV)/.dev   ## make the figures and tables of docs/ again
	$(BIN)/python scripts/make_docs.py

bench-crossbar: $(VENV)/.dev   ## speed of arrays against the usual loop and CrossSim (REMANENCE_CROSSSIM), once the kernels' tests are green
	$(BIN)/python -m pytest -q -p no:randomly tests/kernels
	$(BIN)/python benchmarks/bench_crossbar.py
	$(BIN)/python benchmarks/bench_array_wires.py

bench-device: $(VENV)/.dev   ## speed of the device floor against cmtj (pip install cmtj) and Arm's framework (REMANENCE_ARM_FRAMEWORK)
	$(BIN)/python -m pytest -q -p no:randomly tests/kernels tests/device/test_datasheet.py
	$(BIN)/python benchmarks/bench_stochastic_llg.py
	$(BIN)/python benchmarks/bench_fokker_planck.py
	$(BIN)/python benchmarks/bench_statics.py

bench-circuit: $(VENV)/.dev   ## speed of the search over macros beside NVSim (NVSIM_BINARY, NVSIM_SAMPLES)
	$(BIN)/python -m pytest -q -p no:randomly tests/circuit/test_nvsim.py tests/circuit/test_search.py
	$(BIN)/python benchmarks/bench_circuit.py

bench-cram: $(VENV)/.dev   ## gate operations per second of the row simulator beside NumPy, byte a bit and packed
	$(BIN)/python -m pytest -q -p no:randomly tests/kernels/test_row_gates.py tests/cram/test_simulate.py
	$(BIN)/python benchmarks/bench_cram.py

clean:           ## remove what was built
	rm -rf $(VENV) results build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
