package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRegion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/**
 * Which pages same-page merging made one, told by frame numbers before and after: the merged page
 * keeps its frame, and others come to it. (The kernel's flag for merged pages, in kpageflags, is
 * also set of ordinary anonymous pages on some kernels.)
 */
final class MergedPages {

  private final SortedMap<Integer, PresentPages> pages = new TreeMap<>();

  private MergedPages() {}

  /** {@return the pages in memory of every process that lives} */
  static MergedPages look(IntPredicate isAlive, IntFunction<PresentPages> present) {
    MergedPages look = new MergedPages();
    for (int slot = 0; slot <= Machine.CHILDREN; slot++) {
      if (isAlive.test(slot)) {
        look.pages.put(slot, present.apply(slot));
      }
    }
    return look;
  }

  /** {@return the pages that share a frame to which some came since an earlier look} */
  List<PageRegion> since(MergedPages before) {
    Set<Long> joined = new TreeSet<>();
    before.forEach((process, page, frame) -> joined.add(moved(frame, process, page)));
    joined.remove(0L);
    Map<Long, Integer> groups = new HashMap<>();
    List<PageRegion> merged = new ArrayList<>();
    forEach(
        (process, page, frame) -> {
          if (joined.contains(frame)) {
            int group = groups.computeIfAbsent(frame, f -> groups.size());
            boolean kept = before.frame(process, page) == frame;
            merged.add(new MergedPage(process, kept, group).at(page));
          }
        });
    return merged;
  }

  /** {@return the frame of a page that had another before, 0 if it is still in that one} */
  private long moved(long before, int process, int page) {
    long now = frame(process, page);
    return now == before ? 0 : now;
  }

  private long frame(int process, int page) {
    PresentPages present = pages.get(process);
    return present == null ? 0 : present.frame(page);
  }

  private void forEach(PageVisitor visitor) {
    pages.forEach(
        (process, present) -> {
          for (int page = 0; page < present.count(); page++) {
            if (present.frame(page) != 0) {
              visitor.page(process, page, present.frame(page));
            }
          }
        });
  }

  @FunctionalInterface
  private interface PageVisitor {
    void page(int process, int page, long frame);
  }
}
