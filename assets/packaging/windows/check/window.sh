# shellcheck shell=bash
# The window under Wine, for assets/packaging/windows/check/run, which sources this.
# shellcheck shell=bash

part_window() {
  unpack
  windows window
  w "$setup" /S || die "the setup ended with status $?"
  settle # or the window would come to that session, which has no display
  # The Start menu's own command line: the shortcut's target, and what it opens.
  local name="$work/胸部 正位片.dcm"
  cp -- "$demo" "$name"
  cat >"$work/lightbox" <<EOF
#!/bin/sh
exec '$wine' '$mine/lightbox.exe' "\$@"
EOF
  chmod +x "$work/lightbox"
  local language
  for language in en zh; do
    LIGHTBOX_SCREENSHOT=$out/window-$language.png .ci/virtual-display "$work/lightbox" --language "$language" "$name" >"$work/report.txt" || die "the window was not painted ($language)"
    settle
  done
  for folder in "$home"/AppData/{Roaming,Local}/lightbox; do
    [[ ! -d $folder ]] || (cd "$folder/.." && find "$(basename "$folder")" -type f | sed 's/^/  data: /')
  done
  without_opengl
}

# Where OpenGL is missing: a box with the sentence, in the user's language, and status 1.
without_opengl() {
  local language
  for language in en_US zh_CN; do
    : >"$work/display"
    Xvfb -displayfd 3 -screen 0 900x500x24 -extension GLX -nolisten tcp 3>"$work/display" >/dev/null 2>&1 &
    local xvfb=$! tries=100
    until [[ $(<"$work/display") == *[0-9] ]] || ((tries-- == 0)); do sleep 0.1; done
    (
      DISPLAY=:$(<"$work/display")
      export DISPLAY LANG=$language.UTF-8 LC_ALL=$language.UTF-8
      timeout 60 "$wine" "$mine/lightbox.exe" "$demo" 2>"$work/stderr" &
      app=$!
      for ((i = 0; i < 200; i++)); do
        box=$(xdotool search --name '^Lightbox$' 2>/dev/null | tail -n 1) && [[ -n $box ]] && break
        sleep 0.1
      done
      [[ -n ${box:-} ]] || die "no box says that OpenGL is missing: $(<"$work/stderr")"
      sleep 1
      import -window root "$out/no-opengl-$language.png"
      xdotool key --window "$box" Return
      xdotool windowfocus "$box" key Return 2>/dev/null || true
      status=0
      wait "$app" || status=$?
      [[ $status == 1 ]] || die "without OpenGL the program ended with status $status"
    )
    printf '  no OpenGL: %s\n' "$(grep '^lightbox:' "$work/stderr")"
    kill "$xvfb"
    wait "$xvfb" 2>/dev/null || true
    settle
  done
}
