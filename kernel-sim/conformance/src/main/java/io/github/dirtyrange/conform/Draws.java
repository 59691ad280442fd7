package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * The random choices for one program, biased to where kernels go wrong: borders of arenas, of
 * blocks of 2 MiB, and of the ranges that earlier operations named.
 */
final class Draws {

  private static final int KEPT_BORDERS = 24;
  private static final int SMALL_PAGES = 6;
  private static final long FOREIGN_WRITE_BYTES = 64L * Pages.SIZE;

  private final SplittableRandom random;
  private final List<PageRange> arenas;
  private final long[] fixedBorders;
  private final List<Long> borders = new ArrayList<>();
  private Span registered = new Span(0, 0);
  private final boolean[] alive = new boolean[Machine.CHILDREN + 1];

  /** Starts the choices for a program in a layout. */
  Draws(SplittableRandom random, Layout layout) {
    this.random = random;
    this.arenas = layout.arenas();
    this.fixedBorders = arenas.stream().flatMapToLong(Draws::fixedBorders).distinct().toArray();
    alive[0] = true;
  }

  /** {@return true with a probability} */
  boolean chance(double probability) {
    return random.nextDouble() < probability;
  }

  /** {@return a number from 0 to {@code bound - 1}} */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** {@return what a store stores} */
  long value() {
    return 1L + below(9);
  }

  /** {@return one of the values} */
  long oneOf(long... values) {
    return values[random.nextInt(values.length)];
  }

  /** {@return some of the bits, each with a probability} */
  long someBits(long bits, double probability) {
    long some = 0;
    for (long rest = bits; rest != 0; rest &= rest - 1) {
      if (chance(probability)) {
        some |= Long.lowestOneBit(rest);
      }
    }
    return some;
  }

  /** {@return a process that lives} */
  int process() {
    if (chance(0.5)) {
      return 0;
    }
    int slot = random.nextInt(alive.length);
    return alive[slot] ? slot : 0;
  }

  /** {@return a child that lives, or 0} */
  int child() {
    int slot = 1 + random.nextInt(Machine.CHILDREN);
    return alive[slot] ? slot : 0;
  }

  /** {@return a place for a child where none lives, or 0} */
  int freeSlot() {
    int slot = 1 + random.nextInt(Machine.CHILDREN);
    return alive[slot] ? 0 : slot;
  }

  /** Notes that a process began or ended. */
  void setAlive(int slot, boolean lives) {
    alive[slot] = lives;
  }

  /** {@return the address of a page of an arena, sometimes of a fence} */
  long page() {
    if (chance(0.55)) {
      return border() - oneOf(0, Pages.SIZE);
    }
    PageRange arena = arena();
    return Pages.address(arena.startVpn() + random.nextLong(arena.pages()));
  }

  /** {@return a range, as a rule within an arena and whole pages, now and then a wrong one} */
  Span span() {
    return chance(0.04) ? wrongSpan() : pages();
  }

  /** {@return a range of whole pages, as a rule within an arena} */
  Span pages() {
    PageRange arena = arena();
    long first = Pages.address(arena.startVpn());
    long last = Pages.address(arena.endVpn());
    long start = chance(0.6) ? clamp(border(), first, last - Pages.SIZE) : within(arena);
    long end = Math.min(start + length(start, last), last);
    remember(start);
    remember(end);
    return new Span(start, end - start);
  }

  /** {@return a few pages: what is taken away should not be all} */
  Span few() {
    Span span = span();
    boolean large = span.length() > Pages.address(SMALL_PAGES);
    return large && chance(0.85) ? new Span(span.start(), Pages.SIZE) : span;
  }

  /** {@return a file that can be written} */
  int file() {
    return below(2) == 0 ? Files.MEMFD : Files.DISK;
  }

  /** {@return a place in a file, mostly before its end} */
  long fileOffset() {
    return Pages.address(random.nextLong(Files.BYTES / Pages.SIZE * 5 / 4));
  }

  /** {@return a range no longer than what {@link Operation.ForeignWrite} has zeros for} */
  Span writable() {
    Span span = span();
    return new Span(span.start(), Math.min(span.length(), FOREIGN_WRITE_BYTES));
  }

  /** {@return a range in the last one that was put under write-protection, or any} */
  Span armable() {
    if (registered.length() <= 0 || chance(0.15)) {
      return span();
    }
    long pages = registered.length() / Pages.SIZE;
    if (pages == 0 || chance(0.25)) {
      return registered;
    }
    long first = random.nextLong(pages);
    long count = 1 + random.nextLong(Math.min(pages - first, SMALL_PAGES));
    return new Span(registered.start() + Pages.address(first), Pages.address(count));
  }

  /** Notes that a range was put under write-protection. */
  void setRegistered(Span span) {
    registered = span;
  }

  /** {@return a block of 2 MiB, or two, where the layout has any; else any range} */
  Span blocks() {
    PageRange arena = arena();
    long first = (arena.startVpn() / Pages.PER_TABLE + 1) * Pages.PER_TABLE;
    long blocks = (arena.endVpn() - first) / Pages.PER_TABLE;
    if (blocks <= 0) {
      return span();
    }
    long skipped = random.nextLong(blocks);
    long count = chance(0.8) ? 1 : blocks - skipped;
    return new Span(
        Pages.address(first + skipped * Pages.PER_TABLE), Pages.address(count * Pages.PER_TABLE));
  }

  /** {@return a block of 2 MiB, or two, of an arena that has any; remembered as borders} */
  Span wholeBlocks() {
    Span blocks = blocks();
    while (blocks.length() % Pages.address(Pages.PER_TABLE) != 0 || blocks.length() <= 0) {
      blocks = blocks();
    }
    remember(blocks.start());
    remember(blocks.end());
    return blocks;
  }

  /** {@return the whole of an arena, or nearly} */
  Span most() {
    return most(arena());
  }

  /** {@return the whole of the arena, or nearly} */
  Span most(PageRange arena) {
    long cutStart = chance(0.3) ? random.nextInt(4) : 0;
    long cutEnd = chance(0.3) ? random.nextInt(4) : 0;
    long start = Pages.address(arena.startVpn() + cutStart);
    return new Span(start, Pages.address(arena.endVpn() - cutEnd) - start);
  }

  private Span wrongSpan() {
    Span right = pages();
    return switch (random.nextInt(6)) {
      case 0 -> new Span(right.start() + 0x800, right.length());
      case 1 -> new Span(right.start(), 0);
      case 2 -> new Span(right.start(), right.length() - 1);
      case 3 -> new Span(right.start(), -Pages.SIZE);
      case 4 -> new Span(right.start() - Pages.SIZE, right.length() + 2L * Pages.SIZE);
      default -> new Span(right.start() + (1L << 47), right.length());
    };
  }

  private long length(long start, long last) {
    int choice = random.nextInt(10);
    if (choice < 3) {
      return Pages.SIZE;
    }
    if (choice < 6) {
      return Pages.address(1 + random.nextInt(SMALL_PAGES));
    }
    long border = border();
    return choice < 9 && border > start ? border - start : last - start;
  }

  private long border() {
    if (borders.isEmpty() || chance(0.3)) {
      return fixedBorders[random.nextInt(fixedBorders.length)];
    }
    return borders.get(random.nextInt(borders.size()));
  }

  private void remember(long border) {
    if (borders.size() < KEPT_BORDERS) {
      borders.add(border);
    } else {
      borders.set(random.nextInt(KEPT_BORDERS), border);
    }
  }

  private PageRange arena() {
    return chance(0.65) ? arenas.get(0) : arenas.get(random.nextInt(arenas.size()));
  }

  private long within(PageRange arena) {
    return Pages.address(arena.startVpn() + random.nextLong(arena.pages()));
  }

  private static long clamp(long value, long low, long high) {
    return Math.max(low, Math.min(value, high));
  }

  private static LongStream fixedBorders(PageRange arena) {
    LongStream.Builder builder = LongStream.builder();
    builder.add(Pages.address(arena.startVpn())).add(Pages.address(arena.endVpn()));
    long block = (arena.startVpn() / Pages.PER_TABLE + 1) * Pages.PER_TABLE;
    for (; block < arena.endVpn(); block += Pages.PER_TABLE) {
      builder.add(Pages.address(block));
    }
    return builder.build();
  }
}
