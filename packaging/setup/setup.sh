#!/usr/bin/env bash
# Prepares everything `make run` and `make test` need, and is over in a moment when nothing has changed.
# usage: setup.sh run|test
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
cd "$root"
purpose=${1:-run}
here=packaging/setup
share=.venv/share/indoors/models

say() { printf '%s\n' "$*" >&2; }

fingerprint() { # everything the finished environment depends on
  export LC_ALL=C # the order of the files must not depend on the person's language
  { printf '%s\n' "$root" "$(uname -m)"; cat requirements.txt requirements-dev.txt "$here"/*.sh "$here"/*.py "$here"/*.txt; } |
    sha256sum | cut -d' ' -f1
}

test_tools_present() {
  command -v Xvfb >/dev/null && command -v xauth >/dev/null && command -v strace >/dev/null
}

complete() { # is the environment of this very fingerprint there, whole?
  [ -x .venv/bin/python ] && [ -x .venv/bin/indoors ] && [ -f .venv/.indoors-setup ] &&
    [ "$(cat .venv/.indoors-setup)" = "$1" ] &&
    [ -s "$share/writing/SmolLM2-135M-Instruct.Q4_1.gguf" ] && [ -s "$share/searching/all-minilm-l6-v2/model.bin" ]
}

print=$(fingerprint)
if complete "$print" && { [ "$purpose" != test ] || test_tools_present; }; then
  exit 0
fi

# One at a time: `make run` and `make test` may be started together.
exec 9>.venv.lock
if command -v flock >/dev/null && ! flock -n 9; then
  say "Another set-up is running in this folder; waiting for it."
  flock 9
fi

# shellcheck source=packaging/setup/system.sh
. "$here/system.sh"
ensure_system "$purpose"
if complete "$print"; then
  exit 0
fi
python=$(find_python) || { say "Indoors needs Python 3.11 with its venv module; none was found."; exit 1; }
"$python" -I "$here/environment.py" "$print"
