package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.queue.QueueDesign;
import io.github.dirtyrange.kernel.sim.queue.QueueDesigns;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The simulated kernel: booted anew for each program, so that nothing is left of the last. */
public final class SimMachine implements Machine {

  /** The operations that the simulated kernel knows. */
  public static final Set<OperationKind> KINDS = Set.of(OperationKind.values());

  private static final Optional<QueueDesign> DESIGN =
      QueueDesigns.registered().stream()
          .filter(design -> design.name().equals("dirty-tables"))
          .findFirst();

  private final Profile profile;
  private SimSession session;
  private OperationTable calls;

  /** Simulates a kernel of a profile. */
  public SimMachine(Profile profile) {
    this.profile = profile;
    session = new SimSession(profile, Layout.SMALL);
    calls = calls(session);
  }

  private static OperationTable calls(SimSession session) {
    OperationTable calls = new OperationTable();
    new SimMappings(session).addTo(calls);
    new SimAccesses(session).addTo(calls);
    new SimFiles(session).addTo(calls);
    new SimTracking(session).addTo(calls);
    new SimUserfaults(session).addTo(calls);
    new SimFrames(session).addTo(calls);
    return calls;
  }

  @Override
  public String name() {
    return profile.name();
  }

  @Override
  public void reset(Layout layout) {
    session = new SimSession(profile, layout);
    calls = calls(session);
  }

  @Override
  public void readPagemap(int process, long startVpn, int count, long[] entries) {
    session.tracked(process).readPagemap(startVpn, count, entries);
  }

  /** {@inheritDoc} Its change queue is of the design that the kernel's own queue has. */
  @Override
  public TrackedProcess track(int process) {
    int pid = session.process(process).pid();
    return DESIGN
        .map(design -> session.kernel().open(pid, design))
        .orElseGet(() -> session.kernel().open(pid));
  }

  @Override
  public Outcome run(Operation operation) {
    return withMessages(calls.run(operation));
  }

  @Override
  public Outcome follow(Operation operation, Outcome elsewhere) {
    return withMessages(calls.follow(operation, elsewhere));
  }

  private Outcome withMessages(Outcome outcome) {
    List<String> messages = session.takeMessages();
    return messages.isEmpty() ? outcome : outcome.with(messages);
  }

  @Override
  public void close() {}
}
