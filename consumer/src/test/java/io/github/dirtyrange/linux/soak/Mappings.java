package io.github.dirtyrange.linux.soak;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code /proc/PID/maps} lists at one moment, read apart from what is tested. */
final class Mappings {

  private static final Pattern LINE =
      Pattern.compile("(\\p{XDigit}+)-(\\p{XDigit}+) (....) (\\p{XDigit}+) \\S+ (\\d+) *(.*)");

  private static final long RESERVE_PAGES = 1L << 18;

  /**
   * A mapping.
   *
   * @param startVpn first page
   * @param endVpn page after the last
   * @param offsetPages the first page's place in the file
   * @param path the file, empty if there is none
   * @param line as it is listed
   */
  record Mapping(long startVpn, long endVpn, long offsetPages, String path, String line) {

    boolean isOfFile() {
      return path.startsWith("/");
    }

    /** What no process can write, and some of which nobody else can read. */
    boolean isOfTheKernel() {
      return path.startsWith("[v");
    }

    /** What a heap has reserved and nobody may touch. */
    boolean isReserve() {
      return line.contains(" ---p ") && path.isEmpty() && endVpn - startVpn >= RESERVE_PAGES;
    }

    long fileOffset(long vpn) {
      return (offsetPages + vpn - startVpn) << 12;
    }
  }

  private final TreeMap<Long, Mapping> byStart = new TreeMap<>();

  private Mappings() {}

  static Mappings read(int pid) throws IOException {
    Mappings mappings = new Mappings();
    for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/maps"))) {
      Matcher field = LINE.matcher(line);
      if (!field.matches()) {
        throw new IOException("not a mapping: " + line);
      }
      long startVpn = vpn(field.group(1));
      if (startVpn < 1L << 35) {
        mappings.add(
            new Mapping(startVpn, vpn(field.group(2)), vpn(field.group(4)), field.group(6), line));
      }
    }
    return mappings;
  }

  private static long vpn(String hexAddress) {
    return Long.parseUnsignedLong(hexAddress, 16) >>> 12;
  }

  private void add(Mapping mapping) {
    byStart.put(mapping.startVpn(), mapping);
  }

  /** {@return the mapping of a page, or null} */
  @Nullable Mapping of(long vpn) {
    Map.Entry<Long, Mapping> entry = byStart.floorEntry(vpn);
    return entry != null && vpn < entry.getValue().endVpn() ? entry.getValue() : null;
  }

  /** {@return those that processes can write, ever} */
  List<Mapping> all() {
    List<Mapping> all = new ArrayList<>(byStart.values());
    all.removeIf(mapping -> mapping.isOfTheKernel() || mapping.isReserve());
    return all;
  }
}
