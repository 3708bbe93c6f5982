#!/bin/sh
# Installs Lightbox from the folder that this script lies in, for one user or for all,
# puts a newer version in place of an older one, and removes it.
#
#   ./install.sh [--system | --prefix DIR]
#   ./install.sh --uninstall [--purge] [--system | --prefix DIR]
#
# The program goes to PREFIX/lib/lightbox, each version into a folder of its own; the
# link "current" says which is in force and is replaced in one step. Until then nothing
# that is installed is touched, so whatever stops the installation leaves the former
# state. PREFIX/lib/lightbox/installed lists what was put elsewhere.
set -eu
umask 022

version='@VERSION@'
build='@BUILD@'       # version and commit: the name of its folder
glibc_needed='@GLIBC@' # what the program was linked with
id=org.lightbox.Lightbox

case ${LC_ALL:-${LC_MESSAGES:-${LANG:-C}}} in zh*) chinese=1 ;; *) chinese=0 ;; esac
say() { # ENGLISH CHINESE
  if [ "$chinese" = 1 ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi
}
fail() { # ENGLISH CHINESE: the sentence, and nothing left half done
  say "$1" "$2" >&2
  exit 1
}

usage() {
  say "usage: install.sh [--uninstall [--purge]] [--system | --prefix DIR]
  without a place: for you alone, in ~/.local
  --system      for all users, in /usr/local (as root)
  --prefix DIR  in DIR
  --uninstall   removes the program and what it registered; settings and journal stay
  --purge       with --uninstall: your own settings and journal too" \
    "用法：install.sh [--uninstall [--purge]] [--system | --prefix 目录]
  不指定位置：仅为当前用户安装到 ~/.local
  --system      为所有用户安装到 /usr/local（须为 root）
  --prefix 目录 安装到该目录
  --uninstall   移除程序及其登记，保留设置与阅片记录
  --purge       与 --uninstall 连用：同时移除您自己的设置与阅片记录"
}

# ---- what is asked for.
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
prefix='' remove=0 purge=0
while [ $# -gt 0 ]; do
  case $1 in
    --system) prefix=/usr/local ;;
    --prefix)
      [ $# -gt 1 ] || { usage >&2; exit 2; }
      prefix=$2
      shift
      ;;
    --prefix=*) prefix=${1#--prefix=} ;;
    --uninstall) remove=1 ;;
    --purge) purge=1 ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
[ "$purge" = 0 ] || [ "$remove" = 1 ] || { usage >&2; exit 2; }
case $here in
  # This is the copy that was installed: it knows where.
  */lib/lightbox/*) [ -n "$prefix" ] || [ ! -e "${here%/*}/installed" ] || prefix=${here%/lib/lightbox/*} ;;
esac
[ -n "$prefix" ] || prefix=${HOME:?}/.local
case $prefix in /*) ;; *) prefix=$(pwd -P)/$prefix ;; esac
prefix=${prefix%/}
app=$prefix/lib/lightbox
list=$app/installed # lines "f FILE" and "d DIR", below PREFIX; "p DIR", PREFIX and above

# ---- helpers.
refuse_while_running() {
  for program in "$app"/*/bin/lightbox; do
    [ -e "$program" ] || continue
    running=$(stat -L -c '%d:%i %n' /proc/[0-9]*/exe 2>/dev/null | sed -n "s|^$(stat -L -c %d:%i "$program") /proc/\([0-9]*\)/exe\$|\1|p" | head -n 1)
    [ -z "$running" ] || fail "Lightbox is running (process $running): close it and try again; nothing was changed." \
      "Lightbox 正在运行（进程 $running）：请先关闭再重试；未作任何改动。"
  done
}

make_dir() { # DIR below PREFIX: made, and every folder that was not there noted
  case $1 in . | /) return 0 ;; esac
  [ ! -d "$prefix/$1" ] || return 0
  make_dir "$(dirname -- "$1")"
  mkdir "$prefix/$1"
  printf 'd %s\n' "$1" >>"$list"
}

refresh() { # what desktops keep of these files; without the tools there is nothing kept
  if command -v update-mime-database >/dev/null 2>&1 && [ -d "$prefix/share/mime/packages" ]; then
    update-mime-database "$prefix/share/mime" >/dev/null 2>&1 || true
  fi
  if command -v update-desktop-database >/dev/null 2>&1 && [ -d "$prefix/share/applications" ]; then
    update-desktop-database -q "$prefix/share/applications" >/dev/null 2>&1 || true
  fi
  if command -v gtk-update-icon-cache >/dev/null 2>&1 && [ -e "$prefix/share/icons/hicolor/icon-theme.cache" ]; then
    gtk-update-icon-cache -q -f -t "$prefix/share/icons/hicolor" >/dev/null 2>&1 || true
  fi
}

listed() { # KIND: the paths of that kind, the newest first
  [ -e "$list" ] || return 0
  sed -n "s/^$1 //p" "$list" | awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }'
}

# take_away: removes all that was installed.
take_away() {
  files=$(listed f)
  folders=$(listed d)
  above=$(listed p)
  printf '%s\n' "$files" | while IFS= read -r file; do
    [ -z "$file" ] || rm -f -- "$prefix/$file"
  done
  rm -rf -- "$app"
  # Made by the desktop's tools in folders that were ours alone.
  if printf '%s\n' "$folders" | grep -qx share/mime/packages && rmdir -- "$prefix/share/mime/packages" 2>/dev/null; then
    for made in XMLnamespaces aliases generic-icons globs globs2 icons magic mime.cache subclasses treemagic types version application; do
      rm -rf -- "$prefix/share/mime/${made:?}"
    done
  fi
  refresh
  case "
$files
" in *'
share/applications/mimeinfo.cache
'*) rm -f -- "$prefix/share/applications/mimeinfo.cache" ;; esac
  printf '%s\n' "$folders" | while IFS= read -r folder; do
    [ -z "$folder" ] || rmdir -- "$prefix/$folder" 2>/dev/null || true
  done
  printf '%s\n' "$above" | while IFS= read -r folder; do
    [ -z "$folder" ] || rmdir -- "$folder" 2>/dev/null || true
  done
}

# ---- remove.
if [ "$remove" = 1 ]; then
  [ -d "$app" ] || [ "$purge" = 1 ] || fail "Lightbox is not installed in $prefix: name the place with --system or --prefix." \
    "$prefix 中没有安装 Lightbox：请用 --system 或 --prefix 指明位置。"
  if [ -d "$app" ]; then
    [ -w "$app" ] || fail "You may not write in $app: run this as root (sudo)." "您无权写入 $app：请以 root（sudo）运行。"
    refuse_while_running
    take_away
    say "Lightbox is removed from $prefix." "已从 $prefix 移除 Lightbox。"
  fi
  settings=${XDG_CONFIG_HOME:-${HOME:?}/.config}
  data=${XDG_DATA_HOME:-$HOME/.local/share}
  state=${XDG_STATE_HOME:-$HOME/.local/state}
  cache=${XDG_CACHE_HOME:-$HOME/.cache}
  if [ "$purge" = 1 ]; then
    rm -rf -- "$settings/lightbox" "$data/lightbox" "$state/lightbox" "$settings/fyne/$id" "$cache/fyne/$id"
    rmdir -- "$settings/fyne" "$cache/fyne" 2>/dev/null || true
    say "Your settings and journal are removed too; those of other users stay." "您的设置与阅片记录也已移除；其他用户的保留。"
  elif [ -d "$settings/lightbox" ] || [ -d "$data/lightbox" ]; then
    say "Your settings and journal stay in $settings/lightbox and $data/lightbox." "您的设置与阅片记录保留在 $settings/lightbox 与 $data/lightbox。"
  fi
  exit 0
fi

# ---- may it run here?
[ "$(uname -s)" = Linux ] || fail "This is Lightbox for Linux, and this system is $(uname -s)." "这是 Linux 版 Lightbox，而本系统为 $(uname -s)。"
if [ "$(uname -m)" != x86_64 ] || [ "$(getconf LONG_BIT 2>/dev/null || echo 64)" != 64 ]; then
  fail "Lightbox needs a 64-bit system (x86-64), and this is $(uname -m) with $(getconf LONG_BIT 2>/dev/null || echo '?') bits; nothing was installed." \
    "Lightbox 需要 64 位系统（x86-64），而本系统为 $(uname -m)，$(getconf LONG_BIT 2>/dev/null || echo '?') 位；未安装任何内容。"
fi
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null || true)
case $libc in
  'glibc '*) ;;
  *) fail "Lightbox needs the GNU C library (glibc) $glibc_needed or newer, which this system does not have; nothing was installed." \
    "Lightbox 需要 GNU C 库（glibc）$glibc_needed 或更新版本，本系统没有；未安装任何内容。" ;;
esac
libc=${libc#glibc }
oldest=$(printf '%s\n%s\n' "$libc" "$glibc_needed" | sort -V | head -n 1)
[ "$oldest" = "$glibc_needed" ] || fail "Lightbox needs glibc $glibc_needed or newer, and this system has $libc (Debian 12, Ubuntu 22.04, RHEL 9 and newer will do); nothing was installed." \
  "Lightbox 需要 glibc $glibc_needed 或更新版本，本系统为 $libc（Debian 12、Ubuntu 22.04、RHEL 9 及更新版本均可）；未安装任何内容。"

# ---- is it whole?
damaged=$(cd -- "$here" && LC_ALL=C sha256sum -c SHA256SUMS 2>/dev/null | sed -n 's/: FAILED.*//p' | head -n 1) || damaged=SHA256SUMS
[ -e "$here/SHA256SUMS" ] || damaged=SHA256SUMS
[ -z "$damaged" ] || fail "This copy of Lightbox is damaged or was changed ($damaged is not as it was made): get it again; nothing was installed." \
  "此 Lightbox 副本已损坏或被改动（$damaged 与制作时不符）：请重新获取；未安装任何内容。"

# ---- is there what it needs? The loader itself says so; X11 is loaded by name, later.
missing=''
if ! words=$(LC_ALL=C "$here/bin/lightbox" --version 2>&1); then
  missing=$(printf '%s\n' "$words" | sed -n 's/.*loading shared libraries: \([^:]*\):.*/\1/p')
  [ -n "$missing" ] || fail "Lightbox does not start here: $words; nothing was installed." "Lightbox 无法在此启动：$words；未安装任何内容。"
fi
if [ -z "$missing" ]; then
  ldconfig=$(command -v ldconfig || echo /sbin/ldconfig)
  if [ -x "$ldconfig" ] && ! "$ldconfig" -p 2>/dev/null | grep -q 'libX11\.so\.6 .*x86-64'; then missing=libX11.so.6; fi
fi
case $missing in
  '') ;;
  libGL.so.1) fail "OpenGL is missing (libGL.so.1), which Lightbox paints with: install libgl1 (Debian, Ubuntu), libglvnd-glx (Fedora, RHEL) or Mesa-libGL1 (openSUSE) and try again; nothing was installed." \
    "缺少 Lightbox 绘图所用的 OpenGL（libGL.so.1）：请安装 libgl1（Debian、Ubuntu）、libglvnd-glx（Fedora、RHEL）或 Mesa-libGL1（openSUSE）后重试；未安装任何内容。" ;;
  *) fail "$missing is missing, which Lightbox needs: install the package of your system that has it (Debian and Ubuntu: libx11-6, libwayland-client0) and try again; nothing was installed." \
    "缺少 Lightbox 所需的 $missing：请安装含有它的系统软件包（Debian 与 Ubuntu：libx11-6、libwayland-client0）后重试；未安装任何内容。" ;;
esac

# ---- may it be put there, and is there room?
place=$prefix
while [ ! -d "$place" ]; do place=$(dirname -- "$place"); done
[ ! -d "$app" ] || place=$app
[ -w "$place" ] || fail "You may not write in $place: run this as root (sudo), or install for you alone, without --system." \
  "您无权写入 $place：请以 root（sudo）运行，或不加 --system 仅为自己安装。"
refuse_while_running
# A twentieth more for the blocks that files end in, and 1 MB for lists and caches.
need=$(du -sk -- "$here" | awk '{ print int($1 * 1.05) + 1024 }')
free=$(df -Pk -- "$place" | awk 'NR == 2 { print $4 }')
no_room() {
  fail "There is not enough room in $prefix: Lightbox takes $((need / 1024 + 1)) MB and $((free / 1024)) MB are free; nothing was installed." \
    "$prefix 空间不足：Lightbox 需要 $((need / 1024 + 1)) MB，剩余 $((free / 1024)) MB；未安装任何内容。"
}
[ "$free" -ge "$need" ] || no_room

# ---- the new version beside the old.
first=1
[ ! -e "$app/current" ] || first=0
above='' # what of PREFIX was not there: the list has it, for the day of removal
folder=$prefix
while [ ! -d "$folder" ]; do
  above="p $folder
$above"
  folder=$(dirname -- "$folder")
done
old=$(readlink -- "$app/current" 2>/dev/null || true)
name=''
new=$app/.new.$$
back() { # to the former state
  trap '' HUP INT TERM
  rm -rf -- "$new" "$app/.current.$$"
  if [ "$first" = 1 ]; then
    take_away
  elif [ -n "$name" ] && [ -n "$old" ] && [ "$old" != "$name" ]; then
    ln -s -- "$old" "$app/.current.$$" && mv -T -f -- "$app/.current.$$" "$app/current"
    rm -rf -- "$app/${name:?}"
  fi
}
trap 'status=$?; [ "$status" = 0 ] || back' EXIT
trap 'say "Interrupted; nothing was changed." "已中断；未作任何改动。" >&2; exit 130' HUP INT TERM

mkdir -p -- "$prefix"
if [ ! -e "$list" ]; then
  # The list lies in a folder that belongs on it.
  [ -d "$prefix/lib" ] || above="${above}d lib
"
  mkdir -p -- "$app" 2>/dev/null || no_room
  printf '%s' "$above" >"$list" || no_room
fi
rm -rf -- "$app"/.new.* "$app"/.current.*
{ mkdir -p -- "$new" && cp -R -- "$here/." "$new/"; } 2>/dev/null || no_room
(cd -- "$new" && LC_ALL=C sha256sum --status -c SHA256SUMS) ||
  fail "What was written to $app does not read back as it should: the disk is full or failing; nothing was changed." \
    "写入 $app 的内容读回不一致：磁盘已满或有故障；未作任何改动。"

# The menu entry with the whole path, quoted as the Desktop Entry Specification has it:
# ~/.local/bin is not on everybody's PATH.
LIGHTBOX_AT=$prefix/bin/lightbox awk '
  function escaped(text, which, by,    i, c, all) { # the letters in which, each with by before it
    for (i = 1; i <= length(text); i++) {
      c = substr(text, i, 1)
      all = all (index(which, c) ? by : "") c
    }
    return all
  }
  BEGIN {
    path = ENVIRON["LIGHTBOX_AT"]
    quoted = escaped(escaped(escaped(path, "\\\"`$", "\\"), "%", "%"), "\\", "\\")
    tried = escaped(path, "\\", "\\")
  }
  /^Exec=/ { print "Exec=\"" quoted "\" %F"; next }
  /^TryExec=/ { print "TryExec=" tried; next }
  { print }' "$here/share/applications/$id.desktop" >"$new/entry" || no_room

# ---- what goes to other folders of PREFIX must not be anybody else's.
registered=$(cd -- "$here" && find share/applications share/icons share/man share/metainfo share/mime -type f | LC_ALL=C sort)
printf 'bin/lightbox\n%s\n' "$registered" | while IFS= read -r file; do
  if [ -e "$prefix/$file" ] || [ -L "$prefix/$file" ]; then
    grep -qxF "f $file" "$list" || fail "$prefix/$file is there already and is not of this Lightbox: remove it, or install elsewhere with --prefix; nothing was changed." \
      "$prefix/$file 已存在且不属于此 Lightbox：请将其移除，或用 --prefix 安装到别处；未作任何改动。"
  fi
done || exit 1

# ---- the switch.
name=$build
again=1
while [ -e "$app/$name" ]; do
  again=$((again + 1))
  name=$build.$again
done
mv -- "$new" "$app/$name"
ln -s -- "$name" "$app/.current.$$"
mv -T -f -- "$app/.current.$$" "$app/current"

note() { grep -qxF "f $1" "$list" || printf 'f %s\n' "$1" >>"$list"; }
[ -e "$prefix/share/applications/mimeinfo.cache" ] || note share/applications/mimeinfo.cache
make_dir bin
note bin/lightbox
ln -s -- ../lib/lightbox/current/bin/lightbox "$prefix/bin/.lightbox.$$"
mv -T -f -- "$prefix/bin/.lightbox.$$" "$prefix/bin/lightbox"
printf '%s\n' "$registered" | while IFS= read -r file; do
  make_dir "$(dirname -- "$file")"
  note "$file"
  from=$app/$name/$file
  [ "$file" != "share/applications/$id.desktop" ] || from=$app/$name/entry
  cp -- "$from" "$prefix/$file.$$"
  mv -f -- "$prefix/$file.$$" "$prefix/$file"
done
# What an older version had and this one has not.
listed f | while IFS= read -r file; do
  case $file in bin/lightbox | share/applications/mimeinfo.cache) continue ;; esac
  printf '%s\n' "$registered" | grep -qxF "$file" || rm -f -- "$prefix/$file"
done
refresh
[ -z "$old" ] || [ "$old" = "$name" ] || rm -rf -- "$app/${old:?}"
trap - EXIT HUP INT TERM

say "Lightbox $version is installed: $prefix/bin/lightbox" "已安装 Lightbox $version：$prefix/bin/lightbox"
case ":$PATH:" in
  *":$prefix/bin:"*) ;;
  *) say "$prefix/bin is not on your PATH; the menu entry works without." "$prefix/bin 不在 PATH 中；菜单项不受影响。" ;;
esac
