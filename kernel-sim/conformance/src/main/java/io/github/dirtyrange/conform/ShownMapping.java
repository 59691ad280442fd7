package io.github.dirtyrange.conform;

import com.google.common.base.Splitter;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A mapping as smaps shows it, as one line that is equal on two machines when they agree: its range
 * relative to {@link Layout#BASE}, its permissions, where in a file it is, and its VmFlags.
 */
final class ShownMapping {

  private static final Splitter WORDS = Splitter.on(' ').omitEmptyStrings().trimResults();
  private static final String FLAGS = "VmFlags:";

  private ShownMapping() {}

  /** {@return the line for a mapping} */
  static String text(Vma vma, String vmFlags) {
    return line(
        Pages.address(vma.startVpn()),
        Pages.address(vma.endVpn()),
        (vma.readable() ? "r" : "-")
            + (vma.writable() ? "w" : "-")
            + (vma.executable() ? "x" : "-")
            + (vma.shared() ? "s" : "p"),
        vma.inode() != 0,
        vma.offsetBytes(),
        vmFlags);
  }

  /** {@return the lines for the mappings in the text of smaps that layouts may hold} */
  static List<String> parse(Stream<String> smaps) {
    List<String> shown = new ArrayList<>();
    List<String> head = new ArrayList<>();
    smaps.forEach(
        line -> {
          if (line.startsWith(FLAGS)) {
            text(head, line.substring(FLAGS.length()), shown);
          } else if (isHead(line)) {
            head.clear();
            head.addAll(WORDS.limit(6).splitToList(line));
          }
        });
    return shown;
  }

  /** Other lines begin with a capital and have a colon. */
  private static boolean isHead(String line) {
    return Character.digit(line.charAt(0), 16) >= 0 && line.indexOf('-') > 0;
  }

  private static void text(List<String> head, String vmFlags, List<String> shown) {
    String range = head.get(0);
    int dash = range.indexOf('-');
    long start = Long.parseUnsignedLong(range.substring(0, dash), 16);
    if (Layout.holds(start)) {
      long end = Long.parseUnsignedLong(range.substring(dash + 1), 16);
      long offset = Long.parseUnsignedLong(head.get(2), 16);
      boolean file = !head.get(4).equals("0");
      shown.add(line(start, end, head.get(1), file, offset, vmFlags));
    }
  }

  private static String line(
      long start, long end, String permissions, boolean file, long offset, String vmFlags) {
    Set<String> sorted = new TreeSet<>(WORDS.splitToList(vmFlags));
    return String.format(
        "[0x%x,0x%x) %s %s %s",
        start - Layout.BASE,
        end - Layout.BASE,
        permissions,
        file ? "file at 0x" + Long.toHexString(offset) : "anonymous",
        String.join(" ", sorted));
  }
}
