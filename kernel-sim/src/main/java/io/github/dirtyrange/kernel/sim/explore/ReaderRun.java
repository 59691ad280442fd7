package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.protocol.DrainSite;
import io.github.dirtyrange.kernel.sim.protocol.DrainSteps;

/**
 * The reader: a drain, and its copying of what the drain reports, somewhere between two steps.
 *
 * <p>It copies a page when a drain says that the page was written. A page that only arrived by
 * mremap it knows already, from its old place; so a change that is pending of a page must follow
 * the page (law L9).
 */
final class ReaderRun implements DrainSite {

  private static final int IDLE = 254;
  private static final int NO_PLACE = 7;

  private final World world;
  private final DrainSteps steps;
  private int position = IDLE;
  private int drainsLeft;
  private boolean holding;

  /** Bits by place: what the drain took out, and of that what was written. */
  private int taken;

  private int written;

  /** Bits by place: what was taken and is still to be armed, and to be reported. */
  private int unarmed;

  private int unreported;

  /** The place reported last, until it is copied. */
  private int copying = NO_PLACE;

  ReaderRun(World world, DrainSteps steps) {
    this.world = world;
    this.steps = steps;
  }

  void reset(int drains) {
    drainsLeft = drains;
    finish();
  }

  private void finish() {
    position = IDLE;
    holding = false;
    taken = 0;
    written = 0;
    unarmed = 0;
    unreported = 0;
    copying = NO_PLACE;
  }

  boolean isIdle() {
    return position == IDLE;
  }

  int drainsLeft() {
    return drainsLeft;
  }

  boolean isHolding() {
    return holding;
  }

  int taken() {
    return taken;
  }

  boolean isCopying() {
    return copying != NO_PLACE;
  }

  /** {@return whether the next step takes out a part of the queue} */
  boolean isTaking() {
    return !isCopying() && !isIdle() && steps.at(position) == DrainSteps.Phase.TAKE;
  }

  /** {@return in words, the next step} */
  String nextStep() {
    if (isCopying()) {
      return "copy page " + copying;
    }
    int at = isIdle() ? DrainSteps.START : position;
    return switch (steps.at(at)) {
      case HOLD -> "begin a drain";
      case TAKE -> "take" + ofParts(parts(), at);
      case EMPTY -> "empty what was read";
      case ARM -> "clear page " + Integer.numberOfTrailingZeros(unarmed);
      case FLUSH -> "flush CPU " + steps.unit(at);
      case REPORT -> "report page " + Integer.numberOfTrailingZeros(unreported);
      case RELEASE, END -> "end the drain";
    };
  }

  private String ofParts(int count, int at) {
    return count == 1 ? " what is queued" : " part " + steps.unit(at);
  }

  /** Does the next step; begins a drain if none is under way. */
  void step() {
    if (isCopying()) {
      world.machine().copy(copying);
      copying = NO_PLACE;
    } else if (isIdle()) {
      begin();
    } else {
      position = steps.step(position, this);
    }
    if (position == DrainSteps.DONE && !isCopying()) {
      finish();
    }
  }

  private void begin() {
    boolean counts = drainsLeft > 1 || world.isLastDrain();
    int next = steps.step(DrainSteps.START, this);
    if (next != DrainSteps.START) {
      position = next;
      drainsLeft -= counts ? 1 : 0;
      world.machine().beginDrain();
    }
  }

  @Override
  public boolean holdMappings() {
    holding = !world.isMoving();
    return holding;
  }

  @Override
  public void releaseMappings() {
    holding = false;
  }

  @Override
  public int parts() {
    return world.queue().parts();
  }

  @Override
  public void take(int part) {
    world.queue().take(part, this::took);
    unarmed = taken;
    unreported = taken;
  }

  private void took(long startVpn, long endVpn, long changed) {
    boolean copied = (changed & (Categories.WRITTEN | Categories.COARSE)) != 0;
    for (int place = 0; place < world.machine().places; place++) {
      if (ExploredQueue.holds(startVpn, endVpn, place)) {
        taken |= 1 << place;
        written |= copied ? 1 << place : 0;
      }
    }
  }

  @Override
  public void lose(int part) {
    world.queue().take(part, (startVpn, endVpn, changed) -> {});
  }

  @Override
  public boolean tookAny() {
    return taken != 0;
  }

  @Override
  public boolean hasUnarmed() {
    return unarmed != 0;
  }

  @Override
  public boolean lock() {
    return !world.isLocked();
  }

  @Override
  public void arm() {
    int place = Integer.numberOfTrailingZeros(unarmed);
    unarmed &= unarmed - 1;
    world.machine().protect(place);
  }

  /** {@inheritDoc} The lock is taken and given back within one step, and so never seen held. */
  @Override
  public void unlock() {}

  @Override
  public int cpus() {
    return world.machine().cpus;
  }

  @Override
  public void flush(int cpu) {
    for (int place = 0; place < world.machine().places; place++) {
      if ((taken >>> place & 1) != 0) {
        world.machine().flush(cpu, place);
      }
    }
  }

  @Override
  public boolean hasUnreported() {
    return unreported != 0;
  }

  @Override
  public void report() {
    int place = Integer.numberOfTrailingZeros(unreported);
    unreported &= unreported - 1;
    if ((written >>> place & 1) != 0) {
      copying = place;
    }
  }

  int bits() {
    return 8 + 4 + 1 + 4 * world.machine().places + 3;
  }

  void save(Bits bits) {
    int places = world.machine().places;
    bits.put(position + 1, 8);
    bits.put(drainsLeft, 4);
    bits.put(holding ? 1 : 0, 1);
    bits.put(taken, places);
    bits.put(written, places);
    bits.put(unarmed, places);
    bits.put(unreported, places);
    bits.put(copying, 3);
  }

  void load(Bits bits) {
    int places = world.machine().places;
    position = bits.get(8) - 1;
    drainsLeft = bits.get(4);
    holding = bits.get(1) != 0;
    taken = bits.get(places);
    written = bits.get(places);
    unarmed = bits.get(places);
    unreported = bits.get(places);
    copying = bits.get(3);
  }
}
