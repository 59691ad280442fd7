package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.ChangeStacks;
import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.ThreadPages;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tracker that is open only between {@link #start} and {@link #stop}. A process has one change
 * queue at a time, so that queues of several designs take part in a comparison in turn.
 */
final class TrackerInTurn implements ChangeTracker {

  private final Supplier<ChangeTracker> opening;
  private final String name;
  private final Claims claims;
  private String mechanism;
  private String details;
  private long memoryBytes;
  private @Nullable ChangeTracker open;

  /** Opens a tracker for a moment, to learn what it is. */
  TrackerInTurn(Supplier<ChangeTracker> opening) {
    this.opening = opening;
    try (ChangeTracker first = opening.get()) {
      name = first.name();
      claims = first.claims();
      mechanism = first.mechanism();
      details = first.details();
      memoryBytes = first.memoryBytes();
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String mechanism() {
    return mechanism;
  }

  @Override
  public String details() {
    return details;
  }

  @Override
  public Claims claims() {
    return claims;
  }

  @Override
  public void start() {
    if (open == null) {
      open = opening.get();
    }
    open.start();
  }

  @Override
  public Round collect(ChangedPages changed) {
    return started().collect(changed);
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return started().collectExactly(changed);
  }

  @Override
  public String explain() {
    return started().explain();
  }

  @Override
  public List<ThreadPages> threads() {
    return started().threads();
  }

  @Override
  public ChangeStacks stacks() {
    return started().stacks();
  }

  @Override
  public List<Unseen> unseen() {
    return started().unseen();
  }

  private ChangeTracker started() {
    if (open == null) {
      throw new IllegalStateException("tracker " + name + " was not started");
    }
    return open;
  }

  /** {@inheritDoc} Closes it. */
  @Override
  public void stop() {
    started().stop();
    memoryBytes = started().memoryBytes();
    mechanism = started().mechanism();
    details = started().details();
    close();
  }

  /** {@inheritDoc} Once it is stopped, what they took then. */
  @Override
  public long memoryBytes() {
    return open == null ? memoryBytes : open.memoryBytes();
  }

  @Override
  public void close() {
    if (open != null) {
      open.close();
      open = null;
    }
  }
}
