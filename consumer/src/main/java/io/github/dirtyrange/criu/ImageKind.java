package io.github.dirtyrange.criu;

import java.util.List;

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

  private final List<Integer> magic;

  ImageKind(Integer... magic) {
    this.magic = List.of(magic);
  }

  /** {@return what such a file begins with, four bytes each} */
  List<Integer> magic() {
    return magic;
  }
}
