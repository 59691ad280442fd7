package io.github.dirtyrange.report.html;

import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.LiveTotals;
import io.github.dirtyrange.live.result.MappedPart;
import java.util.ArrayList;
import java.util.List;

/** What was told of one process, within bounds however long it was tracked. */
final class TrackHistory {

  static final int MOST_EVENTS = 400;

  /**
   * Something that happened.
   *
   * @param round in which it was told, 0 before the first
   * @param nanos since the process was armed
   * @param what in a word
   * @param part where
   */
  record Event(long round, long nanos, What what, MappedPart part) {}

  /** What can happen to memory. */
  enum What {
    MAPPED,
    UNMAPPED
  }

  private final TrackColumns columns = new TrackColumns();
  private final LiveTotals totals = new LiveTotals();
  private final List<Event> events = new ArrayList<>();
  private final List<String> turns = new ArrayList<>();
  private LiveTarget target;
  private List<MappedPart> writable = List.of();
  private long unlisted;

  /** What the programs before had; each counts its time from its own beginning. */
  private long nanosBefore;

  private long nanos;

  TrackHistory(LiveTarget target) {
    this.target = target;
    totals.begin(target);
  }

  /** Another program is executed in the process. */
  void executed(LiveTarget next) {
    turns.add("After round " + columns.rounds() + " it executed " + next.name() + ".");
    target = next;
    nanosBefore = nanos;
    totals.begin(next);
  }

  /** Its memory is gone. */
  void ended(String name) {
    turns.add("After round " + columns.rounds() + " " + name + " had ended.");
  }

  void add(LiveRound round) {
    nanos = nanosBefore + round.elapsedNanos();
    columns.add(round, nanos);
    totals.add(round);
    writable = round.writable();
    round.added().forEach(part -> event(What.MAPPED, part));
    round.gone().forEach(part -> event(What.UNMAPPED, part));
  }

  private void event(What what, MappedPart part) {
    if (events.size() < MOST_EVENTS) {
      events.add(new Event(columns.rounds(), nanos, what, part));
    } else {
      unlisted++;
    }
  }

  LiveTarget target() {
    return target;
  }

  TrackColumns columns() {
    return columns;
  }

  /** {@return from when it was tracked first until its last round} */
  long nanos() {
    return nanos;
  }

  LiveTotals totals() {
    return totals;
  }

  List<Event> events() {
    return events;
  }

  /** {@return how many events there were besides} */
  long unlisted() {
    return unlisted;
  }

  /** {@return that it executed or ended, in sentences} */
  List<String> turns() {
    return turns;
  }

  /** {@return what may be written, as of the last round} */
  List<MappedPart> writable() {
    return writable;
  }
}
