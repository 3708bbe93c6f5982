#!/usr/bin/env bash
# Signs files, each with a signature beside it, if there is a key; without one it does
# nothing.
#
#   LIGHTBOX_SIGN_GPG=KEY      GnuPG's name of a secret key: FILE.asc
#   LIGHTBOX_SIGN_MINISIGN=F   minisign's secret key, without a passphrase: FILE.minisig
#
#   assets/packaging/sign.sh FILE…
#
# Each signature is checked at once with the public half. Signatures hold the time they
# were made at, so they alone differ from build to build.
set -euo pipefail

check_tool() {
  command -v "$1" >/dev/null 2>&1 || {
    echo "$1 is missing, which $2 asks for: run .ci/install package." >&2
    exit 1
  }
}
for file; do
  rm -f "$file.asc" "$file.minisig"
  if [[ -n ${LIGHTBOX_SIGN_GPG:-} ]]; then
    check_tool gpg LIGHTBOX_SIGN_GPG
    gpg --batch --quiet --yes --local-user "$LIGHTBOX_SIGN_GPG" --armor --detach-sign --output "$file.asc" "$file"
    gpg --batch --quiet --verify "$file.asc" "$file" 2>/dev/null || {
      echo "The signature of $file does not verify: is the public half of $LIGHTBOX_SIGN_GPG in the key ring?" >&2
      exit 1
    }
  fi
  if [[ -n ${LIGHTBOX_SIGN_MINISIGN:-} ]]; then
    check_tool minisign LIGHTBOX_SIGN_MINISIGN
    public=$(mktemp)
    minisign -R -s "$LIGHTBOX_SIGN_MINISIGN" -p "$public" -f >/dev/null </dev/null
    minisign -S -s "$LIGHTBOX_SIGN_MINISIGN" -t "$(basename -- "$file")" -m "$file" >/dev/null </dev/null
    minisign -V -q -p "$public" -m "$file" || {
      rm -f "$public"
      echo "The signature of $file does not verify with the key of $LIGHTBOX_SIGN_MINISIGN." >&2
      exit 1
    }
    rm -f "$public"
  fi
done
