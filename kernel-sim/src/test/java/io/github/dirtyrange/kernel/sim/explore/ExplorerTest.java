package io.github.dirtyrange.kernel.sim.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.sim.explore.Exploration.TraceStep;
import io.github.dirtyrange.kernel.sim.explore.Exploration.Violation;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.queue.LockedMapQueue;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("long")
class ExplorerTest {

  /**
   * The smallest in which a page is written, drained, and written again behind the drain's back.
   */
  private static final Bounds SMALL = new Bounds(2, 1, 3, 0, 1);

  private static final Bounds WITH_A_MOVE = new Bounds(2, 1, 1, 1, 1);

  private static final Bounds OPENED = new Bounds(2, 1, 2, 0, 1, 1);
  private static final Bounds OFF_AND_ON = new Bounds(2, 1, 3, 0, 1, 2);

  static Stream<String> designs() {
    return QueueDesigns.registered().stream().map(QueueDesign::name);
  }

  /** What is wrong with every design, since it is wrong around the queue. */
  static Stream<Quirk> fatal() {
    Set<Quirk> some =
        EnumSet.of(
            Quirk.MERGE_OUT_OF_ORDER,
            Quirk.DRAIN_WITHOUT_MMAP_LOCK,
            Quirk.WAIT_UNDER_LOCK,
            Quirk.ARM_BEFORE_LISTENING,
            Quirk.ARM_LOSES_HARDWARE_DIRTY);
    return Explorer.QUIRKS.stream().filter(quirk -> !some.contains(quirk));
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyDesignLosesNoWriteInAnyOrderOfSteps(String name) {
    Exploration found = explore(name, SMALL);
    assertThat(found.violation()).isNull();
    assertThat(found.complete()).isTrue();
    assertThat(found.states()).isGreaterThan(1_000);
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyDesignLosesNoWriteToAPageThatMoves(String name) {
    Exploration found = explore(name, WITH_A_MOVE);
    assertThat(found.violation()).isNull();
    assertThat(found.complete()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("fatal")
  void aMistakeInTheProtocolLosesAWriteWhateverTheDesign(Quirk quirk) {
    for (QueueDesign design : QueueDesigns.registered()) {
      assertThat(violation(design.name(), SMALL, quirk).what()).startsWith("lost write");
    }
  }

  /** All that tell one kind of record from another, and so need their order. */
  static Stream<String> ordered() {
    return QueueDesigns.registered().stream()
        .filter(design -> design.claims().always().contains(Law.FOLLOWS_PAGES))
        .map(QueueDesign::name);
  }

  @ParameterizedTest
  @MethodSource("ordered")
  void logsMergedOutOfOrderLeaveAPendingChangeBehind(String name) {
    Violation violation = violation(name, WITH_A_MOVE, Quirk.MERGE_OUT_OF_ORDER);
    assertThat(texts(violation)).anyMatch(text -> text.startsWith("mremap"));
  }

  /** It reports every kind of record as written, and so needs no order. */
  @Test
  void aBitmapIsRightInAnyOrder() {
    assertThat(explore("bitmap", WITH_A_MOVE, Quirk.MERGE_OUT_OF_ORDER).violation()).isNull();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void aPageMovedInTheMiddleOfADrainIsLost(String name) {
    Bounds bounds = new Bounds(2, 1, 2, 1, 1);
    assertThat(explore(name, bounds, Quirk.DRAIN_WITHOUT_MMAP_LOCK).violation()).isNotNull();
  }

  @Test
  void aCpuThatWaitsUnderTheLockIsStuckWithTheReader() {
    Violation violation = violation("ring", new Bounds(2, 3, 4, 0, 1), Quirk.WAIT_UNDER_LOCK);
    assertThat(violation.what()).startsWith("stuck");
    assertThat(texts(violation)).doesNotContain("copy page 0");
  }

  @Test
  void theTraceOfAForgottenFlushIsAShortestOne() {
    Violation violation = violation("locked-map", SMALL, Quirk.NO_FLUSH);
    assertThat(violation.trace())
        .containsExactly(
            reader("begin a drain"),
            cpu("store to page 0: fault"),
            cpu("lock"),
            cpu("record page 0"),
            reader("take what is queued: page 0"),
            cpu("set page 0 writable"),
            cpu("unlock"),
            cpu("walk to page 0, make it Dirty"),
            reader("clear page 0"),
            reader("report page 0"),
            reader("copy page 0"),
            reader("end the drain"),
            cpu("store to page 0 through a stale TLB entry"),
            reader("begin a drain"),
            reader("take what is queued: nothing"),
            reader("end the drain"));
    assertThat(violation.what()).endsWith("step 13 stored to page 0");
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyDesignIsOpenedAndTurnedOffAndOnWhileCpusWrite(String name) {
    Exploration found = explore(name, OFF_AND_ON);
    assertThat(found.violation()).isNull();
    assertThat(found.complete()).isTrue();
    assertThat(found.states()).isGreaterThan(explore(name, OPENED).states());
  }

  @ParameterizedTest
  @MethodSource("designs")
  void pagesMayMoveWhileAQueueIsOpenedAndOff(String name) {
    Exploration found = explore(name, new Bounds(2, 1, 1, 1, 1, 2));
    assertThat(found.violation()).isNull();
    assertThat(found.complete()).isTrue();
  }

  @ParameterizedTest
  @MethodSource("designs")
  void armedBeforeItListensAQueueNeverHearsOfAPage(String name) {
    Violation violation = violation(name, OPENED, Quirk.ARM_BEFORE_LISTENING);
    assertThat(violation.what()).startsWith("lost write");
    assertThat(texts(violation))
        .containsSubsequence("clear page 0", "store to page 0: fault", "listen", "begin a drain");
  }

  /** Opened without the mistake, since it begins open; only the turning on can be wrong. */
  @Test
  void whatIsWrittenBetweenLookingAndListeningIsLost() {
    Violation violation =
        violation("percpu", new Bounds(1, 1, 1, 0, 0, 2), Quirk.ARM_BEFORE_LISTENING);
    assertThat(texts(violation)).contains("listen");
    assertThat(violation.what()).startsWith("lost write");
  }

  @ParameterizedTest
  @MethodSource("designs")
  void openingWithoutAFlushLosesAWrite(String name) {
    assertThat(violation(name, new Bounds(1, 1, 2, 0, 0, 1), Quirk.NO_FLUSH).what())
        .startsWith("lost write");
  }

  /** A page that was not Dirty yet and may be written is met only where a queue is opened. */
  @ParameterizedTest
  @MethodSource("designs")
  void anEntryWrittenBackLosesTheDirtyBitOfTheHardware(String name) {
    Violation violation = violation(name, OPENED, Quirk.ARM_LOSES_HARDWARE_DIRTY);
    assertThat(violation.what()).startsWith("lost data: the entry of page 0 is not Dirty");
    assertThat(texts(violation))
        .containsSubsequence(
            "read the entry of page 0", "walk to page 0, make it Dirty", "clear page 0");
  }

  @ParameterizedTest
  @MethodSource("designs")
  void everyDesignLosesNoWriteAfterItWasUsed(String name) {
    Exploration found = exploreUsed(QueueDesigns.find(name));
    assertThat(found.violation()).isNull();
    assertThat(found.complete()).isTrue();
  }

  /** A new queue has no cache yet, and an emptied one would be taken for new. */
  @Test
  void aCacheThatOutlivesTheDrainIsFoundInAUsedQueue() {
    QueueDesign caching = new CachingDesign(cache -> Optional.empty());
    Exploration ofNew = new Explorer(SMALL, caching, Set.of(), 2_000_000).explore();
    assertThat(ofNew.violation()).isNull();
    assertThat(ofNew.opaque()).isTrue();
    Exploration ofUsed = exploreUsed(caching);
    assertThat(Objects.requireNonNull(ofUsed.violation()).what()).startsWith("lost write");
  }

  @Test
  void aCacheThatTheDesignTellsOfIsPartOfTheState() {
    QueueDesign caching = new CachingDesign(Optional::of);
    Exploration found = new Explorer(SMALL, caching, Set.of(), 2_000_000).explore();
    assertThat(Objects.requireNonNull(found.violation()).what()).startsWith("lost write");
    assertThat(found.opaque()).isFalse();
  }

  @Test
  void aStateThatIsNullIsBlamedOnItsDesign() {
    QueueDesign caching = new CachingDesign(cache -> null);
    assertThatThrownBy(() -> new Explorer(SMALL, caching, Set.of(), 2_000_000).explore())
        .hasMessage("caching: state() is null");
  }

  private static Exploration exploreUsed(QueueDesign design) {
    return new Explorer(SMALL, design, QueueHistory.USED, Set.of(), 2_000_000).explore();
  }

  @Test
  void whetherAQueueRefusedARecordIsTold() {
    assertThat(explore("ring", new Bounds(2, 2, 3, 0, 1)).refused()).isTrue();
    assertThat(explore("percpu", new Bounds(2, 2, 3, 0, 1)).refused()).isFalse();
  }

  /** A CPU does not record what it recorded last; that a drain came between is forgotten. */
  private static final class CachingDesign implements QueueDesign {

    private final Function<List<Long>, Optional<Object>> told;

    /** A design that tells this of its cache. */
    CachingDesign(Function<List<Long>, Optional<Object>> told) {
      this.told = told;
    }

    @Override
    public String name() {
      return "caching";
    }

    @Override
    public Claims claims() {
      return Claims.allBut(Law.BOUNDED);
    }

    @Override
    public RecordQueue open(QueueSpec spec) {
      RecordQueue queue = new LockedMapQueue();
      long[] last = new long[spec.cpus()];
      Arrays.fill(last, -1);
      return new RecordQueue() {
        @Override
        public boolean record(int cpu, long startVpn, long endVpn, long changed) {
          if (last[cpu] == startVpn) {
            return true;
          }
          last[cpu] = startVpn;
          return queue.record(cpu, startVpn, endVpn, changed);
        }

        @Override
        public long drain(RegionVisitor visitor) {
          return queue.drain(visitor);
        }

        @Override
        public void peek(RegionVisitor visitor) {
          queue.peek(visitor);
        }

        @Override
        public Optional<Object> state() {
          return told.apply(Arrays.stream(last).boxed().toList());
        }

        @Override
        public long memoryBytes() {
          return queue.memoryBytes();
        }
      };
    }
  }

  @Test
  void tooManyStatesAreNoAnswer() {
    Exploration found = new Explorer(SMALL, QueueDesigns.find("percpu"), Set.of(), 1_000).explore();
    assertThat(found.complete()).isFalse();
    assertThat(found.violation()).isNull();
  }

  private static Exploration explore(String design, Bounds bounds, Quirk... quirks) {
    return new Explorer(bounds, QueueDesigns.find(design), Set.of(quirks), 2_000_000).explore();
  }

  private static Violation violation(String design, Bounds bounds, Quirk quirk) {
    return Objects.requireNonNull(explore(design, bounds, quirk).violation(), design);
  }

  private static List<String> texts(Violation violation) {
    return violation.trace().stream().map(TraceStep::text).toList();
  }

  private static TraceStep cpu(String text) {
    return new TraceStep(0, text);
  }

  private static TraceStep reader(String text) {
    return new TraceStep(-1, text);
  }
}
