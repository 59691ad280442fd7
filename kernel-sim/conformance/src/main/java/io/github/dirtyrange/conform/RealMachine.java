package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentDiedException;
import io.github.dirtyrange.kernel.TrackedProcess;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;

/** The running Linux: each operation is a system call, a load or a store of an agent's process. */
public final class RealMachine implements Machine {

  private final IntFunction<TrackedProcess> trackers;
  private final HugePagePool pool = HugePagePool.open();
  private String death = "";
  private RealSession session = new RealSession();
  private OperationTable calls = calls(session);

  /** A machine whose processes nobody tracks. */
  public RealMachine() {
    this(
        pid -> {
          throw new IllegalStateException("nobody tracks process " + pid);
        });
  }

  /**
   * A machine whose processes are tracked by others, too.
   *
   * @param trackers opens a process by its number
   */
  public RealMachine(IntFunction<TrackedProcess> trackers) {
    this.trackers = trackers;
  }

  private static OperationTable calls(RealSession session) {
    OperationTable calls = new OperationTable();
    new RealMappings(session).addTo(calls);
    new RealAccesses(session).addTo(calls);
    new RealFileCalls(session).addTo(calls);
    new RealTracking(session).addTo(calls);
    new RealUserfaults(session).addTo(calls);
    new RealFrames(session).addTo(calls);
    return calls;
  }

  /** {@return the operations that this machine's kernel can do} */
  public Set<OperationKind> kinds() {
    Set<OperationKind> kinds = EnumSet.allOf(OperationKind.class);
    if (!session.hasHeap()) {
      kinds.remove(OperationKind.BRK);
    }
    if (pool.missing().isPresent()) {
      kinds.removeAll(OperationKind.OF_THE_POOL);
    }
    return kinds;
  }

  /** {@return what keeps this from being a machine to compare with, and what would change it} */
  public Optional<String> missing() {
    return session.hasUserfaultfd()
        ? Optional.empty()
        : Optional.of(
            "userfaultfd may not be used here (run as root, or set vm.unprivileged_userfaultfd=1;"
                + " the kernel needs CONFIG_USERFAULTFD)");
  }

  /** {@return why some operations are left out here, a sentence each} */
  public List<String> reasons() {
    return pool.missing().map(why -> "without mmap-hugetlb: " + why).stream().toList();
  }

  @Override
  public String name() {
    return System.getProperty("os.version", "unknown");
  }

  /** {@inheritDoc} If a program was the agent's death, there is a new agent. */
  @Override
  public void reset(Layout layout) {
    try {
      session.reset(layout);
    } catch (AgentDiedException e) {
      death = String.valueOf(e.getMessage());
      session.close();
      session = new RealSession();
      calls = calls(session);
      session.reset(layout);
    }
  }

  /** {@return what the last agent died of that a reset replaced; empty if none did} */
  public String death() {
    return death;
  }

  @Override
  public void readPagemap(int process, long startVpn, int count, long[] entries) {
    session.process(process).readPagemap(startVpn, count, entries);
  }

  @Override
  public TrackedProcess track(int process) {
    return trackers.apply(session.process(process).channel().pid());
  }

  @Override
  public Outcome run(Operation operation) {
    Outcome outcome = calls.run(operation);
    List<String> messages = session.server().takeMessages();
    return messages.isEmpty() ? outcome : outcome.with(messages);
  }

  @Override
  public void close() {
    session.close();
    pool.close();
  }
}
