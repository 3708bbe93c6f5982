# shellcheck shell=bash
# Sourced by run: a display, and what the program shows on it.

start_display() {
  : >"$work/display"
  Xvfb -displayfd 3 -screen 0 1600x1000x24 +extension GLX -noreset -nolisten tcp \
    3>"$work/display" >"$work/xvfb.log" 2>&1 </dev/null &
  xvfb=$!
  local tenths=300
  until [[ $(<"$work/display") == *[0-9] ]]; do
    ((tenths-- > 0)) || die "The virtual display did not start."
    sleep 0.1
  done
  DISPLAY=:$(<"$work/display")
  export DISPLAY
}

# exec_line ROOT ENTRY FILE: the command of a menu entry as a desktop would run it on a
# file: %F replaced, the words quoted as the entry has them.
exec_line() {
  local line
  line=$(sed -n 's/^Exec=//p' "$1/$2")
  [[ $line == *' %F' ]] || die "The menu entry has no %F: $line"
  line=${line% %F}
  line=${line//\\\\/\\} # the escapes of strings
  line=${line//%%/%}
  printf "%s '%s'" "$line" "$3"
}

# still: waits until three pictures of the screen, a second apart, are the same.
still() {
  local before='' now='' same=0 tries=0
  until ((same >= 2)); do
    now=$(timeout 60 import -window root rgb:- | sha256sum)
    if [[ $now == "$before" ]]; then same=$((same + 1)); else same=0; fi
    before=$now
    ((++tries < 200)) || die "The window never stood still."
    sleep 1
  done
}

# see ROOT COMMAND PICTURE: runs a command line as the reader, offline, accepts the notice
# of the first start, waits until the picture stands still, and takes it.
see() {
  local r=$1 line=$2 picture=$3 tries=0 app
  local settings=$r/home/reader/.config/lightbox/settings.json
  rm -rf "$r/home/reader/.config/lightbox"
  offline=1 inside "$r" reader sh -c "cd && exec $line" >"$out/program.log" 2>&1 &
  app=$!
  timeout 120 xdotool search --sync --onlyvisible --name '[Ll]ightbox' >"$work/windows" || {
    cat "$out/program.log" >&2
    die "No window appeared: $line"
  }
  until grep -q '"notice_accepted"' "$settings" 2>/dev/null; do
    still
    xdotool key --clearmodifiers space # its button has the focus
    sleep 1
    ((++tries < 10)) || die "The notice of the first start cannot be accepted."
  done
  still
  timeout 60 import -window root "png:$picture"
  end "$app"
  (($(identify -format '%k' "$picture") > 500)) || die "$picture shows no scan."
}

# first_window ROOT COMMAND: milliseconds until a window is mapped, five times; the median.
first_window() {
  local r=$1 line=$2 i app began
  for i in 1 2 3 4 5; do
    began=$(date +%s%N)
    offline=1 inside "$r" reader sh -c "exec $line" >/dev/null 2>&1 &
    app=$!
    until xdotool search --onlyvisible --name '[Ll]ightbox' >/dev/null 2>&1; do sleep 0.01; done
    echo $((($(date +%s%N) - began) / 1000000))
    end "$app"
    while xdotool search --onlyvisible --name '[Ll]ightbox' >/dev/null 2>&1; do sleep 0.05; done
  done | sort -n | sed -n 3p
}

# libraries ROOT PROGRAM: how many shared libraries the loader takes at start, without the
# loader itself and what OpenGL and X11 load later.
libraries() { inside "$1" reader sh -c "ldd '$2'" | grep -c '=> /'; }
