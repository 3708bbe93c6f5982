#!/usr/bin/env bash
# Makes the packages for Windows into dist/: the setup .exe, the .msi for group policy,
# the portable .zip.
#
#   make package-windows                   all of them
#   make package-windows ONLY="setup"      some: setup, msi, zip
#
# All three hold the same folder, out/package/windows/stage. The same commit gives the
# same bytes, but for signatures, which hold the time they were made at.
#
#   SOURCE_DATE_EPOCH           the time all files get; the commit's unless given
#   LIGHTBOX_WINDOWS_PROGRAM    a program that make static-windows has built already
#   PACKAGE_DIST, PACKAGE_WORK  other folders than dist and out/package/windows
#   SETUP_SPACE                 KiB that the setup asks for before it begins; for trials
#   LIGHTBOX_SIGN_CERT, …       see assets/packaging/windows/sign
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
here=assets/packaging/windows

: "${TAGS:?run this through make: the build tags stand in the Makefile}" "${VERSION:?}"
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
[[ -n $SOURCE_DATE_EPOCH ]] || {
  echo "There is no git here to tell the commit's time: set SOURCE_DATE_EPOCH." >&2
  exit 1
}
umask 022
export TZ=UTC LC_ALL=C
parts=("$@")
((${#parts[@]} > 0)) || parts=(setup msi zip)
for part in "${parts[@]}"; do
  [[ $part == setup || $part == msi || $part == zip ]] || {
    echo "There is no part '$part' of the packages for Windows; there are: setup, msi, zip." >&2
    exit 2
  }
done
for tool in makensis wixl msibuild zip x86_64-w64-mingw32-gcc-posix; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "$tool is missing, which the Windows packages are made with: run .ci/install package." >&2
    exit 1
  }
done

publisher='The Lightbox authors'
name=lightbox-$VERSION-windows-amd64
dist=${PACKAGE_DIST:-dist}
work=${PACKAGE_WORK:-$PWD/out/package/windows}
stage=$work/stage
rm -rf "$work"
mkdir -p "$stage" "$dist"
dist=$(cd -- "$dist" && pwd)

# ---- what is installed.
libs=$(assets/packaging/libs/build windows-amd64)
program=${LIGHTBOX_WINDOWS_PROGRAM:-}
if [[ -z $program ]]; then
  program=$work/lightbox.exe
  make --no-print-directory static-windows BINARY="$program"
fi
assets/packaging/needs "$program" >"$work/needs.txt" || {
  cat "$work/needs.txt" >&2
  exit 1
}
assets/packaging/contents.sh "$stage" --program "$program" --target windows --libs "$libs"
install -m 755 "$program" "$stage/lightbox.exe"
$here/resources "$work/console.o" lightbox.com
x86_64-w64-mingw32-gcc-posix -Os -s -Wall -Wextra -Werror -static -Wl,--no-insert-timestamp \
  -o "$stage/lightbox.com" $here/console.c "$work/console.o"
$here/sign "$stage/lightbox.exe" "$stage/lightbox.com"
find "$stage" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
(cd "$stage" && find . -type f | sed 's|^\./||' | sort) >"$work/files"
kib=$(du -sk --apparent-size "$stage" | cut -f 1)

made=()

make_zip() {
  ln -s stage "$work/$name"
  rm -f "$dist/$name.zip"
  (cd "$work" && sed "s|^|$name/|" files | zip -q -X -9 "$dist/$name.zip" -@)
  rm "$work/$name"
  made+=("$dist/$name.zip")
}

# The lists that the setup's script includes: each file with its folder, and the
# way back, deepest folders first.
make_lists() {
  local file folder='' before=-
  while read -r file; do
    folder=$(dirname "$file")
    if [[ $folder != "$before" ]]; then
      before=$folder
      [[ $folder == . ]] && echo 'SetOutPath "$INSTDIR.new"' || echo "SetOutPath \"\$INSTDIR.new\\${folder//\//\\}\""
    fi
    echo "File \"$stage/$file\""
  done <"$work/files" >"$work/install.nsh"
  {
    sed 's|/|\\|g; s|.*|Delete "$INSTDIR\\&"|' "$work/files"
    sed -n 's|/[^/]*$||p' "$work/files" | sort -ru | sed 's|/|\\|g; s|.*|RMDir "$INSTDIR\\&"|'
  } >"$work/remove.nsh"
}

make_setup() {
  make_lists
  local finalize=()
  # The uninstaller is made inside of the setup, and signed there.
  [[ -z ${LIGHTBOX_SIGN_CERT:-} ]] || finalize=("-DSIGN=$PWD/$here/sign")
  local space=${SETUP_SPACE:-$((kib + kib / 10 + 10240))}
  makensis -V2 -WX -INPUTCHARSET UTF8 -NOCD "-DVERSION=$VERSION" "-DPUBLISHER=$publisher" "-DSTAGE=$stage" \
    "-DINSTALL=$work/install.nsh" "-DREMOVE=$work/remove.nsh" "-DTEXTS=$here/texts.nsh" "-DICON=$work/lightbox.ico" \
    "-DSIZE=$kib" "-DSPACE=$space" "-DSPACE_MB=$((space / 1024))" "-DOUT=$dist/$name-setup.exe" "${finalize[@]}" $here/lightbox.nsi
  $here/sign "$dist/$name-setup.exe"
  made+=("$dist/$name-setup.exe")
}

make_msi() {
  $here/msi "$stage" "$work/files" "$work/lightbox.ico" "$dist/$name.msi"
  $here/sign "$dist/$name.msi"
  made+=("$dist/$name.msi")
}

env -u GOOS -u GOARCH CGO_ENABLED=0 GOFLAGS='' go run ./$here/icon assets/icon.png "$work/lightbox.ico"
for part in "${parts[@]}"; do
  "make_$part"
done
for file in "${made[@]}"; do
  printf '%10d  %s\n' "$(stat -c %s "$file")" "${file#"$PWD"/}"
done
