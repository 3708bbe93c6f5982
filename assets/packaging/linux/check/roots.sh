# shellcheck shell=bash
# Sourced by run: bare systems in folders, and programs in them.
#
# A root is an overlay: below, a system as debootstrap makes it, kept in the cache; above,
# what one trial changed. Nothing of a trial is seen by the next.

roots=${LIGHTBOX_ROOTS:-${XDG_CACHE_HOME:-$HOME/.cache}/lightbox/roots}
mounted=()

# bare NAME: the folder of a system, made if it is not in the cache.
bare() {
  local name=$1 suite mirror script='' dir=$roots/$1 components=main
  [[ ! -e $dir/made ]] || {
    echo "$dir/root"
    return 0
  }
  case $name in
    debian-12)
      suite=bookworm
      # Debian from where this machine has it.
      mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
        grep -oE 'https?://[^ ]*/debian/?( |$)' | head -n 1 | tr -d ' ')
      mirror=${mirror:-http://deb.debian.org/debian}
      ;;
    ubuntu-24.04)
      suite=noble components=main,universe
      # A debootstrap of Debian 12 knows older ones, which are made the same way, and where.
      script=/usr/share/debootstrap/scripts/jammy
      mirror=$(grep -oE 'http[^ ]*archive[^ ]*/ubuntu$' "$script" | head -n 1)
      ;;
  esac
  rm -rf "$dir"
  mkdir -p "$dir/archives/partial"
  echo "Making a bare $name in $dir, once." >&2
  if ! nice -n 10 debootstrap --variant=minbase --include=ca-certificates --components="$components" \
    "$suite" "$dir/root" "$mirror" ${script:+"$script"} >"$dir/log" 2>&1; then
    echo "A bare $name could not be made: $(tail -n 1 "$dir/log")" >&2
    return 1
  fi
  # Someone to run the program: nobody reads scans as root.
  chroot "$dir/root" useradd -m -s /bin/sh reader
  : >"$dir/made"
  echo "$dir/root"
}

# with_packages NAME NEW PACKAGE…: NAME with these packages in it, kept as NEW.
with_packages() {
  local name=$1 dir=$roots/$2 below
  shift 2
  below=$(bare "$name")
  if [[ ! -e $dir/made ]]; then
    rm -rf "$dir"
    mkdir -p "$dir/root" "$dir/work" "$dir/merged"
    mount -t overlay overlay -o "lowerdir=$below,upperdir=$dir/root,workdir=$dir/work" "$dir/merged"
    mount --bind "$roots/$name/archives" "$dir/merged/var/cache/apt/archives"
    local status=0
    apt_in "$dir/merged" install -y --no-install-recommends "$@" >"$dir/log" 2>&1 || status=1
    umount "$dir/merged/var/cache/apt/archives" "$dir/merged"
    ((status == 0)) || {
      tail -n 5 "$dir/log" >&2
      return 1
    }
    : >"$dir/made"
  fi
  echo "$dir/root:$below"
}

# open_root LOWER ARCHIVES: a fresh root above these folders; its path is in $root.
open_root() {
  local place=$work/root${#mounted[@]}
  rm -rf --one-file-system "$place" # of the trial before
  mkdir -p "$place"/{upper,work,root}
  mount -t overlay overlay -o "lowerdir=$1,upperdir=$place/upper,workdir=$place/work" "$place/root"
  root=$place/root
  mounted+=("$root")
  mkdir -p "$root/tmp/.X11-unix" "$root/packages"
  chmod 1777 "$root/tmp/.X11-unix"
  mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
  mount --bind "$PWD/dist" "$root/packages"
  mount --bind "$roots/$2/archives" "$root/var/cache/apt/archives"
}

close_roots() {
  local r
  for r in "${mounted[@]}"; do
    umount "$r/var/cache/apt/archives" "$r/packages" "$r/tmp/.X11-unix" 2>/dev/null || true
    umount -l "$r" 2>/dev/null || true
  done
  mounted=()
}

# inside ROOT USER COMMAND…: a command in a root, with processes and devices of its own.
# With offline=1 there is no network either.
inside() {
  local r=$1 user=$2
  shift 2
  # shellcheck disable=SC2016 # for the shell within
  unshare --mount --pid --fork --kill-child ${offline:+--net} sh -c '
    root=$1 user=$2
    shift 2
    mount -t proc proc "$root/proc"
    mount -t tmpfs -o mode=755 tmpfs "$root/dev"
    for device in null zero full random urandom tty; do
      : >"$root/dev/$device"
      mount --bind "/dev/$device" "$root/dev/$device"
    done
    mkdir -m 1777 "$root/dev/shm"
    ln -s /proc/self/fd "$root/dev/fd"
    case $user in root) home=/root ;; *) home=/home/$user ;; esac
    exec chroot --userspec="$user" "$root" env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME="$home" USER="$user" LANG="${IN_LANG:-C.UTF-8}" DISPLAY="$DISPLAY" LIBGL_ALWAYS_SOFTWARE=1 \
      DEBIAN_FRONTEND=noninteractive "$@"' sh "$r" "$user" "$@" </dev/null
}

# end PROCESS: outright, what was begun with 'inside … &'. The first process of the
# namespace is unshare's child, and all within go with it; it does not go with unshare, as
# the change of user takes that back.
end() {
  local first
  for first in $(pgrep -P "$1"); do
    pkill -KILL -P "$first" || kill -KILL "$first" || true
  done 2>/dev/null
  wait "$1" 2>/dev/null || true
}

apt_in() {
  local r=$1
  shift
  cp -L /etc/resolv.conf "$r/etc/resolv.conf"
  [[ -e $r/var/lib/apt/lists/lock ]] && compgen -G "$r/var/lib/apt/lists/*_Packages*" >/dev/null || inside "$r" root apt-get -q update
  # The packages stay in the cache, for the next trial.
  inside "$r" root apt-get -q -o Dpkg::Use-Pty=0 -o APT::Keep-Downloaded-Packages=true "$@"
}

# what_is ROOT FILE: everything there is in a root, to be compared with later.
what_is() {
  (cd "$1" && find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./packages -o -path ./tmp/.X11-unix -o -path ./var/cache/apt/archives \) -prune -o -print | LC_ALL=C sort) >"$2"
}
