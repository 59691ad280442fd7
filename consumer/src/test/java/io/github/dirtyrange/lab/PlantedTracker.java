package io.github.dirtyrange.lab;

import io.github.dirtyrange.kernel.Claims;
import io.github.dirtyrange.kernel.Unseen;
import io.github.dirtyrange.track.ChangeTracker;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.Round;
import java.util.List;
import java.util.function.UnaryOperator;

/** A strategy that says what another found, changed; only its exact rounds are left as they are. */
class PlantedTracker implements ChangeTracker {

  private final ChangeTracker tracker;
  private final Claims claims;
  private final UnaryOperator<ChangedPages> change;

  PlantedTracker(ChangeTracker tracker, Claims claims, UnaryOperator<ChangedPages> change) {
    this.tracker = tracker;
    this.claims = claims;
    this.change = change;
  }

  @Override
  public Claims claims() {
    return claims;
  }

  @Override
  public String name() {
    return tracker.name();
  }

  @Override
  public String mechanism() {
    return tracker.mechanism();
  }

  @Override
  public void start() {
    tracker.start();
  }

  @Override
  public Round collect(ChangedPages changed) {
    ChangedPages found = new ChangedPages();
    Round round = tracker.collect(found);
    changed.clear();
    changed.addAll(change.apply(found));
    return round;
  }

  @Override
  public Round collectExactly(ChangedPages changed) {
    return tracker.collectExactly(changed);
  }

  @Override
  public List<Unseen> unseen() {
    return tracker.unseen();
  }

  @Override
  public void stop() {
    tracker.stop();
  }

  @Override
  public long memoryBytes() {
    return tracker.memoryBytes();
  }

  @Override
  public void close() {
    tracker.close();
  }
}
