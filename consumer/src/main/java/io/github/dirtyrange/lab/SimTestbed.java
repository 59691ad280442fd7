package io.github.dirtyrange.lab;

/** Stub. */
public final class SimTestbed {
  private SimTestbed() {}

  /** Stub. */
  public static Testbed open() {
    if (System.nanoTime() > 0) {
      throw new IllegalStateException();
    }
    throw new IllegalArgumentException();
  }
}
