package io.github.dirtyrange.linux.mm;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.linux.sys.Descriptor;
import org.jspecify.annotations.Nullable;

/**
 * Who arms a memory's pages again: one at a time, since two take each other's changes. Of those
 * that go by one {@link MemoryIdentity} one is on at a time; others, here or in another process,
 * are refused while any of these is open.
 */
public final class RearmingTurns {

  private final MemoryIdentity identity;
  private @Nullable Descriptor claim;
  private @Nullable Turn on;
  private int open;

  RearmingTurns(MemoryIdentity identity) {
    this.identity = identity;
  }

  /**
   * Takes part, off.
   *
   * @throws KernelException EBUSY if somebody else arms the memory's pages again
   */
  public Turn join() {
    if (claim == null) {
      claim = identity.claim(MemoryIdentity.Claim.QUEUE);
    }
    open++;
    return new Turn();
  }

  /** One of them. */
  public final class Turn implements AutoCloseable {

    private boolean joined = true;

    private Turn() {}

    /**
     * Is on from now on.
     *
     * @throws KernelException EBUSY if another one is
     */
    public void begin() {
      KernelException.refuseIf(!joined, Errno.EBADF, "a change queue that was closed");
      if (on != null && on != this) {
        throw new KernelException(
            Errno.EBUSY,
            "a change queue on process " + identity.pid() + ", which has another one that is on");
      }
      on = this;
    }

    /** Is off from now on. */
    public void end() {
      on = on == this ? null : on;
    }

    /** Leaves, for good. */
    @Override
    public void close() {
      end();
      if (joined) {
        joined = false;
        leave();
      }
    }
  }

  private void leave() {
    open--;
    if (open == 0 && claim != null) {
      claim.close();
      claim = null;
    }
  }
}
