package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code VmFlags} in {@code /proc/PID/smaps}. To write the file the kernel walks every page table,
 * with the process's mmap lock held for reading: for what cannot be told otherwise.
 */
public final class Smaps {

  /** The flag of hugetlbfs. */
  public static final String HUGETLB = "ht";

  private static final String PFNMAP = "pf";
  private static final String MAY_WRITE = "mw";

  /** The flag of a mapping that is registered for write-protection. */
  public static final String UFFD_WP = "uw";

  /** The flags of a mapping that is registered with a userfaultfd, for whatever. */
  public static final List<String> UFFD = List.of("um", "uw", "ui");

  private static final Pattern MAPPING =
      Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) .*", Pattern.DOTALL);

  /** Memory that is mapped by whole page tables; files on a disk are never armed, and left out. */
  private static final Pattern HUGE =
      Pattern.compile("(?:AnonHugePages|ShmemPmdMapped): +(\\d+) kB");

  private static final int KIBIBYTE = 1024;

  private Smaps() {}

  /**
   * {@return the bytes that lie in transparent huge pages in some ranges} Of a mapping that lies in
   * them in part, as many as can.
   *
   * @param smaps the file
   * @throws KernelException ESRCH if the process has gone
   */
  public static long hugeBytes(Path smaps, TrackedRanges ranges) {
    return hugeBytes(read(smaps), ranges);
  }

  static long hugeBytes(String text, TrackedRanges ranges) {
    long sum = 0;
    long[] tracked = {0};
    for (String line : text.split("\n", -1)) {
      Optional<PageRange> start = mapping(line);
      if (start.isPresent()) {
        tracked[0] = 0;
        ranges.clip(
            start.get().startVpn(),
            start.get().endVpn(),
            (from, to) -> tracked[0] += Pages.address(to - from));
      }
      Matcher huge = HUGE.matcher(line);
      if (huge.matches()) {
        sum += Math.min(tracked[0], Long.parseLong(huge.group(1)) * KIBIBYTE);
      }
    }
    return sum;
  }

  /**
   * {@return the mappings of a process that have a flag, in ascending order}
   *
   * @param smaps the file
   * @param flag two letters
   * @throws KernelException ESRCH if the process has gone
   */
  public static List<PageRange> withFlag(Path smaps, String flag) {
    return withFlag(read(smaps), flag);
  }

  /** {@return a driver's memory without pages of the kernel's, as far as it may be written} */
  public static List<PageRange> ofDrivers(Path smaps) {
    String text = read(smaps);
    List<PageRange> writable = withFlag(text, MAY_WRITE);
    return withFlag(text, PFNMAP).stream().filter(writable::contains).toList();
  }

  /** {@return the mappings of a process that have any of some flags} */
  static List<PageRange> withAnyFlag(Path smaps, List<String> flags) {
    String text = read(smaps);
    return flags.stream().flatMap(flag -> withFlag(text, flag).stream()).toList();
  }

  /** {@return the text of the file} Its lines end with a newline alone: a path may hold others. */
  static String read(Path smaps) {
    try {
      return Files.readString(smaps, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new KernelException(Errno.ESRCH, "read " + smaps);
    }
  }

  static List<PageRange> withFlag(String text, String flag) {
    List<PageRange> ranges = new ArrayList<>();
    PageRange mapping = new PageRange(0, 1);
    for (String line : text.split("\n", -1)) {
      Optional<PageRange> start = mapping(line);
      if (start.isPresent()) {
        mapping = start.get();
      } else if (line.startsWith("VmFlags:") && (line + " ").contains(" " + flag + " ")) {
        ranges.add(mapping);
      }
    }
    return ranges;
  }

  /** {@return the pages of the mapping that a line begins, if it begins one} */
  static Optional<PageRange> mapping(String line) {
    Matcher start = MAPPING.matcher(line);
    return start.matches()
        ? Optional.of(new PageRange(vpn(start.group(1)), vpn(start.group(2))))
        : Optional.empty();
  }

  private static long vpn(String hexAddress) {
    return Pages.vpn(Long.parseUnsignedLong(hexAddress, 16));
  }
}
