package io.github.dirtyrange.kernel.sim.track;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a process's transitions from its page table and mappings to the queues that are open; while
 * none is, it does not listen, and costs nothing. Transitions that continue one another and have
 * the same cause, as those of a sequential writer or of a long unmap, become one record.
 *
 * <p>A queue that is off is told of two things all the same, since nothing could find them later:
 * what is unmapped, and what moves, where the new place counts as unmapped and mapped anew.
 */
public final class ChangeRecorder implements TransitionSink {

  private final AddressSpace mm;
  private final List<RecordSink> on = new ArrayList<>();
  private final List<RecordSink> off = new ArrayList<>();
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

  /** Tells a queue of everything from now on. */
  void turnOn(RecordSink queue) {
    close(queue);
    on.add(queue);
    mm.setSink(this);
  }

  /** Tells a queue of what nothing could find later, and of that alone. */
  void turnOff(RecordSink queue) {
    close(queue);
    off.add(queue);
    mm.setSink(this);
  }

  /** Tells a queue of nothing any more. */
  void close(RecordSink queue) {
    flush();
    on.remove(queue);
    off.remove(queue);
    if (on.isEmpty() && off.isEmpty()) {
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
    for (RecordSink queue : on) {
      queue.move(cpu, oldStartVpn, newStartVpn, pages);
    }
    for (RecordSink queue : off) {
      queue.move(cpu, oldStartVpn, newStartVpn, pages);
      queue.add(cpu, newStartVpn, newStartVpn + pages, Categories.GONE, ChangeCause.MOVE);
    }
  }

  /** Passes on what is held back, so that the queues are complete. */
  void flush() {
    if (startVpn == endVpn) {
      return;
    }
    for (RecordSink queue : on) {
      queue.add(cpu, startVpn, endVpn, changed, cause);
    }
    boolean gone = (changed & Categories.GONE) != 0;
    for (int i = 0; i < off.size() && gone; i++) {
      off.get(i).add(cpu, startVpn, endVpn, Categories.GONE, cause);
    }
    if (!on.isEmpty() || gone) {
      mm.clock().charge(Cost.QUEUE_RECORD);
    }
    startVpn = endVpn;
    changed = 0;
  }
}
