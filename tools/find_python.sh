#!/bin/sh
# Prints a Python that Latchkey runs on, the one given first if any, or says how to get one.
# Each is really run: pyenv has shims for versions that are switched off, Debian splits venv off.
[ -n "$1" ] || set -- python3.13 python3.12 python3.14 python3.11 python3

for python in "$@"; do
    if "$python" -c '
import ensurepip, sys, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null; then
        echo "$python"
        exit 0
    fi
done

if command -v brew >/dev/null; then
    install="brew install python@3.13"
elif command -v apt-get >/dev/null; then
    install="sudo apt-get install python3 python3-venv"
elif command -v dnf >/dev/null; then
    install="sudo dnf install python3.13"
else
    install="see https://www.python.org/downloads/"
fi
cat >&2 <<TEXT
Latchkey needs Python 3.11, 3.12, 3.13 or 3.14 with its venv module; none of these is: $*
Install one:  $install
or name one:  make PYTHON=/path/to/python3.13 ...
TEXT
exit 1
