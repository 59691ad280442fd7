package io.github.dirtyrange.kernel;

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
 * @param inode the file's inode, 0 if anonymous
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
    long inode,
    String path) {

  /** {@return how many pages are mapped} */
  public long pages() {
    return endVpn - startVpn;
  }
}
