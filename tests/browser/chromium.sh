#!/bin/sh
# Print the path of a Chromium that runs; where there is none, install Debian's, with Chinese fonts, if that is allowed.
# Prints the reason and returns 1 where neither is possible. Used by `make browser-test`; ZONECARBON_CHROMIUM names one.
set -u

runs() { [ -n "$1" ] && "$1" --version >/dev/null 2>&1; }

find_chromium() {
	for name in "${ZONECARBON_CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
		path=$(command -v "$name" 2>/dev/null) || continue
		if runs "$path"; then printf '%s\n' "$path" && return 0; fi
	done
	return 1
}

has_chinese() { command -v fc-list >/dev/null 2>&1 && [ -n "$(fc-list :lang=zh family 2>/dev/null)" ]; }

# Root, or somebody who may become root without being asked for a password.
as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

install() {
	if ! command -v apt-get >/dev/null 2>&1; then reason="there is no apt-get to install it with" && return 1; fi
	if ! as_root true >/dev/null 2>&1; then reason="installing it needs root or sudo without a password" && return 1; fi
	echo "installing $* with apt-get" >&2
	if as_root apt-get -qq update >&2 &&
		as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install --yes --no-install-recommends "$@" >&2; then
		return 0
	fi
	reason="apt-get could not install $*" && return 1
}

reason=""
if ! find_chromium >/dev/null; then install chromium fontconfig fonts-noto-cjk || true; fi
if find_chromium >/dev/null && ! has_chinese; then install fontconfig fonts-noto-cjk || true; fi
if ! find_chromium; then echo "no Chromium is here; ${reason:-the one that was installed does not run}" && exit 1; fi
