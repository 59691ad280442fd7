package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.Vma;

/** What frames of a call chain are called, and frames that are no code. */
final class FrameName {

  /** Code of which nothing is known, as perf writes it. */
  static final String UNKNOWN = "[unknown]";

  /** In the place of callers beyond as many as were asked for. */
  static final String CUT = "[cut off]";

  /** In the place of chains beyond as many as are kept. */
  static final String OTHERS = "[others]";

  private FrameName() {}

  /** {@return the function, or else the file and where in it, as "libc.so.6+0x9a2c1"} */
  static String of(CodePlace place) {
    if (!place.function().isEmpty()) {
      return place.function();
    }
    Vma mapping = place.mapping();
    if (mapping == null || !mapping.executable() || mapping.path().isEmpty()) {
      return UNKNOWN;
    }
    String path = mapping.path();
    return path.substring(path.lastIndexOf('/') + 1) + "+0x" + Long.toHexString(place.fileOffset());
  }
}
