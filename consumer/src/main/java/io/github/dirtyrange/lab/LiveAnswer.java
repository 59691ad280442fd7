package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;

/**
 * What a strategy said while the process stood still.
 *
 * @param round how it found that
 * @param first its answer
 * @param exact what an exact scan told after it, of a strategy that is complete only then; else
 *     nothing
 * @param memoryBytes memory that its buffers and queues took
 */
record LiveAnswer(Round round, ChangedPages first, ChangedPages exact, long memoryBytes) {

  /** {@return every page that an answer is about: to be copied, or gone} */
  static ChangedPages toldBy(ChangedPages answer) {
    ChangedPages gone = new ChangedPages();
    for (int region = 0; region < answer.regions(); region++) {
      if (answer.isGone(region)) {
        answer.show(region, (startVpn, endVpn, changed, now) -> gone.add(startVpn, endVpn));
      }
    }
    return PageSets.union(answer, gone);
  }
}
