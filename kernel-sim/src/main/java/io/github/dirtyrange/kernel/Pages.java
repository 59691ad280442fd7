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

  /** {@return whether an address or a length is one of whole pages} */
  public static boolean isAligned(long bytes) {
    return (bytes & (SIZE - 1)) == 0;
  }

  /** {@return the first page of the block of 2 MiB that holds a page} */
  public static long blockStart(long vpn) {
    return vpn & -PER_TABLE;
  }

  /** {@return the page after the last of the block that holds a page} */
  public static long blockEnd(long vpn) {
    return (vpn | (PER_TABLE - 1)) + 1;
  }

  /** {@return a page itself if a block begins there, else the first page of the next block} */
  public static long blockAtOrAfter(long vpn) {
    return (vpn + PER_TABLE - 1) & -PER_TABLE;
  }
}
