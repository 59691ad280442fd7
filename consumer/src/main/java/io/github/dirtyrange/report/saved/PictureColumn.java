package io.github.dirtyrange.report.saved;

import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.report.live.FoldedSpace;
import io.github.dirtyrange.report.saved.ShowReport.Shown;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedRange;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** A generation, or several that follow each other, row by row of a picture. */
final class PictureColumn {

  private final long first;
  private final long last;

  /** Pages, by class and row. */
  private final long[][] pages;

  private PictureColumn(long first, long last, int rows) {
    this.first = first;
    this.last = last;
    pages = new long[1 + PageClass.values().length][rows];
  }

  /** {@return at most so many columns; where there are more generations, each has several} */
  static List<PictureColumn> of(List<Shown> memories, FoldedSpace space, int most) {
    List<PictureColumn> columns = new ArrayList<>();
    int each = Math.max(1, (memories.size() + most - 1) / most);
    for (int i = 0; i < memories.size(); i += each) {
      columns.add(of(memories.subList(i, Math.min(memories.size(), i + each)), space));
    }
    return columns;
  }

  private static PictureColumn of(List<Shown> memories, FoldedSpace space) {
    PictureColumn column =
        new PictureColumn(
            memories.get(0).facts().number(),
            memories.get(memories.size() - 1).facts().number(),
            space.rows().size());
    for (Shown shown : memories) {
      for (SavedRange range : shown.facts().memory().saved()) {
        space.count(range.startVpn(), range.endVpn(), column.pages[range.pageClass().code()]);
      }
    }
    return column;
  }

  String title() {
    return first == last ? Long.toString(first) : first + " to " + last;
  }

  String longTitle() {
    return (first == last ? "generation " : "generations ") + title();
  }

  /** {@return the classes that some page has} */
  Set<PageClass> classes() {
    Set<PageClass> classes = EnumSet.noneOf(PageClass.class);
    for (PageClass each : PageClass.values()) {
      for (long count : pages[each.code()]) {
        if (count != 0) {
          classes.add(each);
        }
      }
    }
    return classes;
  }

  long pages(int row) {
    long sum = 0;
    for (long[] each : pages) {
      sum += each[row];
    }
    return sum;
  }

  private long pages(PageClass pageClass, int row) {
    return pages[pageClass.code()][row];
  }

  /** {@return the class that most pages of a row have} */
  PageClass most(int row) {
    PageClass most = PageClass.NOTHING;
    for (PageClass each : PageClass.values()) {
      if (pages(each, row) > pages(most, row)) {
        most = each;
      }
    }
    return most;
  }

  /** {@return the share of a row's pages that were stored, from 0 to 1} */
  double writtenShare(int row) {
    return (double) pages(PageClass.DATA, row) / pages(row);
  }

  /** {@return how many pages of a row are what} */
  String counts(int row) {
    List<String> counts = new ArrayList<>();
    for (PageClass each : PageClass.values()) {
      if (pages(each, row) != 0) {
        counts.add(PictureStyle.name(each) + " " + Units.count(pages(each, row)));
      }
    }
    return String.join(", ", counts);
  }
}
