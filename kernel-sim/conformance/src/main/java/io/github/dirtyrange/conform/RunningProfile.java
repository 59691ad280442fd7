package io.github.dirtyrange.conform;

import static io.github.dirtyrange.kernel.sim.machine.Quirk.EMPTY_ENTRY_WRITTEN_ANYWHERE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HOLE_NEVER_WRITTEN;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.HUGE_PAGES_UNASKED;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_ACCESSED_CATEGORY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_GUARD_CATEGORY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_PAGEMAP_SCAN;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_SOFT_DIRTY;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_SOFT_OFFLINE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.NO_ZERO_PAGE;
import static io.github.dirtyrange.kernel.sim.machine.Quirk.WRITTEN_OUTSIDE_WRITE_PROTECT;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.machine.Release;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The profile that a machine behaves like: that of its release, corrected by small programs that
 * show a quirk or its absence.
 */
public final class RunningProfile {

  private static final Pattern RELEASE = Pattern.compile("(\\d{1,3}\\.\\d{1,3}(?:\\.\\d{1,5})?).*");

  /** The page that probes look at; it has a neighbour in the same page table. */
  private static final long PAGE = 0x1f8000;

  private static final String MAPPED =
      "p0 mmap start=0x1f8000 length=0x2000 protection=READ|WRITE"
          + " mapFlags=PRIVATE|FIXED|ANONYMOUS\n";
  private static final String SCANNED =
      "p0 scan start=0x1f8000 end=0x1f9000 regions=1 returned=WRITTEN";

  /** A quirk, and a program whose last outcome and page entry show whether the kernel has it. */
  private record Probe(Quirk quirk, String program, Predicate<Seen> shows) {}

  private record Seen(Outcome last, long entry) {

    boolean written() {
      return last.regions().stream().anyMatch(r -> (r.categories() & Categories.WRITTEN) != 0);
    }
  }

  private static final List<Probe> PROBES =
      List.of(
          new Probe(
              NO_SOFT_DIRTY,
              MAPPED + "p0 clear-refs value=4\np0 store address=0x1f8000 value=1",
              seen -> (seen.entry & PagemapEntry.SOFT_DIRTY) == 0),
          new Probe(
              HUGE_PAGES_UNASKED,
              "p0 mmap start=0 length=0x200000 protection=READ|WRITE"
                  + " mapFlags=PRIVATE|FIXED|ANONYMOUS\np0 store address=0 value=1",
              seen -> (seen.entry & PagemapEntry.PRESENT) != 0),
          new Probe(
              NO_ZERO_PAGE,
              MAPPED + "p0 load address=0x1f8000",
              seen -> (seen.entry & PagemapEntry.EXCLUSIVE) != 0),
          new Probe(NO_PAGEMAP_SCAN, MAPPED + SCANNED, seen -> !seen.last.succeeded()));

  /** Probes of what concerns everybody on the machine. */
  private static final List<Probe> PROBES_OF_THE_WHOLE_MACHINE =
      List.of(
          new Probe(
              NO_SOFT_OFFLINE,
              MAPPED + "p0 store address=0x1f8000 value=1\np0 soft-offline address=0x1f8000",
              seen -> !seen.last.succeeded()));

  private static final List<Probe> PROBES_BY_SCAN =
      List.of(
          new Probe(NO_GUARD_CATEGORY, MAPPED + SCANNED + "|GUARD", seen -> !seen.last.succeeded()),
          new Probe(
              NO_ACCESSED_CATEGORY, MAPPED + SCANNED + "|ACCESSED", seen -> !seen.last.succeeded()),
          new Probe(
              WRITTEN_OUTSIDE_WRITE_PROTECT,
              MAPPED + "p0 store address=0x1f8000 value=1\n" + SCANNED,
              Seen::written),
          new Probe(
              EMPTY_ENTRY_WRITTEN_ANYWHERE,
              MAPPED + "p0 store address=0x1f9000 value=1\n" + SCANNED,
              Seen::written),
          new Probe(
              HOLE_NEVER_WRITTEN,
              MAPPED + "p0 uffd-register start=0x1f8000 length=0x2000 uffdMode=WP\n" + SCANNED,
              seen -> seen.last.succeeded() && !seen.written()));

  private RunningProfile() {}

  /** {@return the profile of a machine, whose programs so far are forgotten} */
  public static Profile of(Machine machine) {
    Profile profile = corrected(byRelease(machine.name()), PROBES, machine);
    return profile.has(NO_PAGEMAP_SCAN) ? profile : corrected(profile, PROBES_BY_SCAN, machine);
  }

  /** {@return the same of a machine that is nobody else's, so that more can be tried} */
  public static Profile ofWholeMachine(Machine machine) {
    return corrected(of(machine), PROBES_OF_THE_WHOLE_MACHINE, machine);
  }

  private static Profile corrected(Profile nearest, List<Probe> probes, Machine machine) {
    Profile profile = nearest;
    for (Probe probe : probes) {
      boolean quirk = probe.shows.test(look(machine, ProgramParser.parse(probe.program)));
      if (quirk != profile.has(probe.quirk)) {
        profile = quirk ? profile.with(probe.quirk) : profile.without(probe.quirk);
      }
    }
    return profile;
  }

  /**
   * {@return the profile of a release, or of the nearest that is simulated} Distributions name
   * their kernels x.y.0 for what binary modules see: that says nothing of the stable release.
   */
  static Profile byRelease(String release) {
    Matcher numbers = RELEASE.matcher(release);
    return numbers.matches()
        ? Profile.linux(Release.of(numbers.group(1)).nearestSimulated().toString())
        : Profile.V7_3;
  }

  private static Seen look(Machine machine, Program program) {
    machine.reset(program.layout());
    Outcome last = Outcome.result(0);
    for (Operation operation : program.operations()) {
      last = operation.on(machine);
    }
    long[] entry = new long[1];
    machine.readPagemap(0, Pages.vpn(Layout.BASE + PAGE), 1, entry);
    return new Seen(last, entry[0]);
  }
}
