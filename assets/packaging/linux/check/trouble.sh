# shellcheck shell=bash
# Sourced by run: what goes wrong on other people's machines, each with one clear
# sentence and the former state; and signatures.

# refused PART ROOT SENTENCE COMMAND…: the command fails, says the sentence, and the root
# is as it was.
refused() {
  local what=$1 r=$2 sentence=$3 status=0
  shift 3
  what_is "$r" "$work/before"
  "$@" >"$work/words" 2>&1 || status=$?
  ((status != 0)) || die "$what: was not refused: $(cat "$work/words")"
  grep -q -- "$sentence" "$work/words" || die "$what: does not say '$sentence' but: $(cat "$work/words")"
  rmdir "$r"/tmp/selfgz* 2>/dev/null || true # makeself forgets its folder, which is empty
  what_is "$r" "$work/after"
  # The shaders that Mesa keeps are those of a window that may be open meanwhile.
  sed -i '\|/mesa_shader_cache/|d' "$work/before" "$work/after"
  diff "$work/before" "$work/after" >"$work/changed" || die "$what: the former state is not kept: $(cat "$work/changed")"
  echo "  $what: $(grep -m 1 -- "$sentence" "$work/words")"
}

part_trouble() {
  trouble_install
  close_roots
  trouble_upgrade
  close_roots
  trouble_packages
  close_roots
  trouble_rpm
}

trouble_install() {
  desktop_root
  inside "$root" reader tar -C /tmp -xzf "/packages/$(basename "$archive")"
  local installer=/tmp/$top/install.sh

  # Systems that it cannot run on: their answers, by tools that stand before the real ones.
  mkdir -p "$root/opt/other"
  fake() { printf '#!/bin/sh\n%s\n' "$2" >"$root/opt/other/$1" && chmod 755 "$root/opt/other/$1"; }
  with_fakes() { inside "$root" reader env PATH=/opt/other:/usr/bin:/bin:/sbin "$installer"; }
  fake uname 'case $1 in -m) echo i686 ;; *) echo Linux ;; esac'
  refused "a 32-bit system" "$root" 'needs a 64-bit system' with_fakes
  rm "$root/opt/other/uname"
  fake getconf 'case $1 in LONG_BIT) echo 32 ;; *) /usr/bin/getconf "$@" ;; esac'
  refused "a 32-bit system on a 64-bit kernel" "$root" 'needs a 64-bit system' with_fakes
  fake getconf 'case $1 in LONG_BIT) echo 64 ;; *) echo "glibc 2.28" ;; esac'
  refused "a glibc that is too old" "$root" 'and this system has 2.28' with_fakes
  fake getconf 'case $1 in LONG_BIT) echo 64 ;; *) exit 1 ;; esac'
  refused "another C library" "$root" 'needs the GNU C library' with_fakes
  rm -r "$root/opt/other"

  mkdir -p "$root/mnt/small"
  mount -t tmpfs -o size=20m,mode=1777 tmpfs "$root/mnt/small"
  refused "no space" "$root" 'not enough room' inside "$root" reader "$installer" --prefix /mnt/small/lightbox
  umount "$root/mnt/small"
  refused "no right to write" "$root" 'You may not write' inside "$root" reader "$installer" --system
  refused "no such installation" "$root" 'is not installed' inside "$root" reader "$installer" --uninstall

  # One byte of the program changed.
  printf 'x' | dd of="$root/tmp/$top/bin/lightbox" bs=1 seek=100000 conv=notrunc status=none
  refused "a tampered archive" "$root" 'damaged or was changed (bin/lightbox' inside "$root" reader "$installer"
  cp "$onefile" "$root/tmp/tampered.run"
  printf 'x' | dd of="$root/tmp/tampered.run" bs=1 seek=5000000 conv=notrunc status=none
  refused "a tampered .run" "$root" 'Error in SHA256 checksums' inside "$root" reader sh /tmp/tampered.run
  rm -rf "$root/tmp/tampered.run" "${root:?}/tmp/$top"
  inside "$root" reader tar -C /tmp -xzf "/packages/$(basename "$archive")"

  local gl
  gl=$(cd "$root" && find usr/lib -name 'libGL.so.1')
  mv "$root/$gl" "$root/$gl.away"
  refused "no OpenGL" "$root" 'OpenGL is missing (libGL.so.1)' inside "$root" reader "$installer"
  refused "no OpenGL, .run" "$root" 'OpenGL is missing (libGL.so.1)' inside "$root" root sh "/packages/$(basename "$onefile")" --quiet
  mv "$root/$gl.away" "$root/$gl"

  # A place with Chinese, spaces and what a shell or a menu entry would read; in Chinese.
  local odd='/home/reader/影像 软件 100% $HOME "x"'
  what_is "$root" "$work/before"
  IN_LANG=zh_CN.UTF-8 inside "$root" reader "$installer" --prefix "$odd"
  cp "$root/tmp/$top/$scan" "$root/home/reader/胸片 一.dcm"
  desktop-file-validate "$root$odd/$entry"
  IN_LANG=zh_CN.UTF-8 see "$root" "$(exec_line "$root" "$odd/$entry" '/home/reader/胸片 一.dcm')" "$out/odd-path.png"
  echo "  an odd path: seen in out/check-linux/odd-path.png"
  IN_LANG=zh_CN.UTF-8 inside "$root" reader "$odd/lib/lightbox/current/install.sh" --uninstall --purge
  rm "$root/home/reader/胸片 一.dcm"
  left "$root" odd-path
}

trouble_upgrade() {
  desktop_root
  inside "$root" reader tar -C /tmp -xzf "/packages/$(basename "$archive")"
  inside "$root" reader "/tmp/$top/install.sh" >/dev/null
  local app=$root/home/reader/.local/lib/lightbox was now
  was=$(readlink "$app/current")
  # "A newer version": the same program under another name.
  cp -a "$root/tmp/$top" "$root/tmp/newer"
  sed -i "s/^build='.*'/build='9.9.9'/" "$root/tmp/newer/install.sh"
  (cd "$root/tmp/newer" && find . -type f ! -name SHA256SUMS -printf '%P\0' | sort -z | xargs -0 sha256sum >SHA256SUMS)

  # Killed outright while it copies: the old version stays whole and in force.
  inside "$root" reader sh -c 'exec /tmp/newer/install.sh' >/dev/null 2>&1 &
  local installer=$!
  until compgen -G "$app/.new.*/bin/lightbox" >/dev/null; do sleep 0.005; done
  end "$installer"
  now=$(readlink "$app/current")
  [[ $now == "$was" ]] || die "an interrupted upgrade changed the version in force."
  (cd "$app/current" && sha256sum --quiet -c SHA256SUMS) || die "an interrupted upgrade left the old version damaged."
  inside "$root" reader /home/reader/.local/bin/lightbox --version >/dev/null
  echo "  an upgrade that was killed: $was is whole and in force; beside it $(cd "$app" && compgen -G '.new.*' | paste -s -d ' ' - || echo nothing)"

  # A running program of the old version.
  offline=1 inside "$root" reader /home/reader/.local/bin/lightbox >/dev/null 2>&1 &
  local running=$!
  timeout 60 xdotool search --sync --onlyvisible --name '[Ll]ightbox' >/dev/null
  # The processes of one system see each other: not so the two namespaces here.
  seeing_all() { chroot --userspec=reader "$root" env -i PATH=/usr/bin:/bin:/sbin HOME=/home/reader "$@" </dev/null; }
  mount -t proc proc "$root/proc"
  refused "a running old version" "$root" 'Lightbox is running (process' seeing_all /tmp/newer/install.sh
  refused "removing what runs" "$root" 'Lightbox is running (process' seeing_all /tmp/newer/install.sh --uninstall
  umount "$root/proc"
  end "$running"

  # And again, undisturbed: the leftovers of the killed one go too.
  inside "$root" reader /tmp/newer/install.sh >/dev/null
  [[ $(readlink "$app/current") == 9.9.9* ]] || die "the upgrade is not in force."
  [[ $(cd "$app" && find . -mindepth 1 -maxdepth 1 | sort | paste -s -d ' ' -) == './9.9.9 ./current ./installed' ]] || die "the upgrade leaves: $(ls -A "$app")"
  echo "  an upgrade: $was gave way to $(readlink "$app/current")"
}

trouble_packages() {
  local lower
  lower=$(bare debian-12)
  open_root "$lower" debian-12
  apt_in "$root" install -y --no-install-recommends "/packages/$(basename "$deb")" >"$out/trouble.apt.log" 2>&1

  refused_while_running .deb chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin dpkg -i "/packages/$(basename "$deb")"
  [[ $(chroot "$root" dpkg-query -W -f '${db:Status-Status}' lightbox) == installed ]] || die "dpkg does not take the refused upgrade back."

  # Killed outright while it unpacks: what was installed still runs, and once more mends it.
  inside "$root" root dpkg -i "/packages/$(basename "$deb")" >/dev/null 2>&1 &
  local installer=$!
  until [[ -e $root/usr/bin/lightbox.dpkg-new ]]; do sleep 0.005; done
  end "$installer"
  inside "$root" reader lightbox --version >/dev/null || die "the program does not start after an interrupted dpkg."
  local state
  state=$(chroot "$root" dpkg-query -W -f '${db:Status-Status}' lightbox)
  inside "$root" root dpkg -i "/packages/$(basename "$deb")" >"$work/words" 2>&1 || die "dpkg does not mend what was interrupted: $(cat "$work/words")"
  [[ -z $(inside "$root" root dpkg -V lightbox) && ! -e $root/usr/bin/lightbox.dpkg-new ]] || die "an interrupted dpkg is not mended."
  echo "  an upgrade that was killed, .deb: the program still runs (dpkg: $state); installed again it is whole"

  # Tampered packages.
  cp "$deb" "$root/tmp/tampered.deb"
  printf 'x' | dd of="$root/tmp/tampered.deb" bs=1 seek=5000000 conv=notrunc status=none
  refused "a tampered .deb" "$root" 'corrupt\|damaged\|error\|unexpected' inside "$root" root sh -c 'dpkg-deb --fsys-tarfile /tmp/tampered.deb >/dev/null'
  cp "$rpm" "$work/tampered.rpm"
  printf 'x' | dd of="$work/tampered.rpm" bs=1 seek=5000000 conv=notrunc status=none
  ! rpm -K --nosignature "$work/tampered.rpm" >"$work/words" 2>&1 || die "rpm does not notice a changed byte."
  sed "s|$work/||; s/^/  a tampered .rpm: /" "$work/words"
  cp dist/SHA256SUMS "$work/" 2>/dev/null || (cd dist && sha256sum -- lightbox* >"$work/SHA256SUMS")
  cp "$deb" "$work/" && printf 'x' | dd of="$work/$(basename "$deb")" bs=1 seek=5000000 conv=notrunc status=none
  ! (cd "$work" && grep "$(basename "$deb")" SHA256SUMS | sha256sum -c) >"$work/words" 2>/dev/null || die "SHA256SUMS does not notice a changed byte."
  sed 's/^/  SHA256SUMS: /' "$work/words"

  # No space for the .deb: dpkg takes back what it has unpacked.
  close_roots
  open_root "$lower" debian-12
  mkdir -p "$work/small" && mount -t tmpfs -o size=60m tmpfs "$work/small"
  cp -a "$root/usr/bin/." "$work/small/" && mount --bind "$work/small" "$root/usr/bin"
  local status=0
  inside "$root" root dpkg --force-depends -i "/packages/$(basename "$deb")" >"$work/words" 2>&1 || status=$?
  ((status != 0)) && grep -q 'No space left' "$work/words" || die "dpkg does not say that there is no space: $(cat "$work/words")"
  [[ ! -e $root/usr/bin/lightbox && -z $(find "$root/usr" -name '*.dpkg-new') ]] || die "dpkg left something of a package that had no room."
  grep -m 1 'No space left' "$work/words" | sed 's/^/  no space, .deb: /'
  umount -l "$root/usr/bin" "$work/small"
}

# refused_while_running WHAT COMMAND…: with the window of the installed program open the
# command fails, says so, and the program stays.
refused_while_running() {
  local what=$1 was running
  shift
  was=$(sha256sum <"$root/usr/bin/lightbox")
  offline=1 inside "$root" reader lightbox >/dev/null 2>&1 &
  running=$!
  timeout 60 xdotool search --sync --onlyvisible --name '[Ll]ightbox' >/dev/null
  mount -t proc proc "$root/proc"
  ! "$@" >"$work/words" 2>&1 || die "the $what replaced a running program: $(cat "$work/words")"
  umount "$root/proc"
  end "$running"
  grep -q 'Lightbox is running (process' "$work/words" || die "the $what does not say that Lightbox is running: $(cat "$work/words")"
  grep -m 1 'Lightbox is running (process' "$work/words" | sed "s/^/  a running old version, $what: /"
  [[ $(sha256sum <"$root/usr/bin/lightbox") == "$was" ]] || die "the refused $what did not keep the former state."
  inside "$root" root lightbox --version >/dev/null
}

trouble_rpm() {
  desktop_root
  local command=(rpm --root "$root" --dbpath /var/lib/rpm --nodeps --ignoresize)
  "${command[@]}" -i "$rpm"
  refused_while_running .rpm "${command[@]}" -U --replacepkgs "$rpm"
  "${command[@]}" -U --replacepkgs "$rpm" || die "the .rpm is not replaced when nothing runs."
}

part_sign() {
  local home=$work/gnupg signed=$work/signed
  mkdir -m 700 "$home"
  mkdir "$signed"
  cp "$archive" "$deb" "$signed/"
  export GNUPGHOME=$home
  gpg --batch --quiet --passphrase '' --quick-generate-key 'Trial <trial@lightbox.invalid>' ed25519 sign 1d 2>/dev/null
  minisign -G -W -f -p "$work/key.pub" -s "$work/key" >/dev/null
  LIGHTBOX_SIGN_GPG=trial@lightbox.invalid LIGHTBOX_SIGN_MINISIGN=$work/key assets/packaging/sign.sh "$signed"/*
  # Checked by the tools that made them, and by one of other people's (Sequoia).
  gpg --batch --export trial@lightbox.invalid >"$work/key.pgp"
  local file
  for file in "$signed"/*.deb "$signed"/*.gz; do
    sqv --keyring "$work/key.pgp" "$file.asc" "$file" || die "Sequoia does not take the signature of $(basename "$file")."
    gpg --batch --verify "$file.asc" "$file" 2>&1 | grep 'Good signature' | sed "s|^|  $(basename "$file"): |"
    minisign -V -p "$work/key.pub" -m "$file" | head -n 1 | sed "s|^|  $(basename "$file"): |"
    printf 'x' | dd of="$file" bs=1 seek=100 conv=notrunc status=none
    ! gpg --batch --verify "$file.asc" "$file" 2>/dev/null || die "GnuPG takes a changed file."
    ! sqv --keyring "$work/key.pgp" "$file.asc" "$file" >/dev/null 2>&1 || die "Sequoia takes a changed file."
    ! minisign -V -q -p "$work/key.pub" -m "$file" 2>/dev/null || die "minisign takes a changed file."
  done
  gpgconf --kill all
  unset GNUPGHOME
  # Without a key there is no signature.
  env -u LIGHTBOX_SIGN_GPG -u LIGHTBOX_SIGN_MINISIGN assets/packaging/sign.sh "$archive"
  [[ ! -e $archive.asc && ! -e $archive.minisig ]] || die "a signature without a key."
}
