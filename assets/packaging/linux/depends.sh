#!/usr/bin/env bash
# Prints what a program needs at run time, worked out from the program itself.
#
#   assets/packaging/linux/depends.sh deb|recommends|sonames|glibc PROGRAM
#
#   deb         the Depends of a Debian package, on one line
#   recommends  its Recommends
#   sonames     the libraries that it cannot do without, one a line
#   glibc       the oldest glibc that it starts with, such as 2.34
#
# What is linked, the linker noted (readelf, dpkg-shlibdeps). GLFW, which opens the
# window, loads more by name when the program starts: those names stand in the
# program too. Each has to be in one of the lists below, so that a name that a later
# GLFW adds stops the build instead of being missing on somebody's machine.
set -euo pipefail
export LC_ALL=C # one order of names, for comm
what=${1:?usage: depends.sh deb|recommends|sonames|glibc PROGRAM}
program=${2:?usage: depends.sh deb|recommends|sonames|glibc PROGRAM}

# Loaded by name, and the Debian and Ubuntu package that has it: for X11, and for
# Wayland with its keyboard and its OpenGL.
loaded='
libX11.so.6             libx11-6
libXcursor.so.1         libxcursor1
libXext.so.6            libxext6
libXi.so.6              libxi6
libXinerama.so.1        libxinerama1
libXrandr.so.2          libxrandr2
libXrender.so.1         libxrender1
libXxf86vm.so.1         libxxf86vm1
libEGL.so.1             libegl1
libGL.so.1              libgl1
libwayland-client.so.0  libwayland-client0
libwayland-cursor.so.0  libwayland-cursor0
libwayland-egl.so.1     libwayland-egl1
libxkbcommon.so.0       libxkbcommon0
'
# Better with them: the frames of windows under GNOME's Wayland; what opens the pages
# that are printed; a font with the signs that none of ours has, as every desktop has one.
better='
libdecor-0.so.0         libdecor-0-0
-                       xdg-utils
-                       fonts-dejavu-core
'
# Asked for by name, and done without: other kinds of OpenGL than the one painted
# with, Vulkan, and the parts of libGL.so.1 where a system has them apart.
without='libGL.so libGLES_CM.so.1 libGLESv1_CM.so.1 libGLESv2.so.2 libGLX.so.0 libOSMesa.so.6 libOSMesa.so.8 libOpenGL.so.0 libX11-xcb.so.1 libvulkan.so.1'

needed() { readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]$/\1/p'; }

names() { { strings -a "$program" || true; } | grep -E '^lib[A-Za-z0-9_+-]+\.so(\.[0-9]+)*$' | sort -u; }

column() { awk -v n="$1" 'NF == 2 { print $n }' <<<"$2"; }

known=$(column 1 "$loaded" && column 1 "$better" && printf '%s\n' $without && needed)
unknown=$(comm -13 <(sort -u <<<"$known") <(names))
[[ -z $unknown ]] || {
  echo "$program loads $(paste -s -d ' ' - <<<"$unknown") by name, in no list of assets/packaging/linux/depends.sh: put it in the one it belongs to." >&2
  exit 1
}

case $what in
  glibc) objdump -T "$program" | grep -o 'GLIBC_[0-9.]*' | sed 's/GLIBC_//' | sort -V | tail -n 1 ;;
  sonames) { needed && column 1 "$loaded"; } | grep -v '^ld-linux' | sort -u ;;
  recommends) column 2 "$better" | paste -s -d , - | sed 's/,/, /g' ;;
  deb)
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    mkdir "$work/debian"
    : >"$work/debian/control"
    program=$(readlink -f "$program")
    shlibs=$(cd "$work" && dpkg-shlibdeps -O "$program" 2>"$work/log") || {
      cat "$work/log" >&2
      exit 1
    }
    shlibs=${shlibs#shlibs:Depends=}
    {
      tr ',' '\n' <<<"$shlibs" | sed 's/^ *//'
      column 2 "$loaded"
    } | awk '
      # A package that is there with a version is not named again without.
      { name = $1; if (!(name in line) || length($0) > length(line[name])) line[name] = $0 }
      END {
        for (name in line) {
          text = line[name]
          # Ubuntu 24.04 renamed some packages when time became 64 bits wide; the
          # library in them is the same.
          if (name ~ /^libopencv-.*[0-9]$/) { other = text; sub(name, name "t64", other); text = text " | " other }
          print text
        }
      }' | LC_ALL=C sort | paste -s -d , - | sed 's/,/, /g'
    ;;
  *)
    echo "usage: assets/packaging/linux/depends.sh deb|recommends|sonames|glibc PROGRAM" >&2
    exit 2
    ;;
esac
