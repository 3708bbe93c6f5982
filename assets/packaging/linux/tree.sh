#!/usr/bin/env bash
# Lays the program out as it lies under /usr: the one tree that the .deb, the .rpm and
# the portable archive are made of.
#
#   assets/packaging/linux/tree.sh DIR PROGRAM CONTENTS
#
# CONTENTS is the folder that assets/packaging/contents.sh filled. All files get the
# commit's time, SOURCE_DATE_EPOCH.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
assets=$here/../..
dir=${1:?usage: tree.sh DIR PROGRAM CONTENTS}
program=${2:?usage: tree.sh DIR PROGRAM CONTENTS}
contents=${3:?usage: tree.sh DIR PROGRAM CONTENTS}
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"
id=org.lightbox.Lightbox
date=$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%d)

put() { install -D -m 644 "$1" "$dir/$2"; }

# fill FILE: a recipe's text with what only the build knows. Lines that end in @WEB are
# for those who have a place on the web, and say where in LIGHTBOX_HOMEPAGE.
fill() {
  local web='/@WEB$/d'
  [[ -z ${LIGHTBOX_HOMEPAGE:-} ]] || web='s|@WEB$||'
  sed -e "$web" -e "s|@HOMEPAGE@|${LIGHTBOX_HOMEPAGE:-}|" -e "s|@VERSION@|$VERSION|" -e "s|@DATE@|$date|" "$1"
}

install -D -m 755 "$program" "$dir/bin/lightbox"
put "$here/$id.desktop" "share/applications/$id.desktop"
put "$here/$id.xml" "share/mime/packages/$id.xml"
put "$assets/icon.svg" "share/icons/hicolor/scalable/apps/$id.svg"
for size in 16 22 24 32 48 64 128 256 512; do
  mkdir -p "$dir/share/icons/hicolor/${size}x$size/apps"
  rsvg-convert -w "$size" -h "$size" -o "$dir/share/icons/hicolor/${size}x$size/apps/$id.png" "$assets/icon.svg"
done
mkdir -p "$dir/share/metainfo" "$dir/share/man/man1" "$dir/share/man/zh_CN/man1"
fill "$here/$id.metainfo.xml.in" >"$dir/share/metainfo/$id.metainfo.xml"
fill "$here/lightbox.1" | gzip -9n >"$dir/share/man/man1/lightbox.1.gz"
fill "$here/lightbox.zh_CN.1" | gzip -9n >"$dir/share/man/zh_CN/man1/lightbox.1.gz"
mkdir -p "$dir/share/lightbox"
cp -R "$contents/." "$dir/share/lightbox/"

# One look for all, whatever the umask and the owner here are.
chmod -R u=rwX,go=rX "$dir"
find "$dir" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
