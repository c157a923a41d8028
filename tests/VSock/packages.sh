# Sourced by leg.sh: programs and kernels out of Debian's packages, unpacked into a folder. Nothing is installed.
#
# tool_of PACKAGE PROGRAM     prints the path of a program that is installed or comes with a package; fails where neither can be had
# packages_get NAME...        unpacks packages into $unpacked; fails where one cannot be had
# packages_closure NAME...    prints the names of packages and of what they need and this machine does not have
# package_behind NAME         prints the name of the package that one without files of its own stands for
#
# Needs $root, and $scratch, a folder of this run.

cache=${VSOCK_CACHE:-$root/out/vsock}
unpacked=$cache/unpacked

# Asks apt. The machine's own lists of packages may be old or missing, and refreshing them is not a test's business: then it is asked once more with lists
# of the cache's own, as it is from then on.
ask_apt() {
  local command=$1 own=$scratch/own-lists options=(-o APT::Sandbox::User=root)
  shift
  command -v "$command" >/dev/null || return 1
  if [ ! -e "$own" ]; then
    mkdir -p "$cache"
    "$command" "${options[@]}" "$@" 2>>"$cache/apt.log" && return 0
  fi

  options+=(-o "Dir::State::lists=$cache/lists" -o "Dir::Cache=$cache/apt")
  if [ ! -e "$own" ]; then
    mkdir -p "$cache/lists/partial" "$cache/apt/archives/partial"
    : >"$own"
    apt-get "${options[@]}" --quiet=2 update >>"$cache/apt.log" 2>&1 || return 1
  fi

  "$command" "${options[@]}" "$@" 2>>"$cache/apt.log"
}

packages_get() {
  local name wanted=()
  mkdir -p "$cache/debs" "$unpacked"
  for name in "$@"; do
    [ -e "$cache/debs/$name.unpacked" ] || wanted+=("$name")
  done

  [ "${#wanted[@]}" -gt 0 ] || return 0
  (cd "$cache/debs" && ask_apt apt-get --quiet=2 download "${wanted[@]}" >>"$cache/apt.log") || return 1
  for name in "${wanted[@]}"; do
    dpkg-deb --extract "$cache/debs/$name"_*.deb "$unpacked" && : >"$cache/debs/$name.unpacked" || return 1
  done
}

packages_closure() {
  local plan
  plan=$(ask_apt apt-get --quiet --simulate --no-install-recommends install "$@") && awk '$1 == "Inst" { print $2 }' <<<"$plan"
}

package_behind() {
  local depends
  depends=$(ask_apt apt-cache depends "$1") && awk '$1 == "Depends:" { print $2; exit }' <<<"$depends" | grep .
}

tool_of() {
  command -v "$2" || { packages_get "$1" && find "$unpacked" -path "*/bin/$2" -type f | grep -m 1 .; }
}
