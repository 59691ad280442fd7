package io.github.dirtyrange.lab;

import io.github.dirtyrange.lab.result.MissCause;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;
import java.util.EnumMap;
import java.util.Map;

/**
 * Holds an answer against two truths that share nothing: what the page table says was written, and
 * which private pages hold other bytes than at the stop before.
 *
 * <p>Judged is what was tracked when the process was stopped. What was mapped, or moved, since the
 * stop before is tracked from then on; whoever tracks a process is told of it as a whole. An empty
 * page that was empty at the stop before is not missed, even where its entry reads WRITTEN: memory
 * that grew, or was given back before anything touched it.
 */
final class LiveJudge {

  private LiveJudge() {}

  /** Judges an answer that was given at a stop. */
  static LiveOutcome judge(LiveAnswer answer, LiveStop before, LiveStop now, long stoppedNanos) {
    ChangedPages first = PageSets.intersection(answer.first(), now.page().tracked());
    ChangedPages told = LiveAnswer.toldBy(answer.first());
    ChangedPages byScan = PageSets.without(changed(before.page(), now.page()), told);
    ChangedPages byContent = PageSets.without(differing(before, now), told);
    ChangedPages missed = PageSets.union(byScan, byContent);
    ChangedPages untold = PageSets.without(missed, LiveAnswer.toldBy(answer.exact()));
    Outcome work =
        new Outcome(
            looked(answer.round(), now),
            0,
            first.pages(),
            missed.pages(),
            PageSets.without(first, now.page().written()).pages(),
            0,
            0,
            answer.memoryBytes());
    return new LiveOutcome(
        work, stoppedNanos, byScan.pages(), byContent.pages(), untold.pages(), causes(missed, now));
  }

  /**
   * {@return what a page table says was written, without the pages that held nothing before and
   * hold nothing now}
   */
  static ChangedPages changed(WrittenTruth.Look before, WrittenTruth.Look now) {
    return PageSets.intersection(now.written(), PageSets.union(before.present(), now.held()));
  }

  private static ChangedPages differing(LiveStop before, LiveStop now) {
    ChangedPages differing = now.contents().differingFrom(before.contents());
    return PageSets.intersection(differing, now.page().tracked());
  }

  /** What is not mapped cannot be looked at, though a range may be over all of user space. */
  private static Round looked(Round round, LiveStop now) {
    return new Round(
        round.epoch(),
        round.nanos(),
        round.rearmNanos(),
        Math.min(round.pagesInspected(), now.page().mapped().pages()),
        round.method(),
        round.causes());
  }

  private static Map<MissCause, Long> causes(ChangedPages missed, LiveStop now) {
    ChangedPages held = PageSets.intersection(missed, now.page().held());
    ChangedPages written = PageSets.intersection(held, now.page().written());
    ChangedPages silent = PageSets.without(missed, written);
    long untraced = PageSets.common(silent, now.contents().holding());
    Map<MissCause, Long> causes = new EnumMap<>(MissCause.class);
    causes.put(MissCause.WRITTEN, written.pages());
    causes.put(MissCause.EMPTIED, silent.pages() - untraced);
    causes.put(MissCause.UNTRACED, untraced);
    return causes;
  }
}
