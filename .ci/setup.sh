# Installs the Debian packages that a task needs; sourced by ./dev, whose
# say() and die() it uses. Nothing happens, and no network is needed, when
# every package is there.

# package | what it is for
packages_of() {
  case $1 in
    build) cat <<END
g++|the compiler (12.2)
cmake|configures the build
ninja-build|runs the build
ccache|makes rebuilds fast
mold|links fast
libboost1.81-dev|Asio and Beast, for HTTP (the default 1.74 is too old)
libboost-json1.81-dev|Boost.JSON, for parsing
libabsl-dev|hash maps, Status
libsqlite3-dev|the database
libssl-dev|digests
libpcre2-dev|regular expressions, in bounded time
END
      ;;
    test) cat <<END
libgtest-dev|GoogleTest
libgmock-dev|GoogleMock
python3|tests and demo with real clients
python3-boto3|the AWS SDK for Python
awscli|the AWS command line
END
      ;;
    demo) cat <<END
python3|the demo's worker
python3-boto3|the AWS SDK for Python
END
      ;;
    bench) cat <<END
libbenchmark-dev|Google Benchmark
python3|merges the results
END
      ;;
    fuzz) cat <<END
clang-19|the compiler with libFuzzer
libclang-rt-19-dev|libFuzzer and the sanitizers
llvm-19|names functions in stack traces
END
      ;;
    lint) echo 'clang-format-14|the formatter' ;;
    conformance) echo 'python3|runs the recorded cases' ;;
  esac
}

# ensure GROUP...: installs what these groups need and the machine lacks.
ensure() {
  [[ -z ${STEPWHEEL_NO_SETUP:-} ]] || return 0
  local group package why installed missing=()
  command -v dpkg-query > /dev/null || not_debian
  # One query for all: this runs before every task and must cost nothing.
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Abbrev}\n' 2> /dev/null |
    awk '$2 == "ii" || $2 == "hi" { print $1 }')
  for group in "$@"; do
    while IFS='|' read -r package why; do
      grep -qxF "$package" <<< "$installed" && continue
      [[ " ${missing[*]-} " == *" $package "* ]] && continue
      [[ ${#missing[@]} -gt 0 ]] || say 'Missing Debian packages:'
      printf '  %-22s %s\n' "$package" "$why"
      missing+=("$package")
    done < <(packages_of "$group")
  done
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

not_debian() {
  die "this set-up is for Debian 12, and here is ${1:-no dpkg-query}. Install \
a C++20 compiler, CMake 3.25, Ninja, Boost 1.81, Abseil, SQLite, GoogleTest, \
Google Benchmark, boto3 and the AWS CLI yourself, then set STEPWHEEL_NO_SETUP=1"
}

install_packages() {
  local system log as_root=()
  system=$(. /etc/os-release 2> /dev/null && echo "${ID:-} ${VERSION_ID:-}")
  [[ $system == 'debian 12' ]] || not_debian "${system:-an unknown system}"
  if [[ $(id -u) -ne 0 ]]; then
    command -v sudo > /dev/null ||
      die "installing needs root or sudo. As root: apt-get install $*"
    as_root=(sudo)
    [[ -t 0 ]] || as_root+=(-n)
  fi
  as_root+=(env DEBIAN_FRONTEND=noninteractive LC_ALL=C apt-get -qq
    -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
  say "Installing them with apt-get${as_root:+ (as root)}"
  "${as_root[@]}" update ||
    die 'apt-get update failed: is there a network, and may you use sudo?'
  # --no-remove: the Boost 1.81 headers conflict with those of 1.74, and what
  # to do about that is not for a script to decide.
  log=$(mktemp)
  if ! "${as_root[@]}" install -y --no-install-recommends --no-remove "$@" \
    > "$log" 2>&1; then
    tail -n 30 "$log" >&2
    rm -f "$log"
    die "apt-get could not install: $*. If it wanted to remove packages (Boost \
1.74 and 1.81 conflict), remove libboost1.74-dev first, or build in a container"
  fi
  rm -f "$log"
}
