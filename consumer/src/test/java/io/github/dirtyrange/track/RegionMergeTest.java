package io.github.dirtyrange.track;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RegionMergeTest {

  private static final int PAGES = 30;
  private static final long[] CHANGED = {
    0, Categories.WRITTEN, Categories.PRESENT, Categories.GONE, Categories.WRITTEN | Categories.FILE
  };
  private static final long[] NOW = {0, Categories.PRESENT, Categories.SWAPPED};

  /** What a list says of each page: what changed and what holds, or nothing. */
  private static List<String> byPage(ChangedPages list) {
    List<String> pages = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      pages.add("");
    }
    for (int i = 0; i < list.regions(); i++) {
      String backed = list.isFileBacked(i) ? " in a file" : "";
      list.show(
          i,
          (startVpn, endVpn, changed, now) -> {
            for (long vpn = startVpn; vpn < endVpn; vpn++) {
              pages.set((int) vpn, changed + ", " + now + backed);
            }
          });
    }
    return pages;
  }

  /** A list from numbers, one a page: 0 is no region, others are what it says. */
  private static ChangedPages list(List<Integer> numbers) {
    ChangedPages list = new ChangedPages();
    list.clear(Categories.ALL);
    for (int page = 0; page < numbers.size(); page++) {
      int number = numbers.get(page);
      if (number > 0) {
        list.appendJoined(page, page + 1, changed(number), now(number), isBacked(number));
      }
    }
    return list;
  }

  private static long changed(int number) {
    return CHANGED[number % CHANGED.length];
  }

  private static long now(int number) {
    return NOW[number % NOW.length];
  }

  private static boolean isBacked(int number) {
    return number % 4 == 1;
  }

  @Property
  void ofEachPageTheTransitionsOfBothAndWhatHeldLast(
      @ForAll @Size(max = PAGES) List<@IntRange(max = 12) Integer> older,
      @ForAll @Size(max = PAGES) List<@IntRange(max = 12) Integer> newer) {
    List<String> expected = new ArrayList<>();
    for (int page = 0; page < PAGES; page++) {
      int a = page < older.size() ? older.get(page) : 0;
      int b = page < newer.size() ? newer.get(page) : 0;
      int last = b > 0 ? b : a;
      long changed = (a > 0 ? changed(a) : 0) | (b > 0 ? changed(b) : 0);
      String backed = isBacked(last) ? " in a file" : "";
      expected.add(last == 0 ? "" : changed + ", " + now(last) + backed);
    }
    ChangedPages merged = RegionMerge.of(list(older), list(newer));
    assertThat(byPage(merged)).isEqualTo(expected);
    assertCanonical(merged);
  }

  private static void assertCanonical(ChangedPages list) {
    for (int i = 1; i < list.regions(); i++) {
      boolean joins =
          list.regionEnd(i - 1) == list.regionStart(i)
              && list.changed(i - 1) == list.changed(i)
              && list.now(i - 1) == list.now(i)
              && list.isFileBacked(i - 1) == list.isFileBacked(i);
      assertThat(joins).isFalse();
    }
  }
}
