package io.github.dirtyrange.kernel;

/** Arithmetic between addresses in bytes and virtual page numbers: a page is 4096 bytes. */
public final class Pages {

  /** log2 of the page size. */
  public static final int SHIFT = 12;

  /** Bytes in a page. */
  public static final int SIZE = 1 << SHIFT;

  /** Pages that one page table of the lowest level maps: 2 MiB, the size of a huge page. */
  public static final int PER_TABLE = 512;

  private Pages() {}

  /** {@return the page that holds an address} */
  public static long vpn(long address) {
    return address >>> SHIFT;
  }

  /** {@return the address of a page's first byte} */
  public static long address(long vpn) {
    return vpn << SHIFT;
  }

  /** {@return how many pages hold that many bytes, the last perhaps in part} */
  public static long count(long bytes) {
    return (bytes + SIZE - 1) >>> SHIFT;
  }
}
