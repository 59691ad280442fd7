package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import io.github.dirtyrange.kernel.Vma;

/** Places in the code of a program. */
final class Code {

  private static final Vma PROGRAM =
      new Vma(0x400, 0x500, true, false, true, false, 0x1000, 0xfe00000, 7, "/bin/p");

  static final CodePlace STORE = new CodePlace(0x400010, "store", PROGRAM);
  static final CodePlace ALSO_STORE = new CodePlace(0x400018, "store", PROGRAM);
  static final CodePlace MAIN = new CodePlace(0x400020, "main", PROGRAM);
  static final CodePlace UNNAMED = new CodePlace(0x400030, "", PROGRAM);
  static final CodePlace NOWHERE = new CodePlace(0x900000, "", null);

  private Code() {}
}
