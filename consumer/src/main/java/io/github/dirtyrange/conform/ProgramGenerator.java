package io.github.dirtyrange.conform;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.hash.Hashing;
import io.github.dirtyrange.kernel.PageRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;

/** Makes random programs; the same seed and index always give the same program. */
public final class ProgramGenerator {

  private static final double HUGE_LAYOUT = 0.15;

  private final long seed;
  private final int steps;
  private final List<OperationKind> wheel;

  /**
   * Prepares to make programs.
   *
   * @param steps operations in each
   * @param kinds which kinds of operation may occur
   */
  public ProgramGenerator(long seed, int steps, Collection<OperationKind> kinds) {
    this.seed = seed;
    this.steps = steps;
    ImmutableList.Builder<OperationKind> spokes = ImmutableList.builder();
    ImmutableSortedSet.copyOf(kinds)
        .forEach(kind -> spokes.addAll(Collections.nCopies(kind.weight(), kind)));
    wheel = spokes.build();
  }

  /** {@return program number {@code index}} */
  public Program program(long index) {
    SplittableRandom random = new SplittableRandom(seedOf(index));
    Layout layout = random.nextDouble() < HUGE_LAYOUT ? Layout.HUGE : Layout.SMALL;
    Draws draws = new Draws(random, layout);
    List<Operation> operations = new ArrayList<>(steps);
    open(layout, draws, operations);
    while (operations.size() < steps) {
      Operation operation = wheel.get(random.nextInt(wheel.size())).draw(draws);
      if (isPossible(operation)) {
        note(operation, draws);
        operations.add(operation);
      }
    }
    return new Program(layout, operations);
  }

  private long seedOf(long index) {
    return Hashing.murmur3_128().newHasher().putLong(seed).putLong(index).hash().asLong();
  }

  /** Most programs begin with memory to work on, and many with write-protection on. */
  private void open(Layout layout, Draws draws, List<Operation> operations) {
    if (wheel.contains(OperationKind.MMAP)) {
      for (PageRange arena : layout.arenas()) {
        if (operations.size() < steps / 2 && draws.chance(0.85)) {
          operations.add(readWrite(draws.most(arena)));
        }
      }
    }
    boolean huge = layout.equals(Layout.HUGE) && wheel.contains(OperationKind.MADVISE_HUGEPAGE);
    if (huge && operations.size() < steps / 2 && draws.chance(0.5)) {
      operations.add(OperationKind.MADVISE_HUGEPAGE.draw(draws));
    }
    if (wheel.contains(OperationKind.UFFD_REGISTER)
        && operations.size() < steps / 2
        && draws.chance(0.5)) {
      operations.add(OperationKind.UFFD_REGISTER.draw(draws));
    }
  }

  private static Operation readWrite(Span span) {
    return new Operation.Mmap(
        0,
        span.start(),
        span.length(),
        X64Abi.PROT_READ | X64Abi.PROT_WRITE,
        X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS | X64Abi.MAP_FIXED);
  }

  private static boolean isPossible(Operation operation) {
    if (operation instanceof Operation.Fork fork) {
      return fork.child() != 0;
    }
    return !(operation instanceof Operation.Exit exit) || exit.process() != 0;
  }

  private static void note(Operation operation, Draws draws) {
    if (operation instanceof Operation.Fork fork) {
      draws.setAlive(fork.child(), true);
    } else if (operation instanceof Operation.Exit exit) {
      draws.setAlive(exit.process(), false);
    }
  }
}
