package io.github.dirtyrange.kernel;

import java.util.List;

/**
 * One mapping of a process, a line of {@code /proc/PID/maps}.
 *
 * @param startVpn first page
 * @param endVpn page after the last
 * @param readable PROT_READ
 * @param writable PROT_WRITE
 * @param executable PROT_EXEC
 * @param shared MAP_SHARED rather than MAP_PRIVATE
 * @param offsetBytes offset in the file
 * @param device the number of the file system's device, {@code MKDEV(major, minor)}, 0 if anonymous
 *     or simulated
 * @param inode the file's inode, 0 if anonymous (and see {@link #isOfFile})
 * @param path the file, a name in brackets, or empty
 */
public record Vma(
    long startVpn,
    long endVpn,
    boolean readable,
    boolean writable,
    boolean executable,
    boolean shared,
    long offsetBytes,
    long device,
    long inode,
    String path) {

  private static final int MINOR_BITS = 20;

  /** {@return a device's number as the kernel has it, {@code MKDEV} in include/linux/kdev_t.h} */
  public static long device(long major, long minor) {
    return major << MINOR_BITS | minor;
  }

  /** {@return the same mapping, but for its end} */
  public Vma endingAt(long vpn) {
    return new Vma(
        startVpn, vpn, readable, writable, executable, shared, offsetBytes, device, inode, path);
  }

  /**
   * {@return the index of the first of some mappings that ends after a page; how many there are if
   * none does} Takes O(log n).
   *
   * @param ascending the mappings, disjoint
   */
  public static int firstEndingAfter(List<Vma> ascending, long vpn) {
    int low = 0;
    int high = ascending.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ascending.get(middle).endVpn() <= vpn) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** {@return whether a page is mapped by it} */
  public boolean holds(long vpn) {
    return startVpn <= vpn && vpn < endVpn;
  }

  /**
   * {@return whether a file is mapped} The first segment of System V shared memory, and a file of a
   * file system in user space, may have the inode 0.
   */
  public boolean isOfFile() {
    return inode != 0 || device != 0;
  }

  /** {@return whether the same file is mapped as by another, or none by both} */
  public boolean isOfSameFile(Vma other) {
    return inode == other.inode && device == other.device;
  }

  /** {@return how many pages are mapped} */
  public long pages() {
    return endVpn - startVpn;
  }
}
