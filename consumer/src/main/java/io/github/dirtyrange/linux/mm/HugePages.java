package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many pages one fault may make written, mapping by mapping, from {@code /proc/PID/smaps}: 512
 * where transparent huge pages may appear, a whole page of hugetlbfs, else 1.
 */
public final class HugePages {

  private static final Pattern PAGE_SIZE = Pattern.compile("KernelPageSize: +(\\d+) kB");
  private static final Pattern ELIGIBLE = Pattern.compile("THPeligible: +1");

  /** A mapping's pages and how many of them one fault may make written. */
  record Mapped(PageRange range, long pagesPerFault) {}

  private HugePages() {}

  /**
   * {@return the mappings of a process where one fault may make all pages of a table written}
   *
   * @throws KernelException ESRCH if the process has gone
   */
  public static List<PageRange> places(int pid) {
    return parse(Smaps.read(Path.of("/proc", Integer.toString(pid), "smaps"))).stream()
        .filter(mapped -> mapped.pagesPerFault() >= Pages.PER_TABLE)
        .map(Mapped::range)
        .toList();
  }

  /** {@return the mappings that the file's lines describe} */
  static List<Mapped> parse(String text) {
    List<Mapped> mappings = new ArrayList<>();
    PageRange range = new PageRange(0, 1);
    long pages = 1;
    for (String line : text.split("\n", -1)) {
      Optional<PageRange> start = Smaps.mapping(line);
      Matcher size = PAGE_SIZE.matcher(line);
      if (start.isPresent()) {
        range = start.get();
      } else if (size.matches()) {
        pages = Long.parseLong(size.group(1)) * 1024 / Pages.SIZE;
      } else if (line.startsWith("VmFlags:")) {
        mappings.add(new Mapped(range, pages));
      } else if (ELIGIBLE.matcher(line).matches()) {
        pages = Math.max(pages, Pages.PER_TABLE);
      }
    }
    return mappings;
  }
}
