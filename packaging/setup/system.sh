# Sourced by setup.sh: finds what the operating system lacks, and installs it (root) or names one command (anybody else).
# Each row is "probe|Debian package"; probes are cmd:NAME, lib:SONAME and py:venv.

needed_to_run=(
  "py:venv|python3.11-venv"
  "cmd:g++|g++" "cmd:cmake|cmake" "cmd:ninja|ninja-build"
  "lib:libgomp.so.1|libgomp1"
  "lib:libEGL.so.1|libegl1" "lib:libGL.so.1|libgl1" "lib:libfontconfig.so.1|libfontconfig1"
  "lib:libfreetype.so.6|libfreetype6" "lib:libglib-2.0.so.0|libglib2.0-0" "lib:libdbus-1.so.3|libdbus-1-3"
  "lib:libxkbcommon.so.0|libxkbcommon0" "lib:libxkbcommon-x11.so.0|libxkbcommon-x11-0"
  "lib:libX11.so.6|libx11-6" "lib:libX11-xcb.so.1|libx11-xcb1" "lib:libxcb.so.1|libxcb1"
  "lib:libxcb-cursor.so.0|libxcb-cursor0" "lib:libxcb-glx.so.0|libxcb-glx0" "lib:libxcb-icccm.so.4|libxcb-icccm4"
  "lib:libxcb-image.so.0|libxcb-image0" "lib:libxcb-keysyms.so.1|libxcb-keysyms1"
  "lib:libxcb-randr.so.0|libxcb-randr0" "lib:libxcb-render.so.0|libxcb-render0"
  "lib:libxcb-render-util.so.0|libxcb-render-util0" "lib:libxcb-shape.so.0|libxcb-shape0"
  "lib:libxcb-shm.so.0|libxcb-shm0" "lib:libxcb-sync.so.1|libxcb-sync1" "lib:libxcb-util.so.1|libxcb-util1"
  "lib:libxcb-xfixes.so.0|libxcb-xfixes0" "lib:libxcb-xkb.so.1|libxcb-xkb1"
  "lib:libwayland-client.so.0|libwayland-client0" "lib:libwayland-cursor.so.0|libwayland-cursor0"
  "lib:libwayland-egl.so.1|libwayland-egl1" "lib:libgssapi_krb5.so.2|libgssapi-krb5-2" "lib:libpulse.so.0|libpulse0"
)
needed_to_test=(
  "cmd:Xvfb|xvfb" "cmd:xauth|xauth" "cmd:strace|strace"
  "cmd:dbus-daemon|dbus-daemon" "cmd:gnome-keyring-daemon|gnome-keyring"
)

find_python() { # prints the first Python 3.11 that can make a virtual environment
  local candidate
  for candidate in "${INDOORS_PYTHON:-}" python3.11 python3 /usr/bin/python3.11 /usr/bin/python3; do
    [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
    if "$candidate" -I -c 'import sys, venv, ensurepip, ctypes, sqlite3; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null; then
      command -v "$candidate"
      return 0
    fi
  done
  return 1
}

present() { # $1 = probe, $2 = the libraries the loader knows
  case $1 in
    cmd:*) command -v "${1#cmd:}" >/dev/null ;;
    lib:*) case "$2" in *"${1#lib:} ("*) true ;; *) false ;; esac ;;
    py:venv) find_python >/dev/null ;;
  esac
}

missing_of() { # prints the packages whose probe fails
  local row libraries
  libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true)
  for row in "$@"; do
    present "${row%%|*}" "$libraries" || printf '%s\n' "${row##*|}"
  done
}

ensure_system() { # $1 = run|test
  local wanted=("${needed_to_run[@]}") missing all
  [ "$1" = test ] && wanted+=("${needed_to_test[@]}")
  mapfile -t missing < <(missing_of "${wanted[@]}")
  [ "${#missing[@]}" -eq 0 ] && return 0
  if [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null; then
    say "Installing ${#missing[@]} system packages: ${missing[*]}"
    DEBIAN_FRONTEND=noninteractive apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq -o Dpkg::Use-Pty=0 --no-install-recommends "${missing[@]}" >/dev/null
    mapfile -t missing < <(missing_of "${wanted[@]}")
    [ "${#missing[@]}" -eq 0 ] && return 0
    say "Still missing after installing: ${missing[*]}"
    exit 1
  fi
  mapfile -t all < <(missing_of "${needed_to_run[@]}" "${needed_to_test[@]}")
  say "Indoors needs system packages that are not here. Install them with this one command, then run make again:"
  say ""
  say "  sudo apt-get install -y --no-install-recommends ${all[*]}"
  exit 1
}
