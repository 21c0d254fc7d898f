# `./dev soak`: builds and runs the soak. ./dev sources it and has build().

help_soak() {
  cat <<END
Usage: ./dev soak [--minutes N] [--tasks N] [--seed N] [--json]

Builds the release binary and a crowd of clients, and keeps many activity tasks
open: they beat, are answered, answered twice at once, fail, fall silent, time
out, are stopped; others take their place. The server is killed (SIGKILL and
SIGTERM in turns) and started again meanwhile. Each end is compared with the
execution's history and with what the clients were told; late answers must be
refused; in the last two fifths, undisturbed, memory must stay flat.

  --minutes N    how long (default 30)
  --tasks N      open at once (default 200000)
  --heartbeat N  HeartbeatSeconds; each beats three times as often (default 30)
  --life N       mean seconds from being taken to the end (default 240)
  --restarts N   how many (default 6)
  --seed N       of all that is drawn (default 1)
  --json         prints the result as a JSON object

Exit codes: 0 all is well, 1 something is wrong, 2 usage. Examples:
  ./dev soak
  ./dev soak --minutes 2 --tasks 20000 --life 30 --seed 7
END
}

task_soak() {
  build_release test >&2
  build dev stepwheel_soak >&2
  STEPWHEEL_BINARY=$root/build/release/stepwheel \
    exec build/dev/tests/stepwheel_soak "$@"
}
