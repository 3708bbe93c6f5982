#!/usr/bin/env bash
# Makes the portable archive and the one-file installer, with the static program, and
# prints their paths.
#
#   assets/packaging/linux/portable.sh TREE OUT
#
# Both hold the same folder; the .run is that folder behind makeself's script, which
# unpacks it, checks its sum and starts install.sh.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=${1:?usage: portable.sh TREE OUT}
out=$(cd -- "${2:?usage: portable.sh TREE OUT}" && pwd)
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}"
export LC_ALL=C

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
name=lightbox-$VERSION-linux-amd64
root=$work/$name
mkdir "$root"
cp -a "$tree/." "$root/"
glibc=$("$here/depends.sh" glibc "$tree/bin/lightbox")
# Without a commit, as from a source archive, the program's own sum tells builds apart.
build=$VERSION-${COMMIT:-$(sha256sum "$tree/bin/lightbox" | cut -c 1-12)}
for file in install.sh README.txt; do
  sed -e "s/@VERSION@/$VERSION/g" -e "s/@BUILD@/$build/g" -e "s/@GLIBC@/$glibc/g" "$here/portable/$file" >"$root/$file"
done
chmod 755 "$root/install.sh"
chmod 644 "$root/README.txt"
(cd "$root" && find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >"$work/sums")
install -m 644 "$work/sums" "$root/SHA256SUMS"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

same=(--sort=name --format=gnu "--mtime=@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner)
tar -C "$work" "${same[@]}" -cf - "$name" | gzip "-${LIGHTBOX_PACK:-9}" -n >"$out/$name.tar.gz.part"
mv -f "$out/$name.tar.gz.part" "$out/$name.tar.gz"
echo "$out/$name.tar.gz"

# gzip and not xz: the smallest systems have no xz to unpack with. The n after the level
# is gzip's -n, or it would note when the archive was made.
# From within, by a name without a folder: its script notes how it was called.
(cd "$work" && makeself --quiet --gzip --complevel "${LIGHTBOX_PACK:-9}n" --sha256 --nox11 --tar-format gnu --tar-extra "${same[*]}" \
  --packaging-date "$(date -u -d "@$SOURCE_DATE_EPOCH")" \
  "$name" "$name.run" "Lightbox $VERSION" ./install.sh) >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
mv -f "$work/$name.run" "$out/$name.run"
echo "$out/$name.run"
