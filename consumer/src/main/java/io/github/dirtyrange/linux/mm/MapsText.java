package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.sys.PrintableName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What {@code /proc/PID/maps} says.
 *
 * <p>The kernel writes some 4 KiB of lines with each read(2), and lets go of the mappings in
 * between ({@code m_start}, fs/proc/task_mmu.c). It goes on at the address where the last line
 * ended; if the mapping there has grown downwards since, it is written whole and overlaps that
 * line.
 */
final class MapsText {

  /**
   * {@code show_map_vma}: start-end rights offset device inode path. A line ends with a newline
   * alone: any other character may be part of a path.
   */
  private static final Pattern LINE =
      Pattern.compile(
          "(\\p{XDigit}+)-(\\p{XDigit}+) ([r-])([w-])([x-])([sp]) "
              + "(\\p{XDigit}+) (\\p{XDigit}+):(\\p{XDigit}+) (\\d+) *(.*)",
          Pattern.DOTALL);

  private static final Pattern NEWLINE = Pattern.compile("\n");

  /** A target that moves mappings faster than this will not stand still for one more. */
  private static final int TRIES = 16;

  private MapsText() {}

  /** {@return the mappings that lines of the file describe} */
  static List<Vma> parse(String text) {
    return NEWLINE.splitAsStream(text).map(MapsText::parseLine).toList();
  }

  /**
   * {@return the mappings that a text describes, in ascending order and disjoint} While it
   * contradicts itself the file is read again; if it always does, the lines that were written last
   * are believed.
   */
  static List<Vma> settled(String text, Supplier<String> again) {
    List<Vma> mappings = parse(text);
    for (int i = 1; i < TRIES && !isDisjoint(mappings); i++) {
      mappings = parse(again.get());
    }
    return isDisjoint(mappings) ? mappings : newest(mappings);
  }

  private static boolean isDisjoint(List<Vma> mappings) {
    for (int i = 1; i < mappings.size(); i++) {
      if (mappings.get(i).startVpn() < mappings.get(i - 1).endVpn()) {
        return false;
      }
    }
    return true;
  }

  /** Cuts from each mapping what a later line says of the same pages. */
  private static List<Vma> newest(List<Vma> mappings) {
    List<Vma> kept = new ArrayList<>(mappings.size());
    for (Vma vma : mappings) {
      int last = kept.size() - 1;
      while (last >= 0 && kept.get(last).startVpn() >= vma.startVpn()) {
        kept.remove(last--);
      }
      if (last >= 0 && kept.get(last).endVpn() > vma.startVpn()) {
        kept.set(last, kept.get(last).endingAt(vma.startVpn()));
      }
      kept.add(vma);
    }
    return List.copyOf(kept);
  }

  private static Vma parseLine(String line) {
    Matcher field = LINE.matcher(line);
    if (!field.matches()) {
      throw new IllegalArgumentException("not a line of /proc/PID/maps: " + line);
    }
    return new Vma(
        Pages.vpn(number(field.group(1))),
        Pages.vpn(number(field.group(2))),
        field.group(3).equals("r"),
        field.group(4).equals("w"),
        field.group(5).equals("x"),
        field.group(6).equals("s"),
        number(field.group(7)),
        Vma.device(number(field.group(8)), number(field.group(9))),
        Long.parseUnsignedLong(field.group(10)),
        PrintableName.of(field.group(11)));
  }

  private static long number(String hex) {
    return Long.parseUnsignedLong(hex, 16);
  }
}
