# Runs the project's tests in one guest and reads what the JUnit console said about them.

# The tests of these packages talk to the kernel that they run on.
readonly TEST_PACKAGES=(io.github.dirtyrange.linux io.github.dirtyrange.workload
  io.github.dirtyrange.lab io.github.dirtyrange.conform.selftest)

# What run_tests runs, and properties for it; a script may set others.
SELECTED=("${TEST_PACKAGES[@]/#/--select-package=}")
TEST_OPTIONS=()

# How many times slower than a real machine the emulated one may be; tests with a deadline ask.
readonly SLOWDOWN=20

# Compiles the tests and puts their libraries and the console into consumer/target/test-lib.
build_tests() {
  need_command mvn maven
  say 'building the tests'
  mvn -q -B -f "$PROJECT/pom.xml" -P kernel-lab -pl consumer -am package -DskipTests >"$LAB/build.log" 2>&1 ||
    give_up "the tests do not build (see $LAB/build.log)"
}

# A guest has no compiler: where this machine has one, the program whose memory is written in every way goes along.
compile_programs() {
  PROGRAMS=$LAB/test-programs
  mkdir -p "$PROGRAMS"
  ! command -v gcc >/dev/null ||
    gcc -O1 -w -static -pthread -o "$PROGRAMS/writers" "$PROJECT"/consumer/src/test/c/writers*.c ||
    say 'the program writers does not compile: tests that need it are skipped'
}

# run_tests KERNEL TRANSCRIPT: what the console says of each test, as it runs, and its summary.
run_tests() {
  local kernel=$1 transcript=$2
  compile_programs
  # Two nodes, so that pages can be migrated; nobody else uses the guest, so tests may change it.
  # As surefire does, the tests run in the module's folder: some read files below src/test.
  "$HERE/run" "$kernel" --timeout "$SECONDS_LIMIT" --nodes 2 \
    --add "$PROJECT/consumer/src/test/resources:/root/src/test/resources" \
    --add "$PROJECT/consumer/target/test-classes:/app/test-classes" \
    --add "$PROJECT/kernel-sim/conformance/target/test-classes:/app/conformance-test-classes" \
    --add "$PROJECT/consumer/target/test-lib:/app/test-lib" \
    --add "$PROGRAMS:/programs" \
    -- sh -c 'exec "$@" 2>&1' sh java "-Ddirtyrange.test.slowdown=$SLOWDOWN" \
    -Ddirtyrange.test.wholeMachine=true -Ddirtyrange.test.programs=/programs "${TEST_OPTIONS[@]}" \
    -cp '/app/test-classes:/app/conformance-test-classes:/app/dirtyrange.jar:/app/lib/*:/app/test-lib/*' \
    org.junit.platform.console.ConsoleLauncher execute "${SELECTED[@]}" --fail-if-no-tests \
    --config=jqwik.database=/tmp/jqwik --disable-banner --disable-ansi-colors \
    --details=testfeed >"$transcript"
}

# tally TRANSCRIPT WORD...: the sum of the summary's lines "[ 3 tests WORD ]".
tally() {
  local transcript=$1 words
  shift
  words=$(IFS='|' && echo "$*")
  sed -nE "s/^\[ *([0-9]+) ($words) *\]\$/\1/p" "$transcript" | awk '{sum += $1} END {print sum + 0}'
}

# Why tests were skipped, each reason once with its count.
skip_reasons() {
  sed -nE '/ :: (ABORTED|SKIPPED)$/{n; s/^\t(Reason: |[^ ]*: Assumption failed: )?/skipped: /p}' "$1" | sort | uniq -c
}

# Each failed test and what it said; the transcript has the stack traces.
failures() {
  awk '/ :: FAILED$/ {failed = 1; print; next} /^[^\t]/ {failed = 0} failed && !/^\t*at /' "$1"
}

# The test that was running when the transcript broke off.
last_started() { sed -n 's/ :: STARTED$//p' "$1" | tail -n 1; }
