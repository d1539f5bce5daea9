#!/usr/bin/env bash
# Writes requirements.txt and requirements-dev.txt from pyproject.toml: exact versions, hashes, no addresses.
# llama-cpp-python is left out: packaging/setup/llama.txt pins its source and llama_wheel.py compiles it.
# Versions already locked stay as they are; `packaging/setup/lock.sh --upgrade` takes the newest that fit.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=${INDOORS_LOCK_PYTHON:-.venv/bin/python}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export CUSTOM_COMPILE_COMMAND="make lock"

"$python" - "$work" <<'PY'
import pathlib, sys, tomllib
project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
work = pathlib.Path(sys.argv[1])
(work / "run.in").write_text("\n".join(project["dependencies"]) + "\n", encoding="utf-8")
(work / "dev.in").write_text("\n".join(project["optional-dependencies"]["dev"]) + "\n", encoding="utf-8")
PY

compile=("$python" -m piptools compile --quiet --strip-extras --generate-hashes --allow-unsafe --no-annotate
  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options --unsafe-package llama-cpp-python "$@")
cp requirements.txt requirements-dev.txt "$work"
"${compile[@]}" --output-file "$work/requirements.txt" "$work/run.in"
# piptools writes the packages it calls unsafe at the end; drop the one that is compiled here.
"$python" - "$work/requirements.txt" requirements.txt <<'PY'
import pathlib, re, sys
text = pathlib.Path(sys.argv[1]).read_text(encoding="utf-8")
text = re.sub(r"(?m)^llama-cpp-python==[^\n]*\\\n(?:    --hash=[^\n]*\n)+", "", text)
text = re.sub(r"(?m)^# The following packages are considered to be unsafe.*\n?", "", text)
pathlib.Path(sys.argv[2]).write_text(text.rstrip() + "\n", encoding="utf-8")
PY
"${compile[@]}" --constraint requirements.txt --output-file "$work/requirements-dev.txt" "$work/dev.in"
cp "$work/requirements-dev.txt" requirements-dev.txt
echo "requirements.txt and requirements-dev.txt are written."
