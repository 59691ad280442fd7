package io.github.dirtyrange.live;

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

  private final Selection selection;
  private final Mappings before;
  private final Mappings now;
  private final ChangedRegions regions = new ChangedRegions();
  private final Map<String, Long> pagesByMapping = new HashMap<>();
  private long pages;
  private long runs;
  private long lastEnd = -1;

  private Attribution(Selection selection, Mappings before, Mappings now) {
    this.selection = selection;
    this.before = before;
    this.now = now;
  }

  /** Looks up what a round found. */
  static Attribution of(ChangedPages changed, Selection selection, Mappings before, Mappings now) {
    Attribution attribution = new Attribution(selection, before, now);
    for (int i = 0; i < changed.regions(); i++) {
      long known = changed.known(i);
      changed.show(
          i,
          (start, end, transitions, state) ->
              attribution.cut(
                  start,
                  end,
                  (from, to, name) ->
                      attribution.regions.add(from, to, transitions, state, known, name)));
    }
    for (int i = 0; i < changed.ranges(); i++) {
      attribution.cut(changed.startVpn(i), changed.endVpn(i), attribution::count);
    }
    return attribution;
  }

  /** {@return ranges as parts of mappings, chosen ones alone} */
  static List<MappedPart> parts(List<PageRange> ranges, Selection selection, Mappings mappings) {
    Attribution attribution = new Attribution(selection, mappings, mappings);
    List<MappedPart> parts = new ArrayList<>();
    for (PageRange range : ranges) {
      attribution.cut(
          range.startVpn(),
          range.endVpn(),
          (from, to, name) -> parts.add(new MappedPart(from, to, name)));
    }
    return parts;
  }

  /** Receives chosen parts of a range. */
  @FunctionalInterface
  private interface Named {
    void part(long startVpn, long endVpn, String mapping);
  }

  private void cut(long startVpn, long endVpn, Named visitor) {
    now.cut(
        startVpn,
        endVpn,
        (from, to, mapping) -> {
          if (mapping == null) {
            before.cut(from, to, (start, end, old) -> hand(start, end, old, visitor));
          } else {
            hand(from, to, mapping, visitor);
          }
        });
  }

  private void hand(long startVpn, long endVpn, @Nullable Vma mapping, Named visitor) {
    String name = mapping == null ? "" : Mappings.name(mapping);
    selection.clip(startVpn, endVpn, mapping, (from, to) -> visitor.part(from, to, name));
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
