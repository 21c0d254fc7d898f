# What `./dev fuzz` does; sourced by ./dev, whose say(), die() and build() it
# uses. Everything it writes is below build/fuzz.

fuzz_folder=tests/fuzz
fuzz_build=build/fuzz

fuzz_targets() {
  find "$fuzz_folder" -name '*_fuzz.cc' -printf '%f\n' |
    sed 's/_fuzz\.cc$//' | sort
}

# Long enough for every construct; short inputs are mutated faster and better.
fuzz_bytes_max() {
  case $1 in
    definition | event_codec) echo 4096 ;;
    *) echo 1024 ;;
  esac
}

# fuzz_program TARGET [ARGUMENT...]: clang's symbolizer has a version in its
# name, so the sanitizers would not find it.
fuzz_program() {
  local target=$1
  shift
  ASAN_SYMBOLIZER_PATH=/usr/bin/llvm-symbolizer-19 \
    ASAN_OPTIONS=detect_stack_use_after_return=0 \
    UBSAN_OPTIONS=print_stacktrace=1 \
    "$fuzz_build/tests/fuzz/${target}_fuzz" "$@"
}

# fuzz_one TARGET SECONDS: replays the seeds and what earlier runs of this
# checkout kept, then mutates. An input may take 10 s and 2 GiB.
fuzz_one() {
  local target=$1 seconds=$2 seed=()
  # The continuous integration repeats itself: new inputs are looked for by
  # hand, so that no change is refused for what it did not touch.
  [[ -z ${CI:-} ]] || seed=(-seed=1)
  local kept=$fuzz_build/corpus/$target found=$fuzz_build/findings/$target/
  mkdir -p "$kept" "$found"
  fuzz_program "$target" "$kept" "$fuzz_folder/corpus/$target" \
    -dict="$fuzz_folder/corpus/$target.dict" \
    -max_len="$(fuzz_bytes_max "$target")" -max_total_time="$seconds" \
    -timeout=10 -rss_limit_mb=2048 -artifact_prefix="$found" \
    "${seed[@]}" -print_final_stats=1 -verbosity=1 \
    > "$fuzz_build/$target.log" 2>&1
}

# fuzz_report TARGET STATUS: one line, and the finding if there is one.
fuzz_report() {
  local target=$1 status=$2 log=$fuzz_build/$1.log result=ok stats file
  [[ $status -eq 0 ]] || result=FINDING
  stats=$(grep -a '^stat::' "$log" || true)
  printf '%-18s %-8s %10s executions %7s/s %6s of %s edges covered\n' \
    "$target" "$result" \
    "$(number_after 'number_of_executed_units: +' "$stats")" \
    "$(number_after 'average_exec_per_sec: +' "$stats")" \
    "$(grep -a -oP '\bcov: \K[0-9]+' "$log" | tail -n 1 || true)" \
    "$(number_after 'Loaded 1 modules +\(' "$(head -n 9 "$log")")"
  [[ $status -ne 0 ]] || return 0
  # What was wrong, then the frames in our own files.
  grep -a -m 2 -E 'ERROR: |error: |internal error at' "$log" || true
  grep -a -m 8 -P '^ +#\d+ 0x\w+ in .*/(asl|engine|tests)/.*:\d+$' "$log" ||
    true
  file=$(grep -a -oP 'Test unit written to \K.*' "$log" | tail -n 1)
  if [[ -n $file ]]; then
    say "The input is in $file"
    say "Run it alone: ./dev fuzz $target --replay $file"
  else
    say "The program failed before it ran an input: see $log"
  fi
  return 1
}

# fuzz_all SECONDS TARGET...: as many at once as there are processors. A target
# that fails does not stop the others.
fuzz_all() {
  local seconds=$1 target bad=0
  local -A pids=()
  shift
  while [[ $# -gt 0 ]]; do
    pids=()
    for target in "${@:1:$(nproc)}"; do
      fuzz_one "$target" "$seconds" &
      pids[$target]=$!
    done
    for target in "${@:1:$(nproc)}"; do
      local status=0
      wait "${pids[$target]}" || status=$?
      fuzz_report "$target" "$status" || bad=1
    done
    shift "$(($# < $(nproc) ? $# : $(nproc)))"
  done
  return "$bad"
}

# A whole number of at least 1, or the end.
fuzz_number() {
  [[ ${2:-} =~ ^[1-9][0-9]{0,5}$ ]] ||
    usage_error "$1: expected a whole number from 1, found '${2:-}'"
  echo "$2"
}

task_fuzz() {
  local known target seconds=60 replay='' targets=()
  known=$(fuzz_targets)
  while [[ $# -gt 0 ]]; do
    case $1 in
      --list) echo "$known"; return 0 ;;
      --minutes) seconds=$(fuzz_number "$@") || exit; shift
        seconds=$((seconds * 60)) ;;
      --seconds) seconds=$(fuzz_number "$@") || exit; shift ;;
      --replay) replay=${2:-}
        [[ -r $replay ]] || usage_error "--replay: cannot read '$replay'"
        shift ;;
      all) targets+=($known) ;;
      -*) usage_error "unknown option '$1'" ;;
      *)
        grep -qxF -- "$1" <<< "$known" ||
          usage_error "no target '$1': not one of ${known//$'\n'/, }"
        targets+=("$1")
        ;;
    esac
    shift
  done
  [[ ${#targets[@]} -gt 0 ]] || usage_error 'expected a target'
  ensure build fuzz
  build fuzz "${targets[@]/%/_fuzz}"
  if [[ -n $replay ]]; then
    fuzz_program "${targets[0]}" "$replay"
  else
    say "Fuzzing for $seconds s each: ${targets[*]} (logs: $fuzz_build/*.log)"
    fuzz_all "$seconds" "${targets[@]}"
  fi
}
