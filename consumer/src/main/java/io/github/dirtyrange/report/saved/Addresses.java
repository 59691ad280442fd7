package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.saved.SavedMapping;

/** Addresses for people; they are unsigned. */
final class Addresses {

  private Addresses() {}

  /** {@return how many bytes pages have; of more than there can be, the most} */
  static long bytes(long pages, int pageSize) {
    return pages > Long.MAX_VALUE / pageSize ? Long.MAX_VALUE : pages * pageSize;
  }

  /** {@return an address with its mark: "0x7f00"} */
  static String hex(long address) {
    return "0x" + Long.toHexString(address);
  }

  /** {@return a mapping's addresses, as /proc/PID/maps writes them, and its name} */
  static String of(SavedMapping mapping, int pageSize) {
    String range =
        Long.toHexString(mapping.startVpn() * pageSize)
            + "-"
            + Long.toHexString(mapping.endVpn() * pageSize);
    return mapping.name().isEmpty() ? range : range + " " + mapping.title();
  }

  /** {@return its permissions, as /proc/PID/maps writes them} */
  static String permissions(SavedMapping mapping) {
    int bits = mapping.permissions();
    return ((bits & SavedMapping.READ) != 0 ? "r" : "-")
        + ((bits & SavedMapping.WRITE) != 0 ? "w" : "-")
        + ((bits & SavedMapping.EXECUTE) != 0 ? "x" : "-")
        + ((bits & SavedMapping.SHARED) != 0 ? "s" : "p");
  }
}
