package io.github.dirtyrange.kernel.sim.explore;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.sim.machine.Quirk;
import io.github.dirtyrange.kernel.sim.protocol.DrainSite;
import io.github.dirtyrange.kernel.sim.protocol.DrainSteps;
import java.util.Set;

/**
 * The reader: the opening of a queue, its turning on, or a drain, and the copying of what is
 * reported, somewhere between two steps. Opening reports every page.
 *
 * <p>It copies a page when a drain says that the page was written. A page that only arrived by
 * mremap it knows already, from its old place; so a change that is pending of a page must follow
 * the page (law L9).
 */
final class ReaderRun implements DrainSite {

  private static final int IDLE = 254;
  private static final int NO_PLACE = 7;

  private static final int DRAIN = 0;
  private static final int OPENING = 1;
  private static final int TURNING_ON = 2;

  private static final String[] BEGUN = {"a drain", "to open", "to turn on"};
  private static final String[] ENDED = {"the drain", "opening", "turning on"};

  /** What was read of an entry before it is written: nothing, or whether it was Dirty. */
  private static final int UNREAD = 0;

  private static final int READ_CLEAN = 1;
  private static final int READ_DIRTY = 2;

  private final World world;

  /** By what the reader is at: a drain, an opening, a turning on. */
  private final DrainSteps[] steps;

  private int doing;
  private int position = IDLE;
  private int drainsLeft;
  private boolean holding;

  /** Bits by place: what the drain took out, and of that what was written. */
  private int taken;

  private int written;

  /** Bits by place: what turning on has still to look at, and what it found, until a drain. */
  private int unseen;

  private int found;

  /** Bits by place: what was taken and is still to be armed, and to be reported. */
  private int unarmed;

  private int unreported;

  /** The place reported last, until it is copied. */
  private int copying = NO_PLACE;

  private int entryRead;

  ReaderRun(World world, Set<Quirk> quirks) {
    this.world = world;
    steps =
        new DrainSteps[] {
          new DrainSteps(quirks), DrainSteps.ofOpening(quirks), DrainSteps.ofTurningOn(quirks)
        };
  }

  void reset(int drains) {
    drainsLeft = drains;
    found = 0;
    finish();
  }

  private void finish() {
    position = IDLE;
    doing = DRAIN;
    holding = false;
    unseen = 0;
    entryRead = UNREAD;
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
    return !isCopying() && !isIdle() && steps().at(position) == DrainSteps.Phase.TAKE;
  }

  /** {@return in words, the next step} */
  String nextStep() {
    if (isCopying()) {
      return "copy page " + copying;
    }
    int at = isIdle() ? DrainSteps.START : position;
    int task = isIdle() ? next() : doing;
    return switch (steps[task].at(at)) {
      case LISTEN -> "listen";
      case FIND -> "look at page " + Integer.numberOfTrailingZeros(unseen);
      case READ -> "read the entry of page " + Integer.numberOfTrailingZeros(unarmed);
      case HOLD -> "begin " + BEGUN[task];
      case TAKE -> "take" + ofParts(parts(), at);
      case EMPTY -> "empty what was read";
      case ARM -> "clear page " + Integer.numberOfTrailingZeros(unarmed);
      case FLUSH -> "flush CPU " + steps[task].unit(at);
      case REPORT -> "report page " + Integer.numberOfTrailingZeros(unreported);
      case RELEASE, END -> "end " + ENDED[task];
    };
  }

  private String ofParts(int count, int at) {
    return count == 1 ? " what is queued" : " part " + steps().unit(at);
  }

  /** Does the next step; begins a drain if none is under way. */
  void step() {
    if (isCopying()) {
      world.machine().copy(copying);
      copying = NO_PLACE;
    } else if (isIdle()) {
      begin();
    } else {
      position = steps().step(position, this);
    }
    if (position == DrainSteps.DONE && !isCopying()) {
      finish();
    }
  }

  private DrainSteps steps() {
    return steps[doing];
  }

  /** {@return what the reader does next, when it has ended what it was at} */
  private int next() {
    if (world.isListening()) {
      return DRAIN;
    }
    return world.isOpen() ? TURNING_ON : OPENING;
  }

  private void begin() {
    doing = next();
    boolean counts = drainsLeft > 1 || world.isLastDrain();
    lookAtMappings();
    int next = steps().step(DrainSteps.START, this);
    if (next == DrainSteps.START) {
      finish();
      return;
    }
    position = next;
    if (doing == DRAIN) {
      drainsLeft -= counts ? 1 : 0;
      world.machine().beginDrain();
    } else {
      world.beginOpening();
    }
  }

  /** Finds what opening is to arm and report, and what turning on is to look at. */
  private void lookAtMappings() {
    int mapped = world.machine().mapped();
    if (doing == OPENING) {
      taken = mapped;
      written = mapped;
      unarmed = mapped;
      unreported = mapped;
    } else if (doing == TURNING_ON) {
      unseen = mapped;
    }
  }

  /** A page moves, and what was found of it goes along. */
  void follow(int from, int to) {
    found |= (found >>> from & 1) << to;
  }

  @Override
  public void listen() {
    world.listen();
  }

  @Override
  public boolean hasUnseen() {
    return unseen != 0;
  }

  @Override
  public void find() {
    int place = Integer.numberOfTrailingZeros(unseen);
    unseen &= unseen - 1;
    found |= world.machine().isWritable(place) ? 1 << place : 0;
  }

  @Override
  public boolean holdMappings() {
    holding = !world.isMoving();
    if (holding) {
      lookAtMappings(); // pages may have moved since the reader began
    }
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
    taken |= found;
    written |= found;
    found = 0;
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
    return world.lockForReader();
  }

  @Override
  public void readEntry() {
    int place = Integer.numberOfTrailingZeros(unarmed);
    entryRead = world.machine().isDirty(place) ? READ_DIRTY : READ_CLEAN;
  }

  @Override
  public void arm() {
    int place = Integer.numberOfTrailingZeros(unarmed);
    unarmed &= unarmed - 1;
    if (entryRead == UNREAD) {
      world.machine().protect(place);
    } else {
      world.machine().overwrite(place, entryRead == READ_DIRTY);
      entryRead = UNREAD;
    }
  }

  @Override
  public void unlock() {
    world.unlock();
  }

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
    return 8 + 4 + 1 + 6 * world.machine().places + 3 + 4;
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
    bits.put(unseen, places);
    bits.put(found, places);
    bits.put(doing, 2);
    bits.put(entryRead, 2);
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
    unseen = bits.get(places);
    found = bits.get(places);
    doing = bits.get(2);
    entryRead = bits.get(2);
  }
}
