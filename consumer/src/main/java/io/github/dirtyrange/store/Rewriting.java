package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import it.unimi.dsi.fastutil.longs.LongArrayList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a generation says of its pages once others are gone. The pages that it stores keep their
 * places, as others name those; pages that it takes over come behind them. All classes and bytes
 * are what they were.
 */
final class Rewriting {

  private final Generation of;
  private final boolean isWhole;
  private final List<UUID> replaced;
  private final MovedPages moved;
  private final PlaceFinder places;
  private final RangeBuilder ranges = new RangeBuilder();
  private final Map<UUID, Integer> sources = new LinkedHashMap<>();

  /** Where the pages are that it takes over, in their new order. */
  private final LongArrayList taken = new LongArrayList();

  private Rewriting(
      SnapshotStore store, Generation of, boolean isWhole, List<UUID> replaced, MovedPages moved) {
    this.of = of;
    this.isWhole = isWhole;
    this.replaced = replaced;
    this.moved = moved;
    places = new PlaceFinder(store, of);
  }

  /** {@return that of a generation that is to lean on no parent} */
  static Rewriting whole(SnapshotStore store, Generation of, MovedPages moved, Set<UUID> replaced)
      throws SavedException {
    List<UUID> all = new ArrayList<>(replaced);
    for (UUID before : of.index().replaced()) {
      if (!replaced.contains(before) && store.generation(before).isPresent()) {
        all.add(before);
      }
    }
    Rewriting rewriting = new Rewriting(store, of, true, all, moved);
    rewriting.all();
    return rewriting;
  }

  /** {@return that of a generation that names pages of those that go} */
  static Rewriting linked(SnapshotStore store, Generation of, MovedPages moved)
      throws SavedException {
    Rewriting rewriting = new Rewriting(store, of, false, of.index().replaced(), moved);
    rewriting.all();
    return rewriting;
  }

  private void all() throws SavedException {
    RangeTable before = of.index().ranges();
    int range = 0;
    for (SavedMapping mapping : of.mappings()) {
      ranges.mapping(mapping);
      while (ranges.next() < mapping.endVpn()) {
        range(before, range);
        range++;
      }
    }
  }

  private void range(RangeTable before, int range) throws SavedException {
    PageClass pageClass = before.pageClass(range);
    boolean stays = pageClass == PageClass.PARENT ? !isWhole : pageClass != PageClass.SAME;
    long end = before.end(range);
    if (stays) {
      ranges.add(end, pageClass, before.detail(range), before.pageIndex(range));
    }
    while (ranges.next() < end) {
      run(Objects.requireNonNull(places.find(ranges.next())));
    }
  }

  private void run(PageRun run) throws SavedException {
    if (!run.isStored()) {
      ranges.add(run.endVpn(), run.pageClass(), run.detail(), 0);
    } else if (moved.isGone(run.storedIn())) {
      for (long vpn = run.startVpn(); vpn < run.endVpn(); vpn++) {
        moved(run.storedIn(), run.indexOf(vpn));
      }
    } else {
      same(run.endVpn(), run.storedIn().id(), run.pageIndex());
    }
  }

  /** The first one that needs a page takes it, and others have it from there. */
  private void moved(Generation from, long pageIndex) throws SavedException {
    long next = of.storedPages() + taken.size();
    if (next >= Integer.MAX_VALUE - Long.BYTES) {
      throw new SavedException(
          Kind.INDEX, of.title() + " would store more than " + next + " pages");
    }
    long place = PageLookup.place(of.number(), next);
    long now = moved.move(from, pageIndex, place);
    if (now == place) {
      taken.add(PageLookup.place(from.number(), pageIndex));
      ranges.add(ranges.next() + 1, PageClass.DATA, 0, next);
    } else {
      same(ranges.next() + 1, moved.id(now), PageLookup.pageIndex(now));
    }
  }

  private void same(long endVpn, UUID source, long pageIndex) {
    Integer known = sources.putIfAbsent(source, sources.size());
    ranges.add(endVpn, PageClass.SAME, known == null ? sources.size() - 1 : known, pageIndex);
  }

  Generation of() {
    return of;
  }

  /** {@return where the pages are that it takes over, in their new order} */
  LongArrayList taken() {
    return taken;
  }

  /**
   * {@return the index}
   *
   * @param added the file of the pages that it took over; nothing where there are none
   * @param sums their checksums
   */
  Index index(Optional<PagesPart> added, LongArrayList sums) {
    Index before = of.index();
    List<PagesPart> parts = new ArrayList<>(before.parts());
    added.ifPresent(parts::add);
    LongArrayList checksums = new LongArrayList(before.checksums());
    checksums.addAll(sums);
    return new Index(
        before.id(),
        before.number(),
        isWhole ? withoutParent(before.header()) : before.header(),
        before.notes(),
        replaced,
        before.mappings(),
        List.copyOf(sources.keySet()),
        parts,
        ranges.ranges(),
        checksums);
  }

  private static GenerationHeader withoutParent(GenerationHeader header) {
    return new GenerationHeader(
        header.pageSize(),
        header.tracker(),
        header.epoch(),
        Optional.empty(),
        header.pid(),
        header.startTicks(),
        header.wallMillis(),
        header.stopped(),
        header.exact());
  }
}
