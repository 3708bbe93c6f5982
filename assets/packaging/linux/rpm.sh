#!/usr/bin/env bash
# Makes the .rpm, with the static program, and prints its path.
#
#   assets/packaging/linux/rpm.sh TREE OUT
#
# By rpmbuild and not by nfpm: only the format's own tool reads from the program which
# libraries it needs and in which versions of their symbols, so that rpm itself refuses
# a system whose glibc is too old. It is in Debian, and writes the same bytes twice.
set -euo pipefail
here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd)
tree=$(cd -- "${1:?usage: rpm.sh TREE OUT}" && pwd)
out=${2:?usage: rpm.sh TREE OUT}
: "${VERSION:?}" "${SOURCE_DATE_EPOCH:?}" "${PACKAGE_RELEASE:?}"

# One folder for every build: rpm writes its name into the package's header.
work=/tmp/lightbox-rpm
mkdir "$work" 2>/dev/null || {
  echo "$work is there: another build makes the .rpm, or one was interrupted; remove it if none runs." >&2
  exit 1
}
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/tmp"
ln -s "$tree" "$work/tree"

requires=$("$here/depends.sh" sonames "$tree/bin/lightbox" | grep -vE '^lib(c|m|gcc_s|stdc\+\+)\.so' | sed 's/.*/Requires: &()(64bit)/')
homepage='/@HOMEPAGE@/d'
[[ -z ${LIGHTBOX_HOMEPAGE:-} ]] || homepage="s|@HOMEPAGE@|$LIGHTBOX_HOMEPAGE|"
sed -e "$homepage" -e "s|@VERSION@|$VERSION|g" -e "s|@RELEASE@|$PACKAGE_RELEASE|g" \
  -e "s|@PACK@|${LIGHTBOX_PACK:-9}|" \
  -e "s|@TREE@|$work/tree|" -e "s|@CHANGEDATE@|$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')|" \
  -e "s|@REQUIRES@|${requires//$'\n'/\\n}|" "$here/lightbox.spec.in" >"$work/lightbox.spec"

rpmbuild -bb --quiet --target x86_64-linux --define "_topdir $work" --define "_tmppath $work/tmp" \
  --define "_rpmdir $work" --define '_rpmfilename lightbox.rpm' "$work/lightbox.spec" >"$work/log" 2>&1 || {
  cat "$work/log" >&2
  exit 1
}
package=$out/lightbox-$VERSION-$PACKAGE_RELEASE.x86_64.rpm
cp "$work/lightbox.rpm" "$package.part"
mv -f "$package.part" "$package"
echo "$package"
