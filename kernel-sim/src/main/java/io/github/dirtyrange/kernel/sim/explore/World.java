package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;
import io.github.dirtyrange.kernel.sim.queue.OutOfOrderMerge;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import java.util.Set;

/**
 * The explored system at one moment: the machine, what each CPU and the reader are at, and the
 * queue. It goes on by actions; which ones there are is a matter of the bounds alone, and one that
 * is impossible or must wait changes nothing.
 */
final class World {

  /** The action by which the reader does its next step. */
  static final int READER = 0;

  private static final int UNLOCKED = 7;
  private static final int LOCKED_BY_READER = 6;

  private final Bounds bounds;
  private final Machine machine;
  private final ExploredQueue queue;
  private final CpuRun[] cpus;
  private final ReaderRun reader;
  private final Bits bits;
  private int lockedBy = UNLOCKED;
  private int writesLeft;
  private int movesLeft;
  private int openingsLeft;

  /** Whether changes are recorded. */
  private boolean listening;

  World(Bounds bounds, QueueDesign design, QueueHistory history, Set<Quirk> quirks) {
    this.bounds = bounds;
    machine = new Machine(bounds);
    queue = new ExploredQueue(OutOfOrderMerge.of(design, quirks), history, bounds);
    cpus = new CpuRun[bounds.cpus()];
    ChangeSteps steps = new ChangeSteps(quirks);
    for (int cpu = 0; cpu < cpus.length; cpu++) {
      cpus[cpu] = new CpuRun(this, cpu, steps);
    }
    reader = new ReaderRun(this, quirks);
    bits =
        new Bits(machine.bits() + queue.bits() + cpus.length * CpuRun.bits() + reader.bits() + 12);
    reset();
  }

  /** Goes back to the beginning: nothing queued, every page armed unless the reader is to open. */
  void reset() {
    machine.reset();
    queue.reset();
    for (CpuRun cpu : cpus) {
      cpu.reset();
    }
    reader.reset(bounds.drains() + 1);
    lockedBy = UNLOCKED;
    writesLeft = bounds.writes();
    movesLeft = bounds.moves();
    openingsLeft = bounds.openings();
    listening = openingsLeft == 0;
  }

  Machine machine() {
    return machine;
  }

  ExploredQueue queue() {
    return queue;
  }

  ReaderRun reader() {
    return reader;
  }

  CpuRun cpu(int cpu) {
    return cpus[cpu];
  }

  boolean isLocked() {
    return lockedBy != UNLOCKED;
  }

  boolean isMoving() {
    return lockedBy < cpus.length && cpus[lockedBy].isMoving();
  }

  boolean isListening() {
    return listening;
  }

  /** {@return whether there is a queue, on or off} */
  boolean isOpen() {
    return listening || openingsLeft < bounds.openings();
  }

  void listen() {
    listening = true;
  }

  /** The reader begins to open the queue, or to turn it on. */
  void beginOpening() {
    openingsLeft--;
  }

  /** Takes the page-table lock, and for a move the mmap lock too. */
  boolean lock(int cpu, boolean moving) {
    if (isLocked() || (moving && reader.isHolding())) {
      return false;
    }
    lockedBy = cpu;
    return true;
  }

  /** Takes the page-table lock for the reader. */
  boolean lockForReader() {
    if (isLocked()) {
      return false;
    }
    lockedBy = LOCKED_BY_READER;
    return true;
  }

  void unlock() {
    lockedBy = UNLOCKED;
  }

  /** {@return how many actions there are} They are numbered from 0. */
  int actions() {
    return turningOff() + (bounds.openings() > 1 ? 1 : 0);
  }

  /** {@return the number of the action by which the reader turns the queue off} */
  private int turningOff() {
    int perCpu = machine.places + (bounds.moves() == 0 ? 0 : machine.places * machine.places);
    return 1 + cpus.length + cpus.length * perCpu;
  }

  /** {@return whether by an action the reader turns the queue off} */
  boolean isTurningOff(int action) {
    return action == turningOff();
  }

  /** {@return the CPU that does an action, or -1 if the reader does} */
  int actor(int action) {
    if (action == READER || isTurningOff(action)) {
      return -1;
    }
    int first = 1 + cpus.length;
    return action < first ? action - 1 : choice(action) % cpus.length;
  }

  /** {@return whether an action begins a store} */
  boolean isStore(int action) {
    return action > cpus.length && choice(action) / cpus.length < machine.places;
  }

  /** {@return whether an action begins a move} */
  boolean isMove(int action) {
    return action > cpus.length && !isStore(action);
  }

  /** {@return the place that an action begins to store to} */
  int place(int action) {
    return choice(action) / cpus.length;
  }

  /** {@return the number of an action that begins something, whose CPU is its remainder} */
  private int choice(int action) {
    return action - 1 - cpus.length;
  }

  /** Does an action, if it is possible. */
  void act(int action) {
    if (action == READER) {
      if (!reader.isIdle() || !listening || mayDrain()) {
        reader.step();
      }
      return;
    }
    if (isTurningOff(action)) {
      boolean may = reader.isIdle() && openingsLeft > 0 && reader.drainsLeft() > 0;
      listening &= !may;
      return;
    }
    CpuRun cpu = cpus[actor(action)];
    if (action <= cpus.length) {
      if (!cpu.isIdle()) {
        cpu.step();
      }
    } else if (cpu.isIdle()) {
      begin(cpu, choice(action) / cpus.length);
    }
  }

  private void begin(CpuRun cpu, int choice) {
    int places = machine.places;
    if (choice < places) {
      if (writesLeft > 0 && machine.isMapped(choice)) {
        writesLeft--;
        cpu.store(choice);
      }
      return;
    }
    int from = (choice - places) / places;
    int to = (choice - places) % places;
    if (movesLeft > 0 && machine.isMapped(from) && !machine.isMapped(to)) {
      movesLeft--;
      cpu.move(from, to);
    }
  }

  /**
   * The last drain waits until the CPUs rest, and then they have nothing more to do. While a CPU
   * waits for room, the reader drains whatever the bound.
   */
  private boolean mayDrain() {
    if (isLastDrain()) {
      writesLeft = 0;
      movesLeft = 0;
      return true;
    }
    return reader.drainsLeft() > 1 || isAnyWaiting();
  }

  private boolean isAnyWaiting() {
    for (CpuRun cpu : cpus) {
      if (cpu.isWaiting()) {
        return true;
      }
    }
    return false;
  }

  private boolean areIdle() {
    for (CpuRun cpu : cpus) {
      if (!cpu.isIdle()) {
        return false;
      }
    }
    return true;
  }

  /** {@return whether a drain that begins now is the last} */
  boolean isLastDrain() {
    return reader.drainsLeft() == 1 && areIdle();
  }

  boolean isFinished() {
    return areIdle() && reader.isIdle() && reader.drainsLeft() == 0;
  }

  /**
   * {@return a page of which a drain that has just ended missed a store, or {@link Machine#NONE}}
   */
  int lostPage() {
    return reader.isIdle() ? machine.owedPage() : Machine.NONE;
  }

  /** {@return whether something is wrong} */
  boolean isWrong() {
    return lostPage() != Machine.NONE || machine.forgottenPage() != Machine.NONE;
  }

  /** {@return the state as longs, overwritten by the next call} */
  long[] save() {
    bits.rewind();
    machine.save(bits);
    for (CpuRun cpu : cpus) {
      cpu.save(bits);
    }
    reader.save(bits);
    bits.put(lockedBy, 3);
    bits.put(writesLeft, 4);
    bits.put(movesLeft, 2);
    bits.put(openingsLeft, 2);
    bits.put(listening ? 1 : 0, 1);
    queue.save(bits);
    return bits.longs();
  }

  void load(long[] state) {
    System.arraycopy(state, 0, bits.longs(), 0, state.length);
    bits.rewind();
    machine.load(bits);
    for (CpuRun cpu : cpus) {
      cpu.load(bits);
    }
    reader.load(bits);
    lockedBy = bits.get(3);
    writesLeft = bits.get(4);
    movesLeft = bits.get(2);
    openingsLeft = bits.get(2);
    listening = bits.get(1) != 0;
    queue.load(bits);
  }

  int stateLongs() {
    return bits.longs().length;
  }
}
