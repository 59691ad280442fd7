package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.sim.protocol.DrainSite;

/**
 * A call that opens a queue, or turns it on again: what the protocol's steps do in the simulated
 * kernel. The process rests meanwhile, so every lock is free, and one look goes through all pages.
 */
final class TurningOn implements DrainSite {

  private final Runnable listening;
  private final Runnable look;
  private final Runnable flush;
  private boolean looked;

  /**
   * Makes the call.
   *
   * @param listening has changes recorded
   * @param look arms all pages, or finds those that are not armed
   * @param flush flushes the TLBs
   */
  TurningOn(Runnable listening, Runnable look, Runnable flush) {
    this.listening = listening;
    this.look = look;
    this.flush = flush;
  }

  @Override
  public void listen() {
    listening.run();
  }

  @Override
  public boolean hasUnseen() {
    return !looked;
  }

  @Override
  public void find() {
    look.run();
    looked = true;
  }

  @Override
  public boolean hasUnarmed() {
    return !looked;
  }

  @Override
  public void arm() {
    find();
  }

  @Override
  public boolean tookAny() {
    return looked;
  }

  /** {@inheritDoc} One interrupt goes to all CPUs together. */
  @Override
  public int cpus() {
    return 1;
  }

  @Override
  public void flush(int cpu) {
    flush.run();
  }

  @Override
  public boolean holdMappings() {
    return true;
  }

  @Override
  public void releaseMappings() {}

  @Override
  public boolean lock() {
    return true;
  }

  @Override
  public void unlock() {}

  /** {@inheritDoc} None: nothing is queued yet. */
  @Override
  public int parts() {
    return 0;
  }

  @Override
  public void take(int part) {}

  @Override
  public void lose(int part) {}

  /** {@inheritDoc} The reader looks at the pages after this call. */
  @Override
  public boolean hasUnreported() {
    return false;
  }

  @Override
  public void report() {}
}
