package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Runs programs on two machines side by side and compares, after every step, the outcome and every
 * page of the arenas in every process that lives.
 */
public final class Comparison {

  private final Machine real;
  private final Machine simulated;
  private final FreeBits freeBits;
  private final Optional<Drains> drains;

  /** By process: whether its pages were in mixed states after the last step. */
  private final boolean[] mixed = new boolean[Machine.CHILDREN + 1];

  private long[] realEntries = new long[0];
  private long[] simulatedEntries = new long[0];

  /** Compares two machines, which stay the caller's to close; freedoms are counted. */
  public Comparison(Machine real, Machine simulated, FreeBits freeBits) {
    this(real, simulated, freeBits, Optional.empty());
  }

  /** Compares queues of two machines as well. */
  Comparison(Machine real, Machine simulated, FreeBits freeBits, Optional<Drains> drains) {
    this.freeBits = freeBits;
    this.real = real;
    this.simulated = simulated;
    this.drains = drains;
  }

  /** Runs a program up to the first difference, which is returned; counts what was compared. */
  public Optional<Mismatch> run(Program program, Tally tally) {
    try {
      return steps(program, tally);
    } finally {
      drains.ifPresent(Drains::close);
    }
  }

  private Optional<Mismatch> steps(Program program, Tally tally) {
    real.reset(program.layout());
    simulated.reset(program.layout());
    drains.ifPresent(each -> each.begin(program.layout()));
    tally.program();
    Arrays.fill(mixed, false);
    ProcessTree processes = new ProcessTree();
    List<Operation> operations = program.operations();
    for (int step = 0; step < operations.size(); step++) {
      Operation operation = operations.get(step);
      List<Operation> done = operations.subList(0, step);
      if (!processes.allows(operation) || skips(done, operation)) {
        continue;
      }
      Optional<Mismatch> mismatch = outcomes(step, operation, tally);
      processes.note(operation);
      if (mismatch.isEmpty()) {
        mismatch = drained(step, operation, processes, tally);
      }
      if (mismatch.isEmpty()) {
        mismatch = pagesOrDeath(step, program.layout(), processes, tally);
      }
      if (mismatch.isPresent()) {
        return mismatch.filter(found -> !freeBits.explains(done, operation, found));
      }
      if (freeBits.ends(done, operation)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private boolean skips(List<Operation> done, Operation next) {
    return freeBits.skips(done, next) || (drains.isPresent() && freeBits.skipsDrained(done, next));
  }

  private Optional<Mismatch> outcomes(int step, Operation operation, Tally tally) {
    Outcome realOutcome;
    try {
      realOutcome = operation.on(real);
    } catch (AgentDiedException e) {
      return Optional.of(
          new Mismatch(
              step,
              operation.name() + " died",
              "the outcome",
              String.valueOf(e.getMessage()),
              simulated.run(operation).toString()));
    }
    Outcome simulatedOutcome = simulated.follow(operation, realOutcome);
    tally.step(operation, realOutcome, mixed[operation.process()]);
    if (realOutcome.equals(simulatedOutcome)) {
      return Optional.empty();
    }
    return Optional.of(
        new Mismatch(
            step,
            operation.name() + ' ' + realOutcome.summary() + ' ' + simulatedOutcome.summary(),
            "the outcome",
            realOutcome.toString(),
            simulatedOutcome.toString()));
  }

  private Optional<Mismatch> drained(
      int step, Operation operation, ProcessTree processes, Tally tally) {
    try {
      return drains.flatMap(each -> each.after(step, operation, processes, tally));
    } catch (MemoryGoneException e) {
      String death = String.valueOf(e.getMessage());
      return Optional.of(new Mismatch(step, "drain died", "the drain", death, "no death"));
    }
  }

  private Optional<Mismatch> pagesOrDeath(
      int step, Layout layout, ProcessTree processes, Tally tally) {
    try {
      return pages(step, layout, processes, tally);
    } catch (AgentDiedException e) {
      String death = String.valueOf(e.getMessage());
      return Optional.of(new Mismatch(step, "pagemap died", "pagemap", death, "no death"));
    }
  }

  private Optional<Mismatch> pages(int step, Layout layout, ProcessTree processes, Tally tally) {
    for (int process = 0; process <= Machine.CHILDREN; process++) {
      if (!processes.isAlive(process)) {
        continue;
      }
      mixed[process] = false;
      for (PageRange range : layout.compared()) {
        Optional<Mismatch> mismatch = pages(step, process, range, tally);
        if (mismatch.isPresent()) {
          return mismatch;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<Mismatch> pages(int step, int process, PageRange range, Tally tally) {
    int count = (int) range.pages();
    if (realEntries.length < count) {
      realEntries = new long[count];
      simulatedEntries = new long[count];
    }
    real.readPagemap(process, range.startVpn(), count, realEntries);
    simulated.readPagemap(process, range.startVpn(), count, simulatedEntries);
    tally.pages(count);
    mixed[process] |= isMixed(count);
    for (int i = 0; i < count; i++) {
      if (!agree(realEntries[i], simulatedEntries[i]) && !isFree(process, range, i)) {
        String where =
            String.format(
                "pagemap of p%d at 0x%x",
                process, Pages.address(range.startVpn() + i) - Layout.BASE);
        long difference = (realEntries[i] ^ simulatedEntries[i]) & ~PagemapEntry.PFN_MASK;
        return Optional.of(
            new Mismatch(
                step,
                "pagemap " + text(difference),
                where,
                text(realEntries[i]),
                text(simulatedEntries[i])));
      }
    }
    return Optional.empty();
  }

  /** {@return whether only soft-dirty differs, of a page that the kernel's queue does not see} */
  private boolean isFree(int process, PageRange range, int page) {
    long difference = (realEntries[page] ^ simulatedEntries[page]) & ~PagemapEntry.PFN_MASK;
    return difference == PagemapEntry.SOFT_DIRTY
        && drains.isPresent()
        && drains.get().leavesUnseen(process, range.startVpn() + page);
  }

  /** {@return whether pages of an arena are in three states or more, untouched being one} */
  private boolean isMixed(int count) {
    long one = realEntries[0] & ~PagemapEntry.PFN_MASK;
    long other = one;
    for (int i = 1; i < count; i++) {
      long entry = realEntries[i] & ~PagemapEntry.PFN_MASK;
      if (entry != one && other == one) {
        other = entry;
      } else if (entry != one && entry != other) {
        return true;
      }
    }
    return false;
  }

  /** Frame numbers differ from machine to machine; so do places in swap. */
  private static boolean agree(long realEntry, long simulatedEntry) {
    return ((realEntry ^ simulatedEntry) & ~PagemapEntry.PFN_MASK) == 0;
  }

  private static String text(long entry) {
    return PagemapEntry.toString(entry);
  }
}
