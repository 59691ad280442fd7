package io.github.dirtyrange.criu;

import java.util.List;
import java.util.OptionalInt;

/** Kinds of images, by the numbers that they begin with. */
enum ImageKind {
  PAGEMAP(ImageKind.COMMON, 0x56084025),
  MM(ImageKind.COMMON, 0x57492820),
  PSTREE(ImageKind.COMMON, 0x50273030),
  CORE(ImageKind.COMMON, 0x55053847),
  FILES(ImageKind.COMMON, 0x56303138),
  REG_FILES(ImageKind.COMMON, 0x50363636),
  STATS(ImageKind.SERVICE, 0x57093306),
  INVENTORY(0x58313116);

  private static final int COMMON = 0x54564319;
  private static final int SERVICE = 0x55105940;

  private final int first;
  private final OptionalInt second;

  ImageKind(int first) {
    this.first = first;
    second = OptionalInt.empty();
  }

  ImageKind(int first, int second) {
    this.first = first;
    this.second = OptionalInt.of(second);
  }

  /** {@return what such a file begins with, four bytes each} */
  List<Integer> magic() {
    return second.isPresent() ? List.of(first, second.getAsInt()) : List.of(first);
  }
}
