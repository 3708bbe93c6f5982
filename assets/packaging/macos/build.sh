#!/usr/bin/env bash
# UNTESTED: written by Apple's and Homebrew's documentation, run on no Mac yet.
#
# Makes dist/lightbox-VERSION-macos-ARCH.dmg, on a Mac with macOS 12 or newer, the
# Xcode command line tools, Go and Homebrew:
#
#   brew install opencv openjpeg charls pkgconf dylibbundler jq
#   assets/packaging/macos/build.sh
#
# The disk image holds Lightbox.app with Homebrew's libraries inside, for this Mac's
# processor and its macOS or newer, and what every package carries (assets/packaging/contents.sh). Signing is
# off unless the environment asks for it:
#
#   LIGHTBOX_MACOS_IDENTITY=…   the certificate, "Developer ID Application: NAME (TEAM)"
#   LIGHTBOX_MACOS_NOTARY=…     a profile that 'xcrun notarytool store-credentials' made
#
# macOS' own bash is 3.2, which this must do with.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../../.."
here=assets/packaging/macos

[[ $(uname -s) == Darwin ]] || {
  echo "An application for macOS can be made on a Mac only: Apple's SDK is for no other system." >&2
  exit 1
}
for tool in go brew jq pkg-config dylibbundler otool iconutil sips hdiutil codesign plutil; do
  command -v "$tool" >/dev/null 2>&1 || {
    echo "$tool is missing: brew install opencv openjpeg charls pkgconf dylibbundler jq; the rest comes with 'xcode-select --install'." >&2
    exit 1
  }
done
[[ -z ${LIGHTBOX_MACOS_NOTARY:-} || -n ${LIGHTBOX_MACOS_IDENTITY:-} ]] || {
  echo "Only what is signed can be notarised: set LIGHTBOX_MACOS_IDENTITY too." >&2
  exit 1
}

version=$(sed -n 's/^Version = "\(.*\)"$/\1/p' FyneApp.toml)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
app=$work/image/Lightbox.app/Contents
mkdir -p "$app/MacOS" "$app/Resources" "$app/Frameworks" dist

# ---- the program, by the Makefile's own flags, with Homebrew's OpenCV.
opencv=$(brew --prefix opencv)
export MACOSX_DEPLOYMENT_TARGET=12.0 LIGHTBOX_SKIP_DEPS=1 GOFLAGS=-trimpath
export CGO_CPPFLAGS="-I$opencv/include/opencv4" CGO_CXXFLAGS='-O2 --std=c++11'
export CGO_LDFLAGS="-L$opencv/lib -lopencv_core -lopencv_imgproc -lopencv_imgcodecs -Wl,-headerpad_max_install_names"
make --no-print-directory build BINARY="$work/lightbox" GO_LDFLAGS='-s -w'

# ---- what is linked, and everything that this needs in turn: name, version and
# licence of each of Homebrew's formulas, with its texts.
prefix=$work/libs
mkdir -p "$prefix/licenses"
: >"$prefix/sources"
needed() { # FILE: the libraries of Homebrew that it needs, by their real paths
  otool -L "$1" | awk 'NR > 1 { print $1 }' | grep "^$(brew --prefix)" || true
}
list=$work/list
: >"$list"
follow() { # FILE…
  local file library
  for file in "$@"; do
    needed "$file" | while read -r library; do
      library=$(cd "$(dirname "$library")" && pwd -P)/$(basename "$library")
      grep -qxF "$library" "$list" || {
        echo "$library" >>"$list"
        follow "$library"
      }
    done
  done
}
follow "$work/lightbox"
sed "s|^$(brew --cellar)/\([^/]*\)/.*|\1|" "$list" | sort -u | while read -r formula; do
  line=$(brew info --json=v2 "$formula" | jq -r '.formulae[0] | "\(.installed[0].version) | homebrew | \(.license)"')
  cellar=$(brew --cellar "$formula")/${line%% *}
  case $formula in
    openjpeg) as=openjpeg2 ;; # as Debian names it, and assets/packaging/inside
    *) as=$formula ;;
  esac
  echo "$as | $line" >>"$prefix/sources"
  for text in "$cellar"/LICEN[SC]E* "$cellar"/COPY* "$cellar"/NOTICE*; do
    [[ ! -f $text ]] || cp "$text" "$prefix/licenses/$formula.$(basename "$text")"
  done
done
# Under the names that the static build gives them.
[[ -e $prefix/licenses/opencv.COPYRIGHT ]] || cp "$prefix/licenses/opencv.LICENSE" "$prefix/licenses/opencv.COPYRIGHT"
assets/packaging/contents.sh "$app/Resources/Documents" --program "$work/lightbox" --target macos --libs "$prefix"

# ---- the bundle.
sed "s/@VERSION@/$version/" $here/Info.plist.in >"$app/Info.plist"
plutil -lint "$app/Info.plist"
cp "$work/lightbox" "$app/MacOS/lightbox"
dylibbundler --bundle-deps --create-dir --overwrite-dir --fix-file "$app/MacOS/lightbox" \
  --dest-dir "$app/Frameworks" --install-path @executable_path/../Frameworks/
if needed "$app/MacOS/lightbox" | grep . >&2; then
  echo "The program still asks for these libraries of Homebrew's." >&2
  exit 1
fi
icons=$work/lightbox.iconset
mkdir "$icons"
for size in 16 32 128 256 512; do
  sips -z $size $size assets/icon.png --out "$icons/icon_${size}x${size}.png" >/dev/null
  ((size == 512)) || sips -z $((2 * size)) $((2 * size)) assets/icon.png --out "$icons/icon_${size}x${size}@2x.png" >/dev/null
done
iconutil --convert icns --output "$app/Resources/lightbox.icns" "$icons"

# ---- the oldest macOS for it: the newest that any part asks for. Homebrew builds its
# libraries for the macOS that they are installed on, whatever the program is built for.
oldest=$(otool -l "$app/MacOS/lightbox" "$app"/Frameworks/*.dylib |
  awk '$1 == "minos" { print $2 } $1 == "cmd" { old = $2 == "LC_VERSION_MIN_MACOSX" } old && $1 == "version" { print $2 }' |
  sort -t . -k 1,1n -k 2,2n | tail -n 1)
[[ -n $oldest ]] || {
  echo "otool does not say which macOS the program is for." >&2
  exit 1
}
plutil -replace LSMinimumSystemVersion -string "$oldest" "$app/Info.plist"
[[ $oldest == 12.* ]] || echo "This image is for macOS $oldest and newer; one for macOS 12 has to be made on macOS 12." >&2

# ---- it must start, know what it is made of and read the demo scan, before anything
# is signed.
"$app/MacOS/lightbox" version
"$app/MacOS/lightbox" analyze "$app/Resources/Documents/demo/chest-radiograph.dcm"

if [[ -n ${LIGHTBOX_MACOS_IDENTITY:-} ]]; then
  find "$app/Frameworks" -name '*.dylib' -exec codesign --force --timestamp --options runtime --sign "$LIGHTBOX_MACOS_IDENTITY" {} +
  codesign --force --timestamp --options runtime --entitlements $here/entitlements.plist \
    --sign "$LIGHTBOX_MACOS_IDENTITY" "${app%/Contents}"
  codesign --verify --deep --strict "${app%/Contents}"
else
  # dylibbundler has changed the files, and processors of Apple's run none whose sum
  # is wrong: signed by nobody.
  find "$app/Frameworks" -name '*.dylib' -exec codesign --force --sign - {} +
  codesign --force --sign - "${app%/Contents}"
fi

ln -s /Applications "$work/image/Applications"
image=dist/lightbox-$version-macos-$(uname -m).dmg
rm -f "$image"
hdiutil create -volname "Lightbox $version" -srcfolder "$work/image" -format UDZO -fs HFS+ "$image"
if [[ -n ${LIGHTBOX_MACOS_IDENTITY:-} ]]; then
  codesign --force --timestamp --sign "$LIGHTBOX_MACOS_IDENTITY" "$image"
fi
if [[ -n ${LIGHTBOX_MACOS_NOTARY:-} ]]; then
  xcrun notarytool submit "$image" --keychain-profile "$LIGHTBOX_MACOS_NOTARY" --wait
  xcrun stapler staple "$image"
fi
(cd dist && shasum -a 256 "${image#dist/}")
echo "A disk image holds times and ids of its own: two builds of one commit differ in bytes."
