package io.github.dirtyrange.linux.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Presence;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.linux.bpf.Change;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Pages that come and go, records of that, and a reader who knows no more than he is told. */
class ToldPresenceTest {

  private static final int PAGES = 12;
  private static final TrackedRanges RANGES = TrackedRanges.of(new PageRange(0, PAGES));
  private static final long P = Categories.PRESENT;
  private static final long S = Categories.SWAPPED;
  private static final long F = Categories.FILE;
  private static final long MARKER = 1L << 40;
  private static final long MARKER_KIND = 31;

  /** What is done to pages. */
  enum Deed {
    COME(Change.FAULT, P),
    COME_OF_FILE(Change.MAPPED, P | F),
    DROP(Change.ZAPPED, 0),
    SWAP_OUT(Change.RECLAIMED, S),
    UNMAP(Change.UNMAPPED, 0),
    SPLIT_OF_FILE(Change.SPLIT, 0),
    ARM(Change.WRITE_PROTECTED, MARKER);

    private final Change change;
    private final long state;

    Deed(Change change, long state) {
      this.change = change;
      this.state = state;
    }
  }

  /** Something that is done to some pages; with none, a drain of what is recorded. */
  record Step(Deed deed, int page, int pages) {}

  /** Memory, its records, what tells of it, and what the reader knows. */
  private static final class Model {
    private final long[] states = new long[PAGES];
    private final long[] transitions = new long[PAGES];
    private final long[] map = new long[PAGES];
    private final long[] changed = new long[PAGES];
    private final PassedChanges passed = new PassedChanges(RANGES);
    private final ToldPresence told =
        new ToldPresence(new Presence(this::scan, this::pagemap), passed, RANGES);

    private long scan(ScanRequest request, PageRegionBuffer regions) {
      regions.clear();
      long end = Math.min(PAGES, Pages.vpn(request.endAddress()));
      for (long vpn = Pages.vpn(request.startAddress()); vpn < end; vpn++) {
        long state = states[(int) vpn] == MARKER ? S : states[(int) vpn];
        if (state != 0) {
          regions.add(vpn, vpn + 1, state);
        }
      }
      return request.endAddress();
    }

    private int pagemap(long startVpn, int count, long[] entries) {
      for (int i = 0; i < count; i++) {
        long state = states[(int) startVpn + i];
        entries[i] = state == 0 ? 0 : PagemapEntry.SWAPPED | (state == MARKER ? MARKER_KIND : 64);
      }
      return count;
    }

    private void play(Step step) {
      if (step.pages == 0) {
        drain(step.page);
        return;
      }
      int end = Math.min(PAGES, step.page + step.pages);
      for (int page = step.page; page < end; page++) {
        if (applies(step.deed, states[page])) {
          become(page, step.deed);
        }
      }
      passed.add(step.deed.change, Pages.address(step.page), Pages.address(end));
    }

    private static boolean applies(Deed deed, long state) {
      boolean isThere = (state & (P | S)) != 0;
      return switch (deed) {
        case SWAP_OUT -> isThere;
        case SPLIT_OF_FILE -> (state & F) != 0;
        // Of private memory none becomes a file's but by another mapping.
        case ARM, COME_OF_FILE -> !isThere;
        default -> true;
      };
    }

    private void become(int page, Deed deed) {
      // What is a file's goes back there, and not to swap.
      boolean toFile = deed == Deed.SWAP_OUT && (states[page] & F) != 0;
      long state = toFile ? 0 : deed.state;
      transitions[page] |= (states[page] ^ state) & (P | S);
      transitions[page] |= deed == Deed.UNMAP ? Categories.GONE : 0;
      states[page] = state;
    }

    /** A drain that looks at everything, in two steps. */
    private void drain(int border) {
      Arrays.fill(changed, 0);
      OwedRegions owed = new OwedRegions();
      Reader reader = Reader.of(this::take);
      told.complete(owed, 0, border);
      owed.deliver(reader, false);
      told.complete(owed, border, PAGES);
      owed.deliver(reader, true);
      told.end();
      for (int page = 0; page < PAGES; page++) {
        long holds = states[page] == MARKER ? 0 : states[page];
        assertThat(map[page]).as("page %d", page).isEqualTo(holds);
        if ((changed[page] & Categories.COARSE) == 0) {
          assertThat(transitions[page] & ~changed[page]).as("page %d", page).isZero();
        }
      }
      Arrays.fill(transitions, 0);
    }

    private void take(long startVpn, long endVpn, long what, long now) {
      for (int page = (int) startVpn; page < endVpn; page++) {
        assertThat(changed[page]).as("told twice").isZero();
        changed[page] = what;
        boolean unread = (what & Categories.COARSE) != 0;
        long there = states[page] == MARKER ? 0 : states[page];
        map[page] = unread ? there : now;
      }
    }
  }

  @Property
  void whoIsToldKnowsWhatIsInEachPageAndWhatHappened(@ForAll("steps") List<Step> steps) {
    Model model = new Model();
    model.told.begin();
    steps.forEach(model::play);
    model.drain(PAGES / 2);
  }

  @Example
  void whatIsThereAtTheBeginningIsNotTold() {
    Model model = new Model();
    model.play(new Step(Deed.COME, 0, 4));
    model.told.begin();
    model.passed.clear();
    Arrays.fill(model.map, 0, 4, P);
    Arrays.fill(model.transitions, 0);
    model.drain(2);
    assertThat(model.changed).containsOnly(0);
  }

  @Example
  void nothingIsToldOfWhatNothingHappenedTo() {
    Model model = new Model();
    model.play(new Step(Deed.COME, 0, 4));
    model.told.begin();
    Arrays.fill(model.map, 0, 4, P);
    Arrays.fill(model.transitions, 0);
    model.passed.clear();
    model.play(new Step(Deed.COME, 2, 1));
    model.drain(3);
    assertThat(model.changed).containsOnly(0);
  }

  @Example
  void aPageThatWentToSwapAndCameBackHasBothTransitions() {
    Model model = new Model();
    model.told.begin();
    model.play(new Step(Deed.COME, 3, 1));
    model.drain(6);
    model.play(new Step(Deed.SWAP_OUT, 3, 1));
    model.play(new Step(Deed.COME, 3, 1));
    model.drain(6);
    assertThat(model.changed[3]).isEqualTo(P | S);
  }

  @Example
  void aFilesHugePageThatCameAndWasDroppedToBeSplitHasBothTransitions() {
    Model model = new Model();
    model.told.begin();
    model.play(new Step(Deed.COME_OF_FILE, 3, 1));
    model.play(new Step(Deed.SPLIT_OF_FILE, 3, 1));
    model.drain(6);
    assertThat(model.changed[3]).isEqualTo(P | F);
  }

  @Example
  void whereChangesWereLostEverythingMayHaveHappened() {
    Model model = new Model();
    model.told.begin();
    model.play(new Step(Deed.COME, 3, 2));
    model.passed.addUnknown();
    model.drain(6);
    assertThat(model.changed).containsOnly(Categories.GONE | Categories.COARSE);
  }

  @Example
  void byWhatAPageWasChangedIsCounted() {
    Model model = new Model();
    ToldCauses causes = new ToldCauses(model.passed);
    model.play(new Step(Deed.COME, 3, 2));
    model.play(new Step(Deed.DROP, 4, 4));
    causes.told(0, 5);
    assertThat(causes.takeCauses().pages())
        .containsOnly(entry(ChangeCause.FAULT, 2L), entry(ChangeCause.ZAP, 1L));
    causes.end();
    causes.told(0, PAGES);
    assertThat(causes.takeCauses().pages()).isEmpty();
  }

  private static Map.Entry<ChangeCause, Long> entry(ChangeCause cause, long pages) {
    return Map.entry(cause, pages);
  }

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Integer> page = Arbitraries.integers().between(0, PAGES - 1);
    return Combinators.combine(
            Arbitraries.of(Deed.values()), page, Arbitraries.integers().between(0, 4))
        .as(Step::new)
        .list()
        .ofMaxSize(30);
  }
}
