# shellcheck shell=bash
# What can go wrong while installing, for assets/packaging/windows/check/run, which
# sources this.
# shellcheck shell=bash

# other VERSION: packages of another version of the same program, in $work/VERSION.
other() {
  [[ -d $work/$1 ]] || (
    mkdir "$work/$1"
    export VERSION=$1 LIGHTBOX_WINDOWS_PROGRAM=$PWD/out/package/windows/stage/lightbox.exe
    PACKAGE_DIST=$work/$1 PACKAGE_WORK=$work/$1/work TAGS=${TAGS:-none} assets/packaging/windows/build.sh setup msi >/dev/null
  )
}

# refuses WHAT COMMAND…: it does, with one sentence and status 2, and changes nothing.
refuses() {
  local what=$1 status=0
  shift
  snapshot_all "$work/then"
  w "$@" 2>"$work/said" >/dev/null || status=$?
  [[ $status == 2 ]] || die "$what: status $status, not 2: $(<"$work/said")"
  [[ -s $work/said ]] || die "$what: nothing is said"
  snapshot_all "$work/now"
  cmp -s "$work/then" "$work/now" || die "$what: changed: $(diff "$work/then" "$work/now")"
  printf '  %s: %s\n' "$what" "$(tr -d '\r' <"$work/said")"
}

# snapshot_all FILE: the files of the program with their sums, and its registry keys.
snapshot_all() {
  (cd "$c" && find . -iname '*lightbox*' -not -path './windows/*' -not -path '*/Temp/*' -exec find {} -type f \; | LC_ALL=C sort -u | xargs -d '\n' -r sha256sum) >"$1"
  w reg query "HKCU\\$uninstall_key" >>"$1" 2>/dev/null || true
}

# full_disk: a disk with too little space is seen before anything is written; one that
# runs full in the middle (the setup is told that it needs next to nothing) leaves the
# version before whole.
full_disk() {
  local size
  mkdir "$work/small"
  mount -t tmpfs -o size=20m tmpfs "$work/small"
  ln -s "$work/small" "$WINEPREFIX/dosdevices/e:"
  refuses 'no space' "$setup" /S '/D=E:\Lightbox'
  [[ -z $(ls -A "$work/small") ]] || die "something was written to the full disk"
  size=$(du -sk --apparent-size out/package/windows/stage | cut -f 1)
  mount -o "remount,size=$((size + size / 10 + 14336))k" "$work/small"
  w "$setup" /S '/D=E:\Lightbox' || die "the setup onto the small disk ended with status $?"
  (
    export VERSION=99.0.1 LIGHTBOX_WINDOWS_PROGRAM=$PWD/out/package/windows/stage/lightbox.exe
    SETUP_SPACE=1 PACKAGE_DIST=$work/greedy PACKAGE_WORK=$work/greedy/work TAGS=${TAGS:-none} assets/packaging/windows/build.sh setup >/dev/null
  )
  status=0
  w "$work/greedy/lightbox-99.0.1-windows-amd64-setup.exe" /S 2>"$work/said" || status=$?
  [[ $status == 2 ]] || die "onto a disk that runs full: status $status"
  whole "$work/small/Lightbox"
  [[ ! -e $work/small/Lightbox.new && $(registered HKCU DisplayVersion) == "$VERSION" ]] || die "a disk that runs full is left half done"
  printf '  a disk that runs full in the middle: %s\n' "$(tr -d '\r' <"$work/said")"
  w "$work/small/Lightbox/uninstall.exe" /S
  settle
  umount "$work/small"
  rm "$WINEPREFIX/dosdevices/e:"
}

# Files that say the version, and are others in packages of another one.
says_version='^\./(sbom\.cdx\.json|lightbox\.com)$'

part_trouble() {
  unpack
  windows trouble
  local older=0.0.1 newer=99.0.0
  other $older
  other $newer
  local old_setup=$work/$older/lightbox-$older-windows-amd64-setup.exe new_setup=$work/$newer/lightbox-$newer-windows-amd64-setup.exe

  # An upgrade keeps what is the user's and leaves nothing of the version before.
  w "$old_setup" /S || die "the older setup ended with status $?"
  mkdir -p "$home/AppData/Roaming/lightbox"
  echo '{"language":"zh"}' >"$home/AppData/Roaming/lightbox/settings.json"
  w "$setup" /S || die "the upgrade ended with status $?"
  whole "$mine"
  [[ $(registered HKCU DisplayVersion) == "$VERSION" ]] || die "the upgrade is not registered"
  [[ ! -e $mine.old && ! -e $mine.new ]] || die "the upgrade left folders behind"
  grep -q zh "$home/AppData/Roaming/lightbox/settings.json" || die "the upgrade lost the settings"
  echo "  upgrade $older to $VERSION: whole, settings kept"
  refuses 'downgrade' "$old_setup" /S
  LANG=zh_CN.UTF-8 LC_ALL=zh_CN.UTF-8 refuses 'downgrade, Chinese' "$old_setup" /S

  # A program that is running: a worker that waits for its host is one.
  mkfifo "$work/never"
  exec 7<>"$work/never"
  LIGHTBOX_DECODE_WORKER=2 timeout 600 "$wine" "$mine/lightbox.exe" decode-worker 1000000000 <"$work/never" >/dev/null 2>&1 &
  local app=$!
  sleep 5
  refuses 'running, upgrade' "$new_setup" /S
  status=0
  w "$mine/uninstall.exe" /S "_?=$(w winepath -w "$mine" | tr -d '\r')" 2>"$work/said" || status=$?
  [[ $status == 2 ]] || die "a running program is uninstalled: status $status"
  whole "$mine"
  printf '  running, uninstall: %s\n' "$(tr -d '\r' <"$work/said")"
  kill "$app" 2>/dev/null || true
  "$wineserver" -k || true

  # A setup that is killed while it lays files down; then again, to its end.
  "$wine" "$new_setup" /S >/dev/null 2>&1 &
  app=$!
  local tries=600
  until [[ -e $mine.new/lightbox.exe ]] || ((tries-- == 0)); do sleep 0.02; done
  kill -KILL "$app" 2>/dev/null || true
  "$wineserver" -k9 || true
  wait "$app" 2>/dev/null || true
  whole "$mine"
  w "$new_setup" /S || die "the setup after an interrupted one ended with status $?"
  whole "$mine" but "$says_version"
  [[ $(registered HKCU DisplayVersion) == "$newer" && ! -e $mine.new ]] || die "an interrupted setup is not mended"
  echo "  killed in the middle: the old one whole; again: the new one whole"
  # Killed between the two renamings: only FOLDER.old is there.
  mv "$mine" "$mine.old"
  w "$new_setup" /S || die "the setup after an interrupted swap ended with status $?"
  whole "$mine" but "$says_version"
  [[ ! -e $mine.old ]] || die "FOLDER.old stays"
  echo "  killed between the renamings: mended"
  w "$mine/uninstall.exe" /S
  settle

  # From one folder into another: the one before goes.
  w "$old_setup" /S || die "the older setup ended with status $?"
  local odd='C:\医院 软件\影像 & Lightbox'
  local folder
  read -r -a folder <<<"/D=$odd" # Wine would put it whole between quotes, and NSIS wants none
  w "$setup" /S "${folder[@]}" || die "the setup into $odd ended with status $?"
  whole "$c/医院 软件/影像 & Lightbox"
  [[ ! -e $mine ]] || die "the version before stays where it was"
  same_reading "$c/医院 软件/影像 & Lightbox"
  w "$c/医院 软件/影像 & Lightbox/uninstall.exe" /S
  settle
  [[ ! -e "$c/医院 软件/影像 & Lightbox" ]] || die "the odd folder stays"
  echo "  a path with Chinese, spaces and &: installed, run, removed"

  mkdir "$c/somebody's"
  echo x >"$c/somebody's/file"
  refuses 'a folder with other files' "$setup" /S "/D=C:\\somebody's"
  if ((EUID == 0)); then
    full_disk
  else
    echo '  no space: not tried, a small disk takes root'
  fi

  # One byte of the setup is another.
  cp "$setup" "$work/damaged.exe"
  printf '\x5a' | dd of="$work/damaged.exe" bs=1 seek=$(($(stat -c %s "$setup") / 2)) conv=notrunc status=none
  status=0
  LIMIT=30 w "$work/damaged.exe" /S >/dev/null 2>&1 || status=$?
  [[ $status != 0 && ! -e $mine ]] || die "a damaged setup installs"
  echo "  a damaged setup: nothing installed, status $status"

  w msiexec /i "$(w winepath -w "$work/$newer/lightbox-$newer-windows-amd64.msi" | tr -d '\r')" /qn || die "the newer .msi ended with status $?"
  status=0
  w msiexec /i "$(w winepath -w "$msi" | tr -d '\r')" /qn >/dev/null 2>&1 || status=$?
  [[ $status != 0 ]] || die "the .msi replaces a newer one"
  whole "$everyones" but "$says_version"
  echo "  .msi downgrade: refused, status $status"
  w msiexec /x "$(w winepath -w "$work/$newer/lightbox-$newer-windows-amd64.msi" | tr -d '\r')" /qn

  w winecfg -v win7 >/dev/null 2>&1
  refuses 'Windows 7' "$setup" /S
}

part_sign() {
  openssl req -x509 -newkey rsa:3072 -nodes -days 2 -subj '/CN=Lightbox trial/' -addext 'extendedKeyUsage=codeSigning' \
    -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
  mkdir "$work/signed"
  LIGHTBOX_SIGN_CERT=$work/cert.pem LIGHTBOX_SIGN_KEY=$work/key.pem PACKAGE_DIST=$work/signed PACKAGE_WORK=$work/signed/work \
    LIGHTBOX_WINDOWS_PROGRAM=$PWD/out/package/windows/stage/lightbox.exe TAGS=${TAGS:-none} assets/packaging/windows/build.sh setup msi >/dev/null 2>&1
  windows sign
  local file
  w "$work/signed/$(basename "$setup")" /S || die "the signed setup ended with status $?"
  for file in "$work/signed"/*.{exe,msi} "$mine"/{lightbox.exe,lightbox.com,uninstall.exe}; do
    osslsigncode verify -CAfile "$work/cert.pem" -in "$file" >"$work/verified" 2>&1 || die "$(basename "$file") is not signed: $(<"$work/verified")"
    echo "  $(basename "$file"): $(grep -m 1 -o 'Signature verification: ok' "$work/verified")"
    # By another hand too, which knows programs, not .msi.
    [[ $file == *.msi ]] || sbverify --cert "$work/cert.pem" "$file" >"$work/verified" 2>&1 || die "sbverify does not take $(basename "$file"): $(<"$work/verified")"
  done
  # A certificate that nobody trusts, and a file that was changed, are seen.
  ! osslsigncode verify -CAfile /etc/ssl/certs/ca-certificates.crt -in "$work/signed/$(basename "$setup")" >/dev/null 2>&1 || die "a stranger's signature is trusted"
  printf '\x5a' | dd of="$work/signed/$(basename "$setup")" bs=1 seek=100000 conv=notrunc status=none
  ! osslsigncode verify -CAfile "$work/cert.pem" -in "$work/signed/$(basename "$setup")" >/dev/null 2>&1 || die "a changed setup passes as signed"
  echo '  a stranger and a changed file: refused'
}

part_repeat() {
  mkdir "$work/again"
  PACKAGE_DIST=$work/again PACKAGE_WORK=$work/again/work LIGHTBOX_WINDOWS_PROGRAM=$PWD/out/package/windows/stage/lightbox.exe \
    TAGS=${TAGS:-none} assets/packaging/windows/build.sh >/dev/null
  local file
  for file in "$setup" "$msi" "$zip"; do
    cmp -s "$file" "$work/again/$(basename "$file")" || die "$(basename "$file") made again is another"
    echo "  $(basename "$file"): the same bytes"
  done
}
