package io.github.dirtyrange.linux.sys;

import io.github.dirtyrange.kernel.Vma;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What stat(2) says of a file.
 *
 * @param device the number of its file system's device, as {@link Vma#device()}
 * @param inode its number there
 * @param regular whether it is a file and nothing else, as the node of a device
 */
public record FileStatus(long device, long inode, boolean regular) {

  private static final int MINOR_LOW_BITS = 8;
  private static final int MINOR_HIGH_SHIFT = 12;
  private static final int MAJOR_BITS = 12;
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;

  /** {@return what is said of the file that a path leads to; nothing if it cannot be followed} */
  public static Optional<FileStatus> of(String path) {
    try {
      Path file = Path.of(path);
      long device = device((Long) Files.getAttribute(file, "unix:dev"));
      long inode = (Long) Files.getAttribute(file, "unix:ino");
      int mode = (Integer) Files.getAttribute(file, "unix:mode");
      return Optional.of(new FileStatus(device, inode, (mode & S_IFMT) == S_IFREG));
    } catch (IOException | InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** As stat(2) packs it: the low minor bits, the major, the high minor bits (new_encode_dev). */
  private static long device(long packed) {
    long low = packed & ((1L << MINOR_LOW_BITS) - 1);
    long high = packed >>> MINOR_HIGH_SHIFT & -(1L << MINOR_LOW_BITS);
    long major = packed >>> MINOR_LOW_BITS & ((1L << MAJOR_BITS) - 1);
    return Vma.device(major, high | low);
  }
}
