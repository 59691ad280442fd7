package io.github.dirtyrange.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.UnreadReason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/** Writes random generations into a store, and remembers what their pages were. */
public final class ModelStore {

  static final UUID TRACKER = new UUID(1, 2);

  /** A generation as it was told: of each page one of the numbers of {@link Plan}. */
  public record Told(UUID id, long epoch, List<SavedMapping> mappings, Map<Long, Integer> pages) {}

  private final List<Told> told = new ArrayList<>();

  /** {@return what was told, oldest first} */
  public List<Told> told() {
    return told;
  }

  void writeAll(SnapshotStore store, List<Plan> plans) throws IOException {
    for (Plan plan : plans) {
      write(store, plan);
    }
  }

  GenerationCounts write(SnapshotStore store, Plan plan) throws IOException {
    Optional<Told> parent =
        plan.parent() < 0 || told.isEmpty()
            ? Optional.empty()
            : Optional.of(told.get(plan.parent() % told.size()));
    long epoch = told.size() + 10L;
    Map<Long, Integer> pages = new TreeMap<>();
    try (GenerationWriter writer = store.begin(header(epoch, parent))) {
      int at = 0;
      for (SavedMapping mapping : plan.mappings()) {
        writer.mapping(mapping);
        int count = (int) (mapping.endVpn() - mapping.startVpn());
        List<Integer> planned = plan.pages().subList(at, at + count);
        for (int i = 0; i < count; i++) {
          long vpn = mapping.startVpn() + i;
          pages.put(vpn, resolved(planned.get(i), vpn, parent));
        }
        tell(writer, mapping, planned, pages, parent);
        at += count;
      }
      Generation generation = writer.commit();
      told.add(new Told(generation.id(), epoch, plan.mappings(), pages));
      return writer.counts();
    }
  }

  static GenerationHeader header(long epoch, Optional<Told> parent) {
    return new GenerationHeader(
        Plan.PAGE,
        TRACKER,
        epoch,
        parent.map(of -> new GenerationHeader.Parent(of.id(), of.epoch())),
        4711,
        99,
        1_000,
        true,
        false);
  }

  /** What the parent does not have cannot be unchanged since: it is told with its bytes. */
  private static int resolved(int page, long vpn, Optional<Told> parent) {
    if (page < Plan.UNCHANGED) {
      return page;
    }
    return parent.map(of -> of.pages().get(vpn)).orElse(page % Plan.CONTENTS);
  }

  private static void tell(
      GenerationWriter writer,
      SavedMapping mapping,
      List<Integer> plan,
      Map<Long, Integer> pages,
      Optional<Told> parent)
      throws IOException {
    long vpn = mapping.startVpn();
    while (vpn < mapping.endVpn()) {
      int kind = kind(plan.get((int) (vpn - mapping.startVpn())), vpn, parent);
      long end = vpn + 1;
      while (end < mapping.endVpn()
          && kind(plan.get((int) (end - mapping.startVpn())), end, parent) == kind) {
        end++;
      }
      tell(writer, kind, vpn, end, pages);
      vpn = end;
    }
  }

  private static int kind(int page, long vpn, Optional<Told> parent) {
    if (page < Plan.CONTENTS) {
      return 0;
    }
    boolean there = parent.isPresent() && parent.get().pages().containsKey(vpn);
    return page < Plan.UNCHANGED ? page : there ? Plan.UNCHANGED : 0;
  }

  private static void tell(
      GenerationWriter writer, int kind, long start, long end, Map<Long, Integer> pages)
      throws IOException {
    switch (kind) {
      case 0 -> {
        ByteBuffer bytes = ByteBuffer.allocateDirect((int) (end - start) * Plan.PAGE);
        for (long vpn = start; vpn < end; vpn++) {
          bytes.put(content(pages.getOrDefault(vpn, -1)));
        }
        writer.data(start, bytes.flip());
      }
      case Plan.ZERO -> writer.zero(start, end);
      case Plan.NOTHING -> writer.nothing(start, end);
      case Plan.SWAPPED -> writer.swapped(start, end);
      case Plan.FILE -> writer.file(start, end);
      case Plan.UNREAD -> writer.unread(start, end, UnreadReason.FAULT);
      default -> writer.parent(start, end);
    }
  }

  /** {@return a page of some content: 0 is zeros} */
  public static byte[] content(int content) {
    byte[] page = new byte[Plan.PAGE];
    Arrays.fill(page, (byte) content);
    if (content != 0) {
      page[Plan.PAGE - 1] = 77;
    }
    return page;
  }

  /** Checks that the first generations of a store are those that were told, page by page. */
  void requireIn(SnapshotStore store) throws IOException {
    for (int i = 0; i < told.size(); i++) {
      Told each = told.get(i);
      Generation generation = store.generations().get(i);
      assertThat(generation.id()).isEqualTo(each.id());
      assertThat(generation.mappings()).isEqualTo(each.mappings());
      requireCanonical(generation);
      PageReader reader = generation.pages();
      for (Map.Entry<Long, Integer> page : each.pages().entrySet()) {
        requirePage(reader, page.getKey(), page.getValue());
      }
    }
  }

  /** Ranges cover the mappings, and none goes on where the one before could have. */
  private static void requireCanonical(Generation generation) {
    List<StoredRange> ranges = generation.ranges();
    int at = 0;
    for (SavedMapping mapping : generation.mappings()) {
      long next = mapping.startVpn();
      while (next < mapping.endVpn()) {
        StoredRange range = ranges.get(at);
        assertThat(range.startVpn()).isEqualTo(next);
        if (next > mapping.startVpn()) {
          assertThat(goesOn(ranges.get(at - 1), range)).as(range.toString()).isFalse();
        }
        next = range.endVpn();
        at++;
      }
      assertThat(next).isEqualTo(mapping.endVpn());
    }
    assertThat(ranges).hasSize(at);
  }

  private static boolean goesOn(StoredRange before, StoredRange range) {
    long pages = before.endVpn() - before.startVpn();
    boolean stored = range.pageClass() == PageClass.DATA || range.pageClass() == PageClass.SAME;
    StoredRange alike =
        new StoredRange(
            range.startVpn(),
            range.endVpn(),
            before.pageClass(),
            before.source(),
            before.pageIndex() + (stored ? pages : 0),
            before.reason());
    return range.equals(alike);
  }

  private static void requirePage(PageReader reader, long vpn, int page) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(Plan.PAGE);
    PageClass read = reader.read(vpn, bytes);
    String which = "page " + vpn + " of " + page;
    if (page == Plan.ZERO || page < Plan.CONTENTS) {
      assertThat(bytes.array()).as(which).isEqualTo(content(page == Plan.ZERO ? 0 : page));
      assertThat(bytes.hasRemaining()).as(which).isFalse();
      assertThat(read.hasBytes()).as(which).isTrue();
      return;
    }
    assertThat(bytes.position()).as(which).isZero();
    assertThat(read).as(which).isEqualTo(classOf(page));
  }

  private static PageClass classOf(int page) {
    return switch (page) {
      case Plan.NOTHING -> PageClass.NOTHING;
      case Plan.SWAPPED -> PageClass.SWAPPED;
      case Plan.FILE -> PageClass.FILE;
      default -> PageClass.UNREAD;
    };
  }
}
