package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a process's transitions from its page table and mappings to the queues that are open.
 * Transitions that continue one another, as those of a sequential writer or of a long unmap, become
 * one record.
 */
public final class ChangeRecorder implements TransitionSink {

  private final VirtualClock clock;
  private final List<RecordSink> queues = new ArrayList<>();
  private int cpu;

  /** The record not passed on yet; empty when the two are equal. */
  private long startVpn;

  private long endVpn;
  private long changed;

  /** Makes a recorder that charges each record to a clock. */
  public ChangeRecorder(VirtualClock clock) {
    this.clock = clock;
  }

  /** {@return whether any queue is open} */
  public boolean isRead() {
    return !queues.isEmpty();
  }

  void open(RecordSink queue) {
    flush();
    queues.add(queue);
  }

  void close(RecordSink queue) {
    flush();
    queues.remove(queue);
  }

  /** Says which CPU the process runs on from now on. */
  public void runOn(int newCpu) {
    flush();
    cpu = newCpu;
  }

  @Override
  public void changed(long from, long to, long categories) {
    if (from == endVpn && categories == changed) {
      endVpn = to;
      return;
    }
    flush();
    startVpn = from;
    endVpn = to;
    changed = categories;
  }

  @Override
  public void moved(long oldStartVpn, long newStartVpn, long pages) {
    flush();
    for (RecordSink queue : queues) {
      queue.move(cpu, oldStartVpn, newStartVpn, pages);
    }
  }

  /** Passes on what is held back, so that the queues are complete. */
  void flush() {
    if (startVpn == endVpn) {
      return;
    }
    for (RecordSink queue : queues) {
      queue.add(cpu, startVpn, endVpn, changed);
    }
    clock.charge(Cost.QUEUE_RECORD);
    startVpn = endVpn;
    changed = 0;
  }
}
