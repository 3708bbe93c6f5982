#!/usr/bin/env bash
# Makes the packages for Linux into dist/.
#
#   make package-linux                   all of them
#   make package-linux ONLY="deb"        some: deb, rpm, portable (.tar.gz and .run)
#
# The .deb holds the program linked with Debian's shared OpenCV and codecs; .rpm and the
# portable ones hold one that has them inside and runs wherever there are glibc, OpenGL
# and X11 or Wayland. The same commit gives the same bytes.
#
#   SOURCE_DATE_EPOCH        the time all files get; the commit's unless given
#   PACKAGE_RELEASE          counts packages of one version, from 1
#   LIGHTBOX_HOMEPAGE        where the project is on the web, if it is
#   LIGHTBOX_MAINTAINER      who answers for these packages: NAME <ADDRESS>
#   LIGHTBOX_SIGN_…          see assets/packaging/sign.sh
#   LIGHTBOX_PACK            1 to 9: how hard to pack; 1 while trying recipes
#   LIGHTBOX_STATIC          a static program that is already built
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
here=assets/packaging/linux

: "${TAGS:?run this through make: the build tags stand in the Makefile}" "${VERSION:?}" "${BINARY:?}"
export VERSION COMMIT=${COMMIT:-} PACKAGE_RELEASE=${PACKAGE_RELEASE:-1}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
[[ -n $SOURCE_DATE_EPOCH ]] || {
  echo "There is no git here to tell the commit's time: set SOURCE_DATE_EPOCH." >&2
  exit 1
}
[[ $(uname -sm) == 'Linux x86_64' ]] || {
  echo "The packages for Linux are made on Linux, x86-64." >&2
  exit 1
}
umask 022

parts=("$@")
((${#parts[@]} > 0)) || parts=(deb rpm portable)
for part in "${parts[@]}"; do
  [[ $part == deb || $part == rpm || $part == portable ]] || {
    echo "There is no part '$part' of the packages for Linux; there are: deb, rpm, portable." >&2
    exit 2
  }
done
.ci/install build package

work=out/package-linux
rm -rf "$work"
mkdir -p "$work" dist

# compile PROGRAM: as make build does, but without the paths of this machine and without
# symbols, at an address that the loader chooses, with tables that cannot be written to.
compile() {
  GOFLAGS='-trimpath -buildmode=pie' make --no-print-directory build BINARY="$1" \
    GO_LDFLAGS='-s -w -buildid= -extldflags=-Wl,--build-id=none,-z,relro,-z,now,--as-needed'
}

# lay KIND PROGRAM [LIBS]: the tree of files with that program.
lay() {
  local target=linux-$1 program=$2 libs=${3:-}
  assets/packaging/contents.sh "$work/$1-contents" --program "$program" --target "$target" ${libs:+--libs "$libs"}
  "$here/tree.sh" "$work/$1" "$program" "$work/$1-contents"
}

made=()
took() { # COMMAND…: its output is the paths it made
  local paths
  paths=$("$@")
  mapfile -t -O "${#made[@]}" made <<<"$paths"
}

for part in "${parts[@]}"; do
  if [[ $part == deb ]]; then
    echo "Building the program for the .deb, with the system's libraries."
    compile "$work/lightbox"
    lay dynamic "$work/lightbox"
    took "$here/deb.sh" "$work/dynamic" dist
    continue
  fi
  if [[ ! -e $work/static ]]; then
    echo "Building the program for the portable packages, with static libraries."
    static=${LIGHTBOX_STATIC:-$work/lightbox-static}
    [[ -n ${LIGHTBOX_STATIC:-} ]] || make --no-print-directory static-linux BINARY="$static"
    libs=$(assets/packaging/libs/build linux-amd64)
    assets/packaging/needs "$static" >"$work/needs" || {
      cat "$work/needs" >&2
      exit 1
    }
    lay static "$static" "$libs"
  fi
  took "$here/$part.sh" "$work/static" dist
done

assets/packaging/sign.sh "${made[@]}"
for file in "${made[@]}"; do
  printf '%10d  %s\n' "$(stat -c %s "$file")" "${file#"$PWD"/}"
done
