package io.github.dirtyrange.lab;

import io.github.dirtyrange.copy.PageCopier;
import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import io.github.dirtyrange.track.Round;
import org.jspecify.annotations.Nullable;

/**
 * Compares what a strategy reported with what was written, then copies the reported pages and
 * compares their content too.
 */
final class Judge {

  private final @Nullable PageCopier copier;

  /** Makes a judge; without a copier, where memory may not be read, contents are not compared. */
  Judge(@Nullable PageCopier copier) {
    this.copier = copier;
  }

  /** Compares the pages reported in a sub-round with those written in it. */
  Verdict judge(ChangedPages reported, ChangedPages written, int subRound) {
    long common = PageSets.common(reported, written);
    ContentCheck content = new ContentCheck(written, subRound);
    if (copier != null) {
      copier.copy(reported, content);
    }
    return new Verdict(
        written.pages() - common,
        reported.pages() - common,
        content.copiedBytes(),
        content.mismatches());
  }

  /** How right an answer was; the numbers are those of {@link Outcome}. */
  record Verdict(long missed, long extra, long copiedBytes, long copyMismatches) {

    Outcome outcome(Round round, double writeNanos, long pagesReported, long memoryBytes) {
      return new Outcome(
          round,
          writeNanos,
          pagesReported,
          missed,
          extra,
          copiedBytes,
          copyMismatches,
          memoryBytes);
    }
  }
}
