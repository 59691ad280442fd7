# What the guest runs: a small Java runtime from this machine's JDK, and the project's jars.

# jdk.zipfs: without it JUnit finds no test in a jar and calls that success.
readonly JAVA_MODULES=java.base,java.logging,java.management,java.xml,jdk.management,jdk.security.auth,jdk.unsupported,jdk.zipfs

jdk_home() {
  local javac
  if [ -n "${JAVA_HOME:-}" ]; then
    echo "$JAVA_HOME"
  else
    javac=$(command -v javac) || give_up "no JDK found; set JAVA_HOME or install one (17 or newer)"
    dirname "$(dirname "$(readlink -f "$javac")")"
  fi
}

# Sets RUNTIME, a folder with bin/java. One is kept per JVM build.
prepare_runtime() {
  local jdk build
  jdk=$(jdk_home)
  [ -x "$jdk/bin/jlink" ] || give_up "$jdk has no jlink; a JDK is needed (17 or newer)"
  build=$({ "$jdk/bin/java" -Xinternalversion; echo "$JAVA_MODULES"; } | cksum | cut -d' ' -f1)
  RUNTIME=$LAB/runtime-$build
  [ ! -x "$RUNTIME/bin/java" ] || return 0
  say "making a Java runtime from $jdk"
  rm -rf "$RUNTIME.new"
  # Under emulation the second compiler costs more than it brings.
  "$jdk/bin/jlink" --add-modules "$JAVA_MODULES" --strip-debug --no-header-files --no-man-pages \
    --add-options=' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC' --output "$RUNTIME.new" ||
    give_up "jlink of $jdk failed"
  "$RUNTIME.new/bin/java" -Xshare:dump >/dev/null 2>&1 || true
  mv "$RUNTIME.new" "$RUNTIME"
}

# The launcher at the top of the project builds what is missing or out of date.
prepare_jars() {
  "$PROJECT/dirtyrange" --version >"$LAB/build.log" 2>&1 ||
    give_up "the project's program does not start (see $LAB/build.log)"
}
