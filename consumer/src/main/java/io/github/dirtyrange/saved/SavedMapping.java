package io.github.dirtyrange.saved;

import java.nio.charset.StandardCharsets;

/**
 * A mapping of the process, as it was when the generation was made.
 *
 * @param startVpn its first page
 * @param endVpn the page behind its last one
 * @param permissions {@link #READ}, {@link #WRITE}, {@link #EXECUTE} and {@link #SHARED}, added
 * @param offset where it begins in its file, in bytes; 0 where it has none
 * @param device number of the device that the file is on; 0 where there is none
 * @param inode number of the file; 0 where there is none
 * @param name the file's path, or what the system calls the mapping; may be empty. Never used as a
 *     path here
 */
public record SavedMapping(
    long startVpn,
    long endVpn,
    int permissions,
    long offset,
    long device,
    long inode,
    String name) {

  /** Addresses have 64 bits, and a page 12 of them at least. */
  public static final long END_VPN = 1L << 52;

  /** A longer name fits no store. */
  public static final int MOST_NAME_BYTES = 65_535;

  /** May be read. */
  public static final int READ = 1;

  /** May be written. */
  public static final int WRITE = 2;

  /** May be executed. */
  public static final int EXECUTE = 4;

  /** Others may see what is written to it. */
  public static final int SHARED = 8;

  private static final int ALL = READ | WRITE | EXECUTE | SHARED;

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if it has no page, lies beyond all addresses, has unknown
   *     permissions, or its name takes more than 65,535 bytes
   */
  public SavedMapping {
    if (startVpn < 0 || startVpn >= endVpn || endVpn > END_VPN) {
      throw new IllegalArgumentException("a mapping has pages " + PageText.pages(startVpn, endVpn));
    }
    if ((permissions & ~ALL) != 0) {
      throw new IllegalArgumentException("a mapping has permissions " + permissions);
    }
    int length = name.getBytes(StandardCharsets.UTF_8).length;
    if (length > MOST_NAME_BYTES) {
      throw new IllegalArgumentException("a mapping's name takes " + length + " bytes");
    }
  }

  /** {@return a name for people, in one line whatever it is} */
  public String title() {
    return name.isEmpty()
        ? "an unnamed mapping"
        : name.codePoints()
            .map(each -> isPrinted(each) ? each : '?')
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
  }

  private static boolean isPrinted(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
