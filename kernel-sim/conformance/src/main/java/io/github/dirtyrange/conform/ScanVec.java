package io.github.dirtyrange.conform;

/** Where a PAGEMAP_SCAN is told to write its regions. */
enum ScanVec {
  /** Memory of the process that is never compared. */
  OWN(0),
  /** Nowhere. */
  NONE(1),
  /** An address that no process may name. */
  KERNEL(2),
  /** An address at which nothing is mapped. */
  UNMAPPED(3);

  private static final long KERNEL_ADDRESS = Long.MIN_VALUE;
  private static final long UNMAPPED_ADDRESS = Layout.BASE - (1L << 30);

  private final int number;

  ScanVec(int number) {
    this.number = number;
  }

  /** {@return the number that operations name it by} */
  int number() {
    return number;
  }

  /** {@return the address for the member vec; {@code own} if regions are asked for at all} */
  static long address(Operation.Scan scan, long own) {
    return switch (of(scan.vec())) {
      case OWN -> scan.regions() == 0 ? 0 : own;
      case NONE -> 0;
      case KERNEL -> KERNEL_ADDRESS;
      case UNMAPPED -> UNMAPPED_ADDRESS;
    };
  }

  private static ScanVec of(long number) {
    for (ScanVec vec : values()) {
      if (vec.number == number) {
        return vec;
      }
    }
    return OWN;
  }
}
