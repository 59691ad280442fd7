package io.github.dirtyrange.linux.soak;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Something that the random target did, as it says itself.
 *
 * @param name what
 * @param startVpn the first page that it may have changed
 * @param pages how many pages it may have changed
 */
record Operation(String name, long startVpn, long pages) {

  /**
   * Makes pages written without a fault of the process that is sampled or counted: in
   * docs/linux-queue.md what the sweep or an exact drain finds.
   */
  private static final Set<String> UNSAMPLED =
      Set.of(
          "dontneed",
          "free",
          "left-empty",
          "pageout",
          "collapse",
          "vm-child",
          "gup-write",
          "uffd-copy",
          "unprotect",
          "unregister");

  /** Puts something into a page that is armed already. */
  private static final String ARMED_COPY = "uffd-copy-armed";

  /**
   * Changes what a page of a file holds, where nothing of the mapping tells of it. An armed copy of
   * a private mapping that is dropped leaves an armed entry, and the file's page shows again.
   */
  private static final Set<String> OF_THE_FILE =
      Set.of("remove", "punch", "truncate", "file-write", "other-process", "dontneed", ARMED_COPY);

  /** {@return the operations that an answer of the target lists} */
  static List<Operation> parse(String words) {
    return words.isBlank()
        ? List.of()
        : Arrays.stream(words.trim().split(" ")).map(Operation::parseWord).toList();
  }

  private static Operation parseWord(String word) {
    int colon = word.indexOf(':');
    int plus = word.indexOf('+', colon);
    return new Operation(
        word.substring(0, colon),
        Long.parseLong(word.substring(colon + 1, plus), 16),
        Long.parseLong(word.substring(plus + 1), 16));
  }

  boolean covers(long vpn) {
    return vpn >= startVpn && vpn < startVpn + pages;
  }

  boolean isUnsampled() {
    return UNSAMPLED.contains(name);
  }

  boolean isArmedCopy() {
    return name.equals(ARMED_COPY);
  }

  boolean isDirect() {
    return name.equals("direct-read");
  }

  boolean isOfTheFile() {
    return OF_THE_FILE.contains(name);
  }

  @Override
  public String toString() {
    return name + ":" + Long.toHexString(startVpn) + "+" + pages;
  }
}
