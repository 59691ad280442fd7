package io.github.dirtyrange.kernel.sim.queue;

import io.github.dirtyrange.kernel.Claims;

/**
 * A way to build a {@link RecordQueue}: its name, the laws that it claims, and the factory.
 *
 * <p>A design of someone else's joins by being on the class path: named in {@code
 * META-INF/services/io.github.dirtyrange.kernel.sim.queue.QueueDesign}, or given by the name of its
 * class, which then needs a public constructor without parameters.
 */
public interface QueueDesign {

  /** {@return a short name for the command line and for reports, in small letters} */
  String name();

  /**
   * {@return the laws that a change queue on this design keeps} L4, L7 and the now of L8 are kept
   * around every design alike.
   */
  Claims claims();

  /** Opens an empty queue. */
  RecordQueue open(QueueSpec spec);
}
