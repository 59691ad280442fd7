package io.github.dirtyrange.trace;

import java.io.IOException;

/** A Jazzer target: bytes are read as perf script's text. */
public final class PerfFuzzer {

  private PerfFuzzer() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    TextFuzzing.check(input, TextFormat.PERF);
  }
}
