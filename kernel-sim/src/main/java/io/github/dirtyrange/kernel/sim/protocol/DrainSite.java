package io.github.dirtyrange.kernel.sim.protocol;

/** What the steps of a reader are done to; {@link DrainSteps} orders them. */
public interface DrainSite {

  /** Has changes recorded from now on; no step of a drain. */
  default void listen() {}

  /** {@return whether turning the queue on has pages still to look at} */
  default boolean hasUnseen() {
    return false;
  }

  /** Looks whether the next pages were written while nothing was recorded, and notes them. */
  default void find() {}

  /**
   * Takes the lock that keeps pages from being moved.
   *
   * @return whether it was free
   */
  boolean holdMappings();

  /** Gives that lock back. */
  void releaseMappings();

  /** {@return in how many parts, one after another, the queue is emptied} */
  int parts();

  /** Takes out what one part of the queue holds. */
  void take(int part);

  /** Takes what one part holds, and throws it away: only by mistake. */
  void lose(int part);

  /** {@return whether anything was taken} If not, there is nothing to flush. */
  boolean tookAny();

  /** {@return whether pages taken are still to be armed} */
  boolean hasUnarmed();

  /**
   * Takes the page-table lock.
   *
   * @return whether it was free
   */
  boolean lock();

  /** Reads the next entries, to write them back armed in a later step: only by mistake. */
  default void readEntry() {}

  /** Reads what holds of the next pages, and arms them. */
  void arm();

  /** Gives back the page-table lock. */
  void unlock();

  /** {@return how many CPUs may hold translations of what was armed} */
  int cpus();

  /** Makes a CPU forget its translations of what was armed. */
  void flush(int cpu);

  /** {@return whether pages taken are still to be reported} */
  boolean hasUnreported();

  /** Hands the next pages to the reader, who may copy them from then on. */
  void report();
}
