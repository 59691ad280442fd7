package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.interval.RegionVisitor;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.TrackedRanges;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueSpec;
import io.github.dirtyrange.kernel.sim.queue.RecordQueue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A queue of any design as a part of a state. What is kept is what was done to it since it was last
 * empty and as new; from that an equal object is made when it is needed.
 *
 * <p>Whether an empty queue is as new, or as one with a {@link QueueHistory}, its design says
 * ({@link RecordQueue#state}). Of one that does not say, it is taken to be. Logs and rings are as
 * small as they can be, a single record, so that a few writes fill them.
 */
final class ExploredQueue {

  /** Far enough apart that places do not join to one range. */
  private static final long PAGES_APART = 1_000;

  /** A power of two that all records of one move fit into. */
  private static final int RECORDS_OF_A_MOVE = 8;

  private static final int RECORD = 0;
  private static final int MOVE = 1;
  private static final int TAKE = 2;

  private static final int OPERATION_BITS = 11;
  private static final int SIZE_BITS = 8;
  private static final int WAY_BITS = 16;

  /** What a record can say, by its number in an operation. */
  private static final long[] MASKS = {Categories.WRITTEN, Categories.PRESENT, Categories.GONE};

  static final int WRITTEN = 0;
  static final int ARRIVED = 1;
  static final int GONE = 2;

  private final QueueDesign design;
  private final QueueHistory history;
  private final int places;
  private final QueueSpec spec;
  private final int parts;
  private boolean opaque;

  /** The ways by which an empty queue came to what it keeps; the first is none at all. */
  private final List<int[]> ways = new ArrayList<>();

  private final Map<Optional<Object>, Integer> wayTo = new HashMap<>();
  private int way;

  /** What was done since the queue was last empty. */
  private final int[] operations;

  private int size;
  private @Nullable RecordQueue current;
  private boolean refused;

  ExploredQueue(QueueDesign design, QueueHistory history, Bounds bounds) {
    this.design = design;
    this.history = history;
    places = bounds.places();
    PageRange everything = new PageRange(0, vpn(places + 1));
    int records = bounds.moves() == 0 ? 1 : RECORDS_OF_A_MOVE;
    spec = new QueueSpec(bounds.cpus(), TrackedRanges.of(everything), QueueSpec.MIN_BYTES, records);
    parts = design.open(spec).parts();
    ways.add(new int[0]);
    Optional<Object> initial = stateOf(rebuilt());
    opaque = initial.isEmpty();
    wayTo.put(initial, 0);
    int drains = bounds.drains() + 1;
    int most = bounds.writes() * (drains + 1 + bounds.openings()) + 3 * bounds.moves();
    operations = new int[Math.min(most + drains * parts, (1 << SIZE_BITS) - 1)];
  }

  int parts() {
    return parts;
  }

  void reset() {
    way = 0;
    size = 0;
    current = null;
  }

  boolean record(int cpu, int place, int what) {
    return done(queue(), operation(RECORD, cpu, place, what));
  }

  boolean move(int cpu, int from, int to) {
    return done(queue(), operation(MOVE, cpu, from, to));
  }

  /** {@return whether the queue would take a record now} It is left as it is. */
  boolean hasRoom(int cpu, int place) {
    return apply(rebuilt(), operation(RECORD, cpu, place, WRITTEN), ExploredQueue::ignore);
  }

  /** Takes out one part, and shows the places in it. */
  void take(int part, RegionVisitor visitor) {
    RecordQueue queue = queue();
    int operation = operation(TAKE, 0, part, 0);
    apply(queue, operation, visitor);
    note(operation);
    if (queue.isEmpty()) {
      settle(stateOf(queue));
    }
  }

  /** However an empty queue came to what it keeps, one way there stands for all. */
  private void settle(Optional<Object> state) {
    opaque |= state.isEmpty();
    way = wayTo.computeIfAbsent(state, ignored -> newWay());
    size = 0;
  }

  private Optional<Object> stateOf(RecordQueue queue) {
    return Objects.requireNonNull(queue.state(), () -> design.name() + ": state() is null");
  }

  private int newWay() {
    if (ways.size() == 1 << WAY_BITS) {
      throw new IllegalStateException(
          "an empty queue of " + design.name() + " had " + ways.size() + " different states");
    }
    int[] before = ways.get(way);
    int[] longer = Arrays.copyOf(before, before.length + size);
    System.arraycopy(operations, 0, longer, before.length, size);
    ways.add(longer);
    return ways.size() - 1;
  }

  /** {@return whether the design does not say what an empty queue keeps} */
  boolean isOpaque() {
    return opaque;
  }

  /** {@return whether a region that was taken out holds a place} */
  static boolean holds(long startVpn, long endVpn, int place) {
    return startVpn <= vpn(place) && vpn(place) < endVpn;
  }

  /** {@return whether the queue has ever refused a record} */
  boolean hasRefused() {
    return refused;
  }

  int bits() {
    return WAY_BITS + SIZE_BITS + operations.length * OPERATION_BITS;
  }

  void save(Bits bits) {
    bits.put(way, WAY_BITS);
    bits.put(size, SIZE_BITS);
    for (int i = 0; i < operations.length; i++) {
      bits.put(i < size ? operations[i] : 0, OPERATION_BITS);
    }
  }

  void load(Bits bits) {
    way = bits.get(WAY_BITS);
    size = bits.get(SIZE_BITS);
    for (int i = 0; i < operations.length; i++) {
      operations[i] = bits.get(OPERATION_BITS);
    }
    current = null;
  }

  private boolean done(RecordQueue queue, int operation) {
    boolean taken = apply(queue, operation, ExploredQueue::ignore);
    if (taken) {
      note(operation);
    }
    refused |= !taken;
    return taken;
  }

  private void note(int operation) {
    operations[size++] = operation;
  }

  private RecordQueue queue() {
    RecordQueue queue = current;
    if (queue == null) {
      queue = rebuilt();
      current = queue;
    }
    return queue;
  }

  private RecordQueue rebuilt() {
    RecordQueue queue = design.open(spec);
    if (history == QueueHistory.USED) {
      use(queue);
    }
    for (int operation : ways.get(way)) {
      apply(queue, operation, ExploredQueue::ignore);
    }
    for (int i = 0; i < size; i++) {
      apply(queue, operations[i], ExploredQueue::ignore);
    }
    return queue;
  }

  private void use(RecordQueue queue) {
    for (int cpu = 0; cpu < spec.cpus(); cpu++) {
      for (int place = places - 1; place >= 0; place--) {
        apply(queue, operation(RECORD, cpu, place, WRITTEN), ExploredQueue::ignore);
        for (int part = 0; part < parts; part++) {
          queue.drainPart(part, ExploredQueue::ignore);
        }
      }
    }
  }

  private boolean apply(RecordQueue queue, int operation, RegionVisitor visitor) {
    int cpu = operation >>> 2 & 3;
    int first = operation >>> 4 & 15;
    int second = operation >>> 8;
    switch (operation & 3) {
      case RECORD -> {
        return queue.record(cpu, vpn(first), vpn(first) + 1, MASKS[second]);
      }
      case MOVE -> {
        return queue.move(cpu, vpn(first), vpn(second), 1);
      }
      default -> queue.drainPart(first, visitor);
    }
    return true;
  }

  private static int operation(int kind, int cpu, int first, int second) {
    return kind | cpu << 2 | first << 4 | second << 8;
  }

  private static long vpn(int place) {
    return place * PAGES_APART;
  }

  private static void ignore(long startVpn, long endVpn, long changed) {}
}
