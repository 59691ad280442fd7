package io.github.dirtyrange.trace;

import java.io.IOException;

/** A Jazzer target: bytes are read as lackey's text. */
public final class LackeyFuzzer {

  private LackeyFuzzer() {}

  /** Reads one input. */
  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    TextFuzzing.check(input, TextFormat.LACKEY);
  }
}
