package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.MissedPages;
import io.github.dirtyrange.live.result.RoundMethod;
import java.util.Locale;

/** A round in one line of at most 80 columns. */
final class RoundLine {

  static final int COLUMNS = 80;

  static final String HEADING =
      "round   time    pages    size   runs      rate by  took  stop  most of it";

  private static final double NANOS_PER_SECOND = 1e9;

  private RoundLine() {}

  /**
   * {@return the line}
   *
   * @param intervalNanos how long ago the round before was
   * @param who before the names, empty for nobody
   */
  static String of(LiveRound round, long intervalNanos, String who) {
    long bytes = Pages.address(round.changedPages());
    String numbers =
        String.format(
            Locale.ROOT,
            "%5d %6s %8s %7s %6s %9s %2s %5s %5s",
            round.round(),
            shortly(Units.nanos(round.elapsedNanos())),
            Units.count(round.changedPages()),
            shortly(Units.bytes(bytes)),
            Units.count(round.runs()),
            shortly(Units.bytes(perSecond(bytes, intervalNanos))) + "/s",
            letter(round.method()),
            shortly(rounded(round.roundNanos())),
            shortly(rounded(round.stoppedNanos())));
    String names = who + missed(round) + names(round);
    String line = numbers + "  " + cut(names, Math.max(1, COLUMNS - numbers.length() - 2));
    return line.stripTrailing();
  }

  private static long perSecond(long bytes, long nanos) {
    return nanos <= 0 ? 0 : Math.round(bytes * NANOS_PER_SECOND / nanos);
  }

  /** Times of three digits or fewer. */
  private static String rounded(long nanos) {
    String text = Units.nanos(nanos);
    int point = text.indexOf('.');
    return point >= 2 ? text.substring(0, point) + text.substring(point + 2) : text;
  }

  private static String shortly(String amount) {
    return amount.replace(" ", "");
  }

  private static String missed(LiveRound round) {
    MissedPages missed = round.missed();
    return missed == null || missed.total() == 0 ? "" : "missed " + missed.total() + ", ";
  }

  /** The mapping and the thread with the most. */
  private static String names(LiveRound round) {
    String mapping = round.mappings().isEmpty() ? "" : lastPart(round.mappings().get(0).mapping());
    String thread = round.threads().isEmpty() ? "" : round.threads().get(0).name();
    return mapping.isEmpty() || thread.isEmpty() ? mapping + thread : mapping + " " + thread;
  }

  static String lastPart(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  static String cut(String text, int columns) {
    return text.length() <= columns ? text : text.substring(0, columns - 1) + "~";
  }

  /** {@return the letter for how pages were found, in the column "by" and in the totals} */
  static String letter(RoundMethod method) {
    return switch (method) {
      case QUEUE -> "q";
      case SCAN -> "s";
      case SCAN_BY_CHOICE -> "c";
      case SCAN_AFTER_LOSS -> "l";
      case EXACT -> "x";
    };
  }
}
