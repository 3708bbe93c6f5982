#!/usr/bin/env bash
# Makes the .deb for Debian 12 and Ubuntu 24.04, and prints its path.
#
#   assets/packaging/linux/deb.sh TREE OUT
#
# By dpkg-deb itself and not by nfpm: it is the format's own tool and on every machine
# that can build here, its xz packs the program smaller than nfpm's, and with
# SOURCE_DATE_EPOCH, one thread and root as owner it writes the same bytes twice.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=${1:?usage: deb.sh TREE OUT}
out=${2:?usage: deb.sh TREE OUT}
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}" "${PACKAGE_RELEASE:?}"
# Whoever hands packages on says here who answers for them.
maintainer=${LIGHTBOX_MAINTAINER:-The Lightbox authors <lightbox@lightbox.invalid>}

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
doc=$root/usr/share/doc/lightbox
mkdir -p "$root/DEBIAN" "$doc" "$root/usr/share/lintian/overrides"
cp -a "$tree/." "$root/usr/"

# Debian keeps these at places of its own.
install -m 644 "$here/deb/copyright" "$doc/copyright"
rm -f "$root/usr/share/lightbox/LICENSE"
gzip -9nc "$root/usr/share/lightbox/CHANGELOG.md" >"$doc/changelog.gz"
rm -f "$root/usr/share/lightbox/CHANGELOG.md"
cat <<EOF | gzip -9n >"$doc/changelog.Debian.gz"
lightbox ($VERSION-$PACKAGE_RELEASE) unstable; urgency=medium

  * Lightbox $VERSION; changelog.gz has what users notice.

 -- $maintainer  $(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")
EOF
install -m 644 "$here/deb/lintian-overrides" "$root/usr/share/lintian/overrides/lightbox"
install -m 755 "$here/deb/preinst" "$root/DEBIAN/preinst"

homepage='/@HOMEPAGE@/d'
[[ -z ${LIGHTBOX_HOMEPAGE:-} ]] || homepage="s|@HOMEPAGE@|$LIGHTBOX_HOMEPAGE|"
chmod -R u=rwX,go=rX "$root"
sed -e "$homepage" \
  -e "s|@DEBVERSION@|$VERSION-$PACKAGE_RELEASE|" \
  -e "s|@MAINTAINER@|$maintainer|" \
  -e "s/@DEPENDS@/$("$here/depends.sh" deb "$tree/bin/lightbox")/" \
  -e "s/@RECOMMENDS@/$("$here/depends.sh" recommends "$tree/bin/lightbox")/" \
  -e "s|@SIZE@|$(du -k --apparent-size -s "$root/usr" | cut -f 1)|" \
  "$here/deb/control.in" >"$root/DEBIAN/control"
(cd "$root" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
chmod 644 "$root/DEBIAN/control" "$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

package=$out/lightbox_$VERSION-${PACKAGE_RELEASE}_amd64.deb
dpkg-deb --root-owner-group -Zxz -z"${LIGHTBOX_PACK:-9}" --threads-max=1 --build "$root" "$package.part" >/dev/null
mv -f "$package.part" "$package"
echo "$package"
