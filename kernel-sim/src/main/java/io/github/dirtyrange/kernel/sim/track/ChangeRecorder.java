package io.github.dirtyrange.kernel.sim.track;

import static io.github.dirtyrange.kernel.KernelException.refuseIf;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.ChangeCause;
import io.github.dirtyrange.kernel.Cost;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.pgtable.TransitionSink;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes a process's transitions from its page table and mappings to the queue that is open, if one
 * is; else it does not listen, and costs nothing. Transitions of the same cause become one record
 * where they continue one another, as those of a sequential writer or of a long unmap, or follow on
 * the same pages, as where a store finds an armed hole.
 *
 * <p>The place where pages move to counts as unmapped and mapped anew: of pages of a file that
 * nobody has touched, no entry would tell there.
 *
 * <p>A queue that is off is told all the same of what nothing could find later: what is mapped,
 * unmapped and moved, pages that are taken away while their mapping stays or merged with others,
 * and what changes in the file behind it.
 */
public final class ChangeRecorder implements TransitionSink {

  /**
   * After these an entry may be empty, or look as it did, whatever the page held before; and that a
   * mapping is new is forgotten once a part of it is armed.
   */
  private static final Set<ChangeCause> NOT_FOUND_LATER =
      Collections.unmodifiableSet(
          EnumSet.of(
              ChangeCause.MAP,
              ChangeCause.MOVE,
              ChangeCause.ZAP,
              ChangeCause.RECLAIM,
              ChangeCause.MERGE,
              ChangeCause.FILE_WRITE));

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
    if (why == cause && from == endVpn && categories == changed) {
      endVpn = to;
      return;
    }
    if (why == cause && from == startVpn && to == endVpn) {
      changed |= categories;
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
    queue.add(cpu, newStartVpn, newStartVpn + pages, Categories.GONE, ChangeCause.MOVE);
    queue.move(cpu, oldStartVpn, newStartVpn, pages);
  }

  /** Passes on what is held back, so that the queue is complete. */
  void flush() {
    boolean all = on || NOT_FOUND_LATER.contains(cause);
    long told = all ? changed : changed & Categories.GONE;
    if (startVpn != endVpn && told != 0 && queue != null) {
      queue.add(cpu, startVpn, endVpn, told, cause);
      mm.clock().charge(Cost.QUEUE_RECORD);
    }
    startVpn = endVpn;
    changed = 0;
  }
}
