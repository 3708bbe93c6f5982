#!/usr/bin/env bash
# Fills a folder with what every package carries beside the program.
#
#   assets/packaging/contents.sh DIR --program FILE [--target TARGET] [--libs PREFIX]
#
# TARGET is linux-dynamic (the default), linux-static, windows or macos. FILE is the
# program as it was linked for it, before it is stripped or signed: its own list of Go
# modules is what counts. PREFIX is where its static C libraries are, as
# assets/packaging/libs/build prints it.
#
#   LICENSE NOTICE README.md CHANGELOG.md CONFORMANCE.md
#   THIRD-PARTY-LICENSES.txt   texts of all that is linked; it fails where one is missing
#   sbom.cdx.json              CycloneDX bill of materials
#   models/                    the model cards, in both languages
#   demo/                      the demo scan, and whose it is
#
# The help is inside of the program (F1) and needs no network. All files have the
# commit's time, so that the same commit gives the same folder.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)

usage() {
  echo "usage: assets/packaging/contents.sh DIR --program FILE [--target linux-dynamic|linux-static|windows|macos] [--libs PREFIX]" >&2
  exit 2
}
dir='' program='' target=linux-dynamic libs=''
while (($# > 0)); do
  case $1 in
    --program | --target | --libs)
      (($# > 1)) || usage
      declare "${1#--}=$2"
      shift
      ;;
    -*) usage ;;
    *)
      [[ -z $dir ]] || usage
      dir=$1
      ;;
  esac
  shift
done
[[ -n $dir && -n $program ]] || usage
case $target in linux-dynamic | linux-static | windows | macos) ;; *) usage ;; esac
[[ -r $program ]] || {
  echo "$program is not there: build it first." >&2
  exit 1
}
[[ $target == linux-dynamic || -n $libs ]] || {
  echo "--target $target needs --libs: the licences of its C libraries lie there." >&2
  exit 2
}
program=$(cd -- "$(dirname -- "$program")" && pwd)/$(basename -- "$program")
[[ -z $libs ]] || libs=$(cd -- "$libs" && pwd)
mkdir -p -- "$dir"
dir=$(cd -- "$dir" && pwd)
cd -- "$root"

epoch=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || true)}
[[ -n $epoch ]] || {
  echo "There is no git here to tell the commit's time: set SOURCE_DATE_EPOCH." >&2
  exit 1
}
version=$(sed -n 's/^Version = "\(.*\)"$/\1/p' FyneApp.toml)

# These run here, whatever the program is for.
unset GOOS GOARCH
export GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local

assets/packaging/tools cyclonedx-gomod
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# It asks of its input to be executable, which a Windows program is not here.
install -m 755 "$program" "$work/lightbox"
.tools/cyclonedx-gomod bin -json -licenses -std -noserial -version "v$version" -output-version 1.6 -output "$work/gomod.json" "$work/lightbox" 2>"$work/log" || {
  cat "$work/log" >&2
  exit 1
}
go run ./assets/packaging/inside -program "$program" -target "$target" -libs "$libs" -gomod "$work/gomod.json" \
  -version "$version" -epoch "$epoch" -out "$dir"

install -m 644 LICENSE NOTICE README.md CHANGELOG.md CONFORMANCE.md "$dir/"
install -d -m 755 "$dir/models" "$dir/demo"
install -m 644 assets/models/*.md "$dir/models/"
install -m 644 "$(.ci/demo-scan)" "$dir/demo/chest-radiograph.dcm"
# Whose scan it is stands once, in NOTICE.
{
  echo 'chest-radiograph.dcm'
  echo
  awk '/^4\. The demo scan/ { found = 1; next } found' NOTICE
} | cat -s >"$dir/demo/ATTRIBUTION.txt"
grep -q 'DOI 10.7937' "$dir/demo/ATTRIBUTION.txt" || {
  echo "NOTICE has no section 4 with the attribution of the demo scan." >&2
  exit 1
}
chmod 644 "$dir/THIRD-PARTY-LICENSES.txt" "$dir/sbom.cdx.json" "$dir/demo/ATTRIBUTION.txt"
# GNU's date, or that of macOS.
stamp=$(TZ=UTC date -d "@$epoch" +%Y%m%d%H%M.%S 2>/dev/null || TZ=UTC date -r "$epoch" +%Y%m%d%H%M.%S)
TZ=UTC find "$dir" -exec touch -h -t "$stamp" {} +
