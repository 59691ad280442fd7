package io.github.dirtyrange.kernel.sim.zoo;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Law;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.explore.Bounds;
import io.github.dirtyrange.kernel.sim.explore.Explorer;
import io.github.dirtyrange.kernel.sim.machine.Effect;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.zoo.ScannerCheck.Mark;
import io.github.dirtyrange.kernel.sim.zoo.Specimen.Check;
import io.github.dirtyrange.kernel.sim.zoo.Specimen.OfExplorer;
import io.github.dirtyrange.kernel.sim.zoo.Specimen.OfLaw;
import io.github.dirtyrange.kernel.sim.zoo.Specimen.OfScanner;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Switches every tracking bug on, and has it caught; docs/bug-zoo.md is what this prints. */
@Tag("long")
class BugZooTest {

  private static final int MOST_PROGRAMS = 2_000;
  private static final int PROGRAMS_ON_A_RIGHT_KERNEL = 500;

  private static final Check SOFT_DIRTY =
      new OfScanner(Mark.SOFT_DIRTY, Window.SMALL, ScannerCheck.SOFT_DIRTY_PROGRAMS);
  private static final Check SOFT_DIRTY_OF_MERGES =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(Kind.MMAP, Kind.MMAP_READ_ONLY, Kind.LOAD, Kind.MPROTECT_WRITE, Kind.DRAIN));

  /** One range that mremap moves by whole page tables. */
  private static final Check SOFT_DIRTY_OF_TABLES =
      new OfScanner(Mark.SOFT_DIRTY, Window.LARGE, ScannerCheck.SOFT_DIRTY_PROGRAMS.on(5, 14));

  private static final Check SOFT_DIRTY_OF_REGISTERED =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(Kind.MMAP, Kind.STORE, Kind.LOAD, Kind.REGISTER, Kind.DRAIN));

  private static final Check SOFT_DIRTY_OF_SWAPPED =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(
              Kind.MMAP,
              Kind.STORE,
              Kind.LOAD,
              Kind.PAGEOUT,
              Kind.SWAP_OFF,
              Kind.FORK,
              Kind.DRAIN));

  private static final Check SOFT_DIRTY_OF_SHARED =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(
              Kind.MMAP_SHARED,
              Kind.STORE,
              Kind.LOAD,
              Kind.PAGEOUT,
              Kind.RECLAIM,
              Kind.FORK,
              Kind.DRAIN));

  private static final Check SOFT_DIRTY_OF_MERGED =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(
              Kind.MMAP,
              Kind.STORE,
              Kind.STORE_RANGE,
              Kind.MERGEABLE,
              Kind.MERGE_SAME,
              Kind.UNMERGEABLE,
              Kind.DRAIN));

  private static final Check SOFT_DIRTY_OF_MIGRATED =
      new OfScanner(
          Mark.SOFT_DIRTY,
          Window.SMALL,
          Programs.of(Kind.MMAP, Kind.STORE, Kind.LOAD, Kind.SOFT_OFFLINE, Kind.FORK, Kind.DRAIN));

  private static final Check WRITTEN =
      new OfScanner(Mark.WRITTEN, Window.SMALL, ScannerCheck.WRITTEN_PROGRAMS);

  /** One range of two whole page tables. */
  private static final Check WRITTEN_OF_TABLES =
      new OfScanner(Mark.WRITTEN, Window.LARGE, ScannerCheck.WRITTEN_PROGRAMS.on(4, 16));

  private static final Check KIT_COMPLETE =
      new OfLaw(
          Law.COMPLETE,
          "percpu",
          Programs.of(Kind.MMAP, Kind.STORE, Kind.MPROTECT_READ, Kind.MPROTECT_WRITE, Kind.DRAIN));
  private static final Check KIT_FOLLOWS =
      new OfLaw(
          Law.FOLLOWS_PAGES,
          "percpu",
          Programs.of(Kind.MMAP, Kind.STORE, Kind.RUN_ON, Kind.MREMAP, Kind.DONTNEED, Kind.DRAIN));
  private static final Check KIT_COMPLETE_OF_FILES =
      new OfLaw(
          Law.COMPLETE,
          "percpu",
          Programs.of(
              Kind.MMAP_SHARED,
              Kind.MMAP_FILE,
              Kind.STORE,
              Kind.REMOVE,
              Kind.WRITE_FILE,
              Kind.TRUNCATE,
              Kind.DRAIN));
  private static final Check EXPLORED = new OfExplorer("percpu", new Bounds(2, 1, 3, 0, 1));
  private static final Check EXPLORED_MOVES = new OfExplorer("percpu", new Bounds(2, 1, 2, 1, 1));
  private static final Check EXPLORED_RINGS = new OfExplorer("ring", new Bounds(2, 3, 4, 0, 1));

  private static final Check EXPLORED_OPENING =
      new OfExplorer("percpu", new Bounds(2, 1, 2, 0, 1, 1));

  private static final List<Specimen> ZOO =
      List.of(
          new Specimen(Quirk.NEW_MAPPING_READS_CLEAN, SOFT_DIRTY),
          new Specimen(Quirk.MREMAP_KEEPS_SOFT_DIRTY, SOFT_DIRTY),
          new Specimen(Quirk.TABLE_MOVE_KEEPS_SOFT_DIRTY, SOFT_DIRTY_OF_TABLES),
          new Specimen(Quirk.MERGE_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_MERGES),
          new Specimen(Quirk.REGISTERING_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_REGISTERED),
          new Specimen(Quirk.SWAP_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_SWAPPED),
          new Specimen(Quirk.RECLAIM_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_SHARED),
          new Specimen(Quirk.SAME_PAGE_MERGING_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_MERGED),
          new Specimen(Quirk.MIGRATION_FORGETS_SOFT_DIRTY, SOFT_DIRTY_OF_MIGRATED),
          new Specimen(Quirk.NO_SOFT_DIRTY, SOFT_DIRTY),
          new Specimen(Quirk.MPROTECT_FORGETS_SOFT_DIRTY, KIT_COMPLETE),
          new Specimen(Quirk.READ_FAULT_MAPS_WRITABLE, SOFT_DIRTY),
          new Specimen(Quirk.SCAN_PROTECTS_UNASKED, WRITTEN),
          new Specimen(Quirk.HOLE_NEVER_WRITTEN, WRITTEN_OF_TABLES),
          new Specimen(Quirk.EMPTY_ENTRY_WRITTEN_IF_ASKED_ALONE, WRITTEN),
          new Specimen(Quirk.MERGE_OUT_OF_ORDER, KIT_FOLLOWS),
          new Specimen(Quirk.MERGE_OUT_OF_ORDER, EXPLORED_MOVES),
          new Specimen(Quirk.FILE_CHANGES_UNTOLD, KIT_COMPLETE_OF_FILES),
          new Specimen(Quirk.NO_FLUSH, EXPLORED),
          new Specimen(Quirk.REPORT_FIRST, EXPLORED),
          new Specimen(Quirk.NON_ATOMIC_CLEAR, EXPLORED),
          new Specimen(Quirk.EMPTY_AFTER_READING, EXPLORED),
          new Specimen(Quirk.RECORD_AT_ENTRY, EXPLORED),
          new Specimen(Quirk.RECORD_AFTER_UNLOCK, EXPLORED),
          new Specimen(Quirk.DRAIN_WITHOUT_MMAP_LOCK, EXPLORED_MOVES),
          new Specimen(Quirk.ARM_BEFORE_LISTENING, EXPLORED_OPENING),
          new Specimen(Quirk.ARM_LOSES_HARDWARE_DIRTY, EXPLORED_OPENING),
          new Specimen(Quirk.WAIT_UNDER_LOCK, EXPLORED_RINGS));

  static Stream<Specimen> zoo() {
    return ZOO.stream();
  }

  static Stream<Check> checks() {
    return ZOO.stream().map(Specimen::check).distinct();
  }

  @ParameterizedTest
  @MethodSource("zoo")
  void isCaught(Specimen specimen) {
    int found = specimen.check().search(Specimen.RIGHT.with(specimen.quirk()), MOST_PROGRAMS);
    System.out.printf(
        "| %s | %s | %,d %s |%n",
        specimen.quirk(),
        specimen.check().name(),
        found,
        specimen.check() instanceof OfExplorer ? "steps" : found == 1 ? "program" : "programs");
    assertThat(found).isPositive();
  }

  /** Or it would catch anything. */
  @ParameterizedTest
  @MethodSource("checks")
  void nothingIsCaughtOnAKernelThatIsRight(Check check) {
    assertThat(check.search(Specimen.RIGHT, PROGRAMS_ON_A_RIGHT_KERNEL)).isZero();
  }

  static Stream<Check> scanners() {
    return checks().filter(OfScanner.class::isInstance);
  }

  /**
   * By scanners alone: the kit takes a scan to mean what it means on the newest kernel. Without the
   * one quirk that leaves no scan to check.
   */
  @ParameterizedTest
  @MethodSource("scanners")
  void nothingIsCaughtOnAKernelThatDiffersWithoutLosing(Check check) {
    Profile differing = Specimen.RIGHT;
    for (Quirk quirk : Quirk.values()) {
      if (quirk.effect() != Effect.LOSES && quirk != Quirk.NO_PAGEMAP_SCAN) {
        differing = differing.with(quirk);
      }
    }
    assertThat(check.search(differing, PROGRAMS_ON_A_RIGHT_KERNEL)).isZero();
  }

  @Test
  void whatLosesIsInTheZooAndNothingElse() {
    Set<Quirk> losing = EnumSet.allOf(Quirk.class);
    losing.removeIf(quirk -> quirk.effect() != Effect.LOSES);
    assertThat(inTheZoo()).isEqualTo(losing);
  }

  @Test
  void theWholeProtocolIsInTheZoo() {
    assertThat(inTheZoo()).containsAll(Explorer.QUIRKS);
  }

  private static Set<Quirk> inTheZoo() {
    return ZOO.stream()
        .map(Specimen::quirk)
        .collect(Collectors.toCollection(() -> EnumSet.noneOf(Quirk.class)));
  }
}
