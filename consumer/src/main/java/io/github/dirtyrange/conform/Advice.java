package io.github.dirtyrange.conform;

/** What madvise(2) can be told, by Linux's names and numbers (MADV_*). */
enum Advice {
  NORMAL(0),
  DONTNEED(4),
  FREE(8),
  REMOVE(9),
  DONTFORK(10),
  DOFORK(11),
  HUGEPAGE(14),
  NOHUGEPAGE(15),
  WIPEONFORK(18),
  KEEPONFORK(19),
  COLD(20),
  POPULATE_READ(22),
  POPULATE_WRITE(23),
  DONTNEED_LOCKED(24),
  COLLAPSE(25),
  GUARD_INSTALL(102),
  GUARD_REMOVE(103);

  private final long number;

  Advice(long number) {
    this.number = number;
  }

  /** {@return the number that the kernel uses} */
  long number() {
    return number;
  }
}
