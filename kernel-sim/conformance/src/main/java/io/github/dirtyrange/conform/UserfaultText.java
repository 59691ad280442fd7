package io.github.dirtyrange.conform;

import java.util.List;

/**
 * The messages of a userfaultfd ({@code struct uffd_msg}) as texts that are equal on two machines
 * when they agree; addresses become relative to {@link Layout#BASE}.
 */
final class UserfaultText {

  /** UFFD_PAGEFAULT_FLAG_WRITE. */
  static final long WRITE = 1;

  /** UFFD_PAGEFAULT_FLAG_WP. */
  static final long PROTECTED = 2;

  /** Where the kernel puts what it may put anywhere. */
  private static final String ELSEWHERE = "elsewhere";

  /** The kinds of message: the first word of each text. */
  static final List<String> KINDS = List.of("fault", "fork", "remap", "remove", "unmap");

  private UserfaultText() {}

  /** {@return the kind of a message} */
  static String kind(String message) {
    int end = message.indexOf(' ');
    return end < 0 ? message : message.substring(0, end);
  }

  static String fault(long address, long flags) {
    return String.format("fault at 0x%x flags %d", address - Layout.BASE, flags);
  }

  static String fork() {
    return "fork";
  }

  static String remap(long from, long to, long bytes) {
    String target = Layout.holds(to) ? "0x" + Long.toHexString(to - Layout.BASE) : ELSEWHERE;
    return String.format("remap 0x%x to %s, 0x%x bytes", from - Layout.BASE, target, bytes);
  }

  static String remove(long start, long end) {
    return "remove " + range(start, end);
  }

  static String unmap(long start, long end) {
    return "unmap " + range(start, end);
  }

  private static String range(long start, long end) {
    if (!Layout.holds(start)) {
      return ELSEWHERE;
    }
    return String.format("[0x%x,0x%x)", start - Layout.BASE, end - Layout.BASE);
  }
}
