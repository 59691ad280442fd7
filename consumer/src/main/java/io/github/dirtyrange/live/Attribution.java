package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.ChangeSink;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.live.result.ChangedRegions;
import io.github.dirtyrange.live.result.LiveTotals;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.live.result.MappingShare;
import io.github.dirtyrange.track.ChangedPages;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Says of changed pages in which mapping they lie, and leaves out what nobody asked for. A page
 * that is not mapped any more goes by the mapping that it was in.
 */
final class Attribution {

  /** Where memory was mapped that came and went between two looks at the mappings. */
  static final String UNKNOWN = "[unknown]";

  private final ChangedRegions regions = new ChangedRegions();
  private final Map<String, Long> pagesByMapping = new HashMap<>();
  private long pages;
  private long runs;
  private long lastEnd = -1;

  private Attribution() {}

  /** Looks up what a round found. */
  static Attribution of(ChangedPages changed, Selection selection, Mappings before, Mappings now) {
    Attribution attribution = new Attribution();
    CutRegions regions = new CutRegions(attribution.regions, selection, before, now);
    for (int i = 0; i < changed.regions(); i++) {
      regions.known = changed.known(i);
      changed.show(i, regions);
    }
    Cut counted = new Cut(selection, before, now, attribution::count);
    for (int i = 0; i < changed.ranges(); i++) {
      counted.cut(changed.startVpn(i), changed.endVpn(i));
    }
    return attribution;
  }

  /** {@return ranges as parts of mappings, chosen ones alone} */
  static List<MappedPart> parts(List<PageRange> ranges, Selection selection, Mappings mappings) {
    List<MappedPart> parts = new ArrayList<>();
    Cut cut =
        new Cut(
            selection,
            mappings,
            mappings,
            (from, to, name) -> parts.add(new MappedPart(from, to, name)));
    for (PageRange range : ranges) {
      cut.cut(range.startVpn(), range.endVpn());
    }
    return parts;
  }

  /** Receives chosen parts of a range. */
  @FunctionalInterface
  private interface Named {
    void part(long startVpn, long endVpn, String mapping);
  }

  /**
   * Cuts ranges where mappings end. One object for all the ranges of a round: there may be a
   * thousand a second for hours.
   */
  private static final class Cut implements Mappings.Visitor {

    private final Selection selection;
    private final Mappings before;
    private final Mappings now;
    private final Mappings.Visitor gone = this::hand;
    private final Named visitor;

    Cut(Selection selection, Mappings before, Mappings now, Named visitor) {
      this.selection = selection;
      this.before = before;
      this.now = now;
      this.visitor = visitor;
    }

    void cut(long startVpn, long endVpn) {
      now.cut(startVpn, endVpn, this);
    }

    @Override
    public void part(long startVpn, long endVpn, @Nullable Vma mapping) {
      if (mapping == null) {
        before.cut(startVpn, endVpn, gone);
      } else {
        hand(startVpn, endVpn, mapping);
      }
    }

    private void hand(long startVpn, long endVpn, @Nullable Vma mapping) {
      String name = mapping == null ? UNKNOWN : Mappings.name(mapping);
      if (selection.isAllOf(mapping)) {
        visitor.part(startVpn, endVpn, name);
      } else {
        selection.clip(startVpn, endVpn, mapping, (from, to) -> visitor.part(from, to, name));
      }
    }
  }

  /** Adds the parts of the regions that it is shown. */
  private static final class CutRegions implements ChangeSink {

    private final Cut cut;
    private long transitions;
    private long state;
    private long known;

    CutRegions(ChangedRegions regions, Selection selection, Mappings before, Mappings now) {
      cut =
          new Cut(
              selection,
              before,
              now,
              (from, to, name) -> regions.add(from, to, transitions, state, known, name));
    }

    @Override
    public void accept(long startVpn, long endVpn, long changed, long now) {
      transitions = changed;
      state = now;
      cut.cut(startVpn, endVpn);
    }
  }

  private void count(long startVpn, long endVpn, String mapping) {
    pages += endVpn - startVpn;
    pagesByMapping.merge(mapping, endVpn - startVpn, Long::sum);
    runs += startVpn == lastEnd ? 0 : 1;
    lastEnd = endVpn;
  }

  ChangedRegions regions() {
    return regions;
  }

  /** {@return pages to copy} */
  long pages() {
    return pages;
  }

  /** {@return ranges that these lie in} */
  long runs() {
    return runs;
  }

  List<MappingShare> mappings() {
    return LiveTotals.shares(pagesByMapping);
  }
}
