# Debian packages without root: a private apt state in $LAB/apt, packages unpacked (not installed)
# under $LAB/packages. The archive's address is the one that this machine's own apt is set up with.

readonly LAB_SUITES='bookworm bookworm-backports trixie-backports'
readonly BACKPORTS=bookworm-backports
readonly KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg

require_debian() {
  local codename=unknown architecture
  [ ! -r /etc/os-release ] || codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-$ID}")
  [ "$codename" = bookworm ] ||
    give_up "the lab unpacks programs of Debian 12 (bookworm) and runs them here; this machine is $codename"
  architecture=$(dpkg --print-architecture)
  [ "$architecture" = amd64 ] || give_up "the lab boots x86-64 kernels on amd64; this machine is $architecture"
  [ -r "$KEYRING" ] || give_up "$KEYRING is missing; install the package debian-archive-keyring"
}

archive_address() {
  local address
  address=$(apt-get update --print-uris -o Debug::NoLocking=1 2>/dev/null |
    sed -n "s#^'\(.*\)/dists/bookworm/InRelease'.*#\1#p" | head -n 1)
  [ -n "$address" ] || give_up "apt has no source for bookworm on this machine (see /etc/apt/sources.list.d)"
  echo "$address"
}

# private_apt COMMAND...: an apt command on the lab's own state. The machine's proxy settings hold.
private_apt() { APT_CONFIG=$LAB/apt/apt.conf "$@"; }

write_apt_state() {
  local apt=$LAB/apt address
  address=$(archive_address)
  mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial"
  cat >"$apt/sources/lab.sources" <<END
Types: deb
URIs: $address
Suites: $LAB_SUITES
Components: main
Signed-By: $KEYRING
END
  cat >"$apt/apt.conf" <<END
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::State::Lists "$apt/lists";
Dir::Cache "$apt/cache";
Acquire::Languages "none";
Acquire::Retries "2";
APT::Sandbox::User "";
APT::Update::Error-Mode "any";
Debug::NoLocking "1";
END
}

refresh_lists() {
  say "fetching package lists ($LAB_SUITES)"
  private_apt apt-get -qq update >"$LAB/apt.log" 2>&1 ||
    give_up "cannot fetch package lists; is there a network? (see $LAB/apt.log)"
  touch "$LAB/apt/fetched"
}

# Makes the private apt state once. Remove $LAB/apt to see newer kernels.
prepare_apt() {
  [ -e "$LAB/apt/fetched" ] && return
  write_apt_state
  refresh_lists
}

# fetch FOLDER APT-GET-ARGUMENTS...: downloads and unpacks into $LAB/packages/FOLDER, once.
fetch() {
  local folder=$LAB/packages/$1 debs=$LAB/debs deb
  shift
  [ ! -e "$folder/.complete" ] || return 0
  rm -rf "$folder" "$debs"
  mkdir -p "$folder" "$debs/partial"
  say "fetching ${*: -1}"
  # A package that moved on since the lists were read is found after reading them again.
  download "$debs" "$@" || { refresh_lists && download "$debs" "$@"; } ||
    give_up "cannot fetch ${*: -1}; is there a network? (see $LAB/apt.log)"
  for deb in "$debs"/*.deb; do dpkg -x "$deb" "$folder"; done
  rm -rf "$debs"
  touch "$folder/.complete"
}

# download FOLDER APT-GET-ARGUMENTS...
download() {
  local folder=$1
  shift
  (cd "$folder" && private_apt apt-get -qq -o Dir::Cache::archives="$folder" "$@" >"$LAB/apt.log" 2>&1)
}
