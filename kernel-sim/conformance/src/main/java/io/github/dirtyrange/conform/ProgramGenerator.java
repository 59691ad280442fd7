package io.github.dirtyrange.conform;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.hash.Hashing;
import io.github.dirtyrange.kernel.PageRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/** Makes random programs; the same seed and index always give the same program. */
public final class ProgramGenerator {

  private static final double HUGE_LAYOUT = 0.18;

  private final long seed;
  private final int steps;
  private final Set<String> labels;
  private final List<OperationKind> smallWheel;
  private final List<OperationKind> hugeWheel;

  /**
   * Prepares to make programs.
   *
   * @param steps operations in each
   * @param kinds which kinds of operation may occur
   */
  public ProgramGenerator(long seed, int steps, Collection<OperationKind> kinds) {
    this.seed = seed;
    this.steps = steps;
    labels = kinds.stream().map(OperationKind::label).collect(Collectors.toUnmodifiableSet());
    smallWheel = wheel(kinds, Layout.SMALL);
    hugeWheel = wheel(kinds, Layout.HUGE);
  }

  private static List<OperationKind> wheel(Collection<OperationKind> kinds, Layout layout) {
    ImmutableList.Builder<OperationKind> spokes = ImmutableList.builder();
    ImmutableSortedSet.copyOf(kinds)
        .forEach(kind -> spokes.addAll(Collections.nCopies(kind.weight(layout), kind)));
    return spokes.build();
  }

  /** {@return program number {@code index}} */
  public Program program(long index) {
    SplittableRandom random = new SplittableRandom(seedOf(index));
    Layout layout = random.nextDouble() < HUGE_LAYOUT ? Layout.HUGE : Layout.SMALL;
    Draws draws = new Draws(random, layout);
    List<Operation> operations = new ArrayList<>(steps);
    open(layout, draws, operations);
    List<OperationKind> wheel = layout.equals(Layout.HUGE) ? hugeWheel : smallWheel;
    while (operations.size() < steps) {
      add(wheel.get(random.nextInt(wheel.size())).draw(draws), draws, operations);
    }
    return new Program(layout, operations);
  }

  private void add(List<Operation> drawn, Draws draws, List<Operation> operations) {
    for (Operation operation : drawn) {
      boolean wanted = drawn.size() == 1 || labels.contains(operation.name());
      if (wanted && operations.size() < steps && isPossible(operation)) {
        note(operation, draws);
        operations.add(operation);
      }
    }
  }

  private long seedOf(long index) {
    return Hashing.murmur3_128().newHasher().putLong(seed).putLong(index).hash().asLong();
  }

  /** Most programs begin with memory to work on, and many with write-protection on. */
  private void open(Layout layout, Draws draws, List<Operation> operations) {
    if (may(OperationKind.MMAP)) {
      for (PageRange arena : layout.arenas()) {
        double usual = Layout.isHeap(arena) ? 0.2 : 0.85;
        if (operations.size() < steps / 2 && draws.chance(usual)) {
          operations.add(readWrite(draws.most(arena)));
        }
      }
    }
    boolean huge = layout.equals(Layout.HUGE) && may(OperationKind.MADVISE_HUGEPAGE);
    if (huge && operations.size() < steps / 2 && draws.chance(0.5)) {
      operations.addAll(OperationKind.MADVISE_HUGEPAGE.draw(draws));
    }
    if (may(OperationKind.UFFD_REGISTER) && operations.size() < steps / 2 && draws.chance(0.5)) {
      operations.addAll(OperationKind.UFFD_REGISTER.draw(draws));
    }
  }

  private boolean may(OperationKind kind) {
    return labels.contains(kind.label());
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
