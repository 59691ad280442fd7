package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.sim.protocol.ChangeSite;
import io.github.dirtyrange.kernel.sim.protocol.ChangeSteps;

/** One CPU: a store that may fault, or a page being moved, somewhere between two of its steps. */
final class CpuRun implements ChangeSite {

  /** Positions beyond those of the protocol's steps. */
  private static final int IDLE = ChangeSteps.POSITIONS;

  /** The fault or the walk is over, and the store is tried again. */
  private static final int RETRY = IDLE + 1;

  private final World world;
  private final int cpu;
  private final ChangeSteps steps;
  private int position = IDLE;
  private int place;

  /** Where the page at {@code place} is moved to; the place itself when it is written. */
  private int target;

  CpuRun(World world, int cpu, ChangeSteps steps) {
    this.world = world;
    this.cpu = cpu;
    this.steps = steps;
  }

  boolean isIdle() {
    return position == IDLE;
  }

  int place() {
    return place;
  }

  int target() {
    return target;
  }

  boolean isRetrying() {
    return position == RETRY;
  }

  /** {@return whether the queue had no room for what the CPU is at} */
  boolean isWaiting() {
    return !isIdle() && !isRetrying() && steps.at(position) == ChangeSteps.Step.WAIT;
  }

  boolean isMoving() {
    return target != place;
  }

  /** {@return in words, the next step of a change under way} */
  String nextStep() {
    String page = "page " + place;
    return switch (steps.at(position)) {
      case LOCK -> "lock";
      case RECORD -> isMoving() ? "record the move of " + page : "record " + page;
      case SET -> isMoving() ? "move the entry of " + page : "set " + page + " writable";
      case UNLOCK -> "unlock";
      case WAIT -> "wait for room";
    };
  }

  void reset() {
    position = IDLE;
    place = 0;
    target = 0;
  }

  /** Begins a store, which is done at once if the CPU may. */
  void store(int newPlace) {
    place = newPlace;
    target = newPlace;
    attempt();
  }

  void move(int from, int to) {
    place = from;
    target = to;
    position = ChangeSteps.START;
  }

  /** Does the next step of what the CPU is at. */
  void step() {
    if (position == RETRY) {
      attempt();
      return;
    }
    position = steps.step(position, this);
    if (position == ChangeSteps.DONE) {
      position = isMoving() ? IDLE : RETRY;
    }
    forgetIfIdle();
  }

  /** Stores through the TLB, or else walks, or else faults; where no page is, that is over. */
  private void attempt() {
    Machine machine = world.machine();
    if (machine.store(cpu, place) || !machine.isMapped(place)) {
      position = IDLE;
    } else {
      position = machine.walk(cpu, place) ? RETRY : ChangeSteps.START;
    }
    forgetIfIdle();
  }

  /** So that states in which the CPU has nothing left to do are one. */
  private void forgetIfIdle() {
    if (position == IDLE) {
      place = 0;
      target = 0;
    }
  }

  @Override
  public boolean lock() {
    return world.lock(cpu, isMoving());
  }

  /**
   * {@inheritDoc} Another CPU may have mapped the page writable meanwhile: that is no transition.
   * While the queue is off it is told of moves alone.
   */
  @Override
  public boolean record() {
    ExploredQueue queue = world.queue();
    if (!isMoving()) {
      boolean changes = world.machine().isMapped(place) && !world.machine().isWritable(place);
      boolean told = changes && world.isListening();
      return !told || queue.record(cpu, place, ExploredQueue.WRITTEN);
    }
    if (!canMove() || !world.isOpen()) {
      return true;
    }
    world.reader().follow(place, target);
    return queue.move(cpu, place, target)
        && queue.record(cpu, place, ExploredQueue.GONE)
        && queue.record(cpu, target, ExploredQueue.ARRIVED);
  }

  @Override
  public void set() {
    if (!isMoving()) {
      if (world.machine().isMapped(place)) {
        world.machine().makeWritable(place);
      }
    } else if (canMove()) {
      world.machine().move(place, target);
    }
  }

  /** Another CPU may have moved the page, or one to the target, first. */
  private boolean canMove() {
    return world.machine().isMapped(place) && !world.machine().isMapped(target);
  }

  @Override
  public void unlock() {
    world.unlock();
  }

  @Override
  public boolean hasRoom() {
    return !world.isListening() || world.queue().hasRoom(cpu, place);
  }

  void save(Bits bits) {
    bits.put(position, 4);
    bits.put(place, 3);
    bits.put(target, 3);
  }

  void load(Bits bits) {
    position = bits.get(4);
    place = bits.get(3);
    target = bits.get(3);
  }

  /** {@return how many bits {@link #save} writes} */
  static int bits() {
    return 10;
  }
}
