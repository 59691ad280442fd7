package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import org.jspecify.annotations.Nullable;

/**
 * Takes a process's transitions from its page table and mappings to the queue that is open, if one
 * is; else it does not listen, and costs nothing. Transitions that continue one another and have
 * the same cause, as those of a sequential writer or of a long unmap, become one record.
 *
 * <p>A queue that is off is told of two things all the same, since nothing could find them later:
 * what is unmapped, and what moves, where the new place counts as unmapped and mapped anew.
 */
public final class ChangeRecorder implements TransitionSink {

  private final AddressSpace mm;
  private @Nullable RecordSink queue;
  private boolean on;
  private int cpu;

  /** The record not passed on yet; empty when the two are equal. */
  private long startVpn;

  private long endVpn;
  private long changed;
  private ChangeCause cause = ChangeCause.FAULT;

  /** Makes a recorder of a process's memory, which charges each record to its clock. */
  public ChangeRecorder(AddressSpace mm) {
    this.mm = mm;
  }

  /**
   * Tells a queue of everything from now on.
   *
   * @throws KernelException EBUSY where the process has a queue: each would arm away what the other
   *     is to see
   */
  void open(RecordSink newQueue) {
    refuseIf(queue != null, Errno.EBUSY, "opening a second change queue of a process");
    queue = newQueue;
    on = true;
    mm.setSink(this);
  }

  /** Tells the queue of everything from now on, or of what nothing could find later alone. */
  void turn(boolean nowOn) {
    flush();
    on = nowOn;
  }

  /** Tells a queue of nothing any more, if it is the one that is open. */
  void close(RecordSink closing) {
    if (queue == closing) {
      flush();
      queue = null;
      mm.setSink(TransitionSink.NONE);
    }
  }

  /** Says which CPU the process runs on from now on. */
  public void runOn(int newCpu) {
    flush();
    cpu = newCpu;
  }

  @Override
  public void changed(long from, long to, long categories, ChangeCause why) {
    if (from == endVpn && categories == changed && why == cause) {
      endVpn = to;
      return;
    }
    flush();
    startVpn = from;
    endVpn = to;
    changed = categories;
    if (cause != why) {
      cause = why;
    }
  }

  @Override
  public void moved(long oldStartVpn, long newStartVpn, long pages) {
    flush();
    if (queue == null) {
      return;
    }
    queue.move(cpu, oldStartVpn, newStartVpn, pages);
    if (!on) {
      queue.add(cpu, newStartVpn, newStartVpn + pages, Categories.GONE, ChangeCause.MOVE);
    }
  }

  /** Passes on what is held back, so that the queue is complete. */
  void flush() {
    long told = on ? changed : changed & Categories.GONE;
    if (startVpn != endVpn && told != 0 && queue != null) {
      queue.add(cpu, startVpn, endVpn, told, cause);
      mm.clock().charge(Cost.QUEUE_RECORD);
    }
    startVpn = endVpn;
    changed = 0;
  }
}
