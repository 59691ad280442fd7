package io.github.dirtyrange.report.snapshot;

import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.GenerationCounts;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines for people, of at most 80 columns, a few a generation. */
public final class SnapshotLines implements SnapshotReport {

  private static final int COLUMNS = 80;
  private static final String INDENT = "  ";
  private static final double NANOS = 1e9;

  private final PrintWriter out;

  /** Writes to a writer. */
  public SnapshotLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begun(LiveTarget target, int before) {
    wrapped(
        "process %d (%s), armed in %s; what changes is told by %s"
            .formatted(
                target.pid(), target.name(), Units.nanos(target.armNanos()), target.strategy()));
    if (before > 0) {
      wrapped(
          Units.count(before, "generation")
              + " there. What changed since them this tracker cannot know, so the next one has all"
              + " pages; those that are there already are not stored again");
    }
    out.flush();
  }

  @Override
  public void generation(GenerationResult result) {
    String on = result.parent().isPresent() ? " on " + result.parent().getAsLong() : "";
    wrapped("generation " + result.number() + on + ": " + how(result));
    wrapped(
        INDENT
            + Units.count(result.stalePages())
            + " of "
            + Units.count(result.mappedPages(), "page")
            + " looked at, in "
            + Units.nanos(result.roundNanos())
            + "; read "
            + amount(result.readBytes(), result.readNanos())
            + "; stored "
            + amount(result.storedBytes(), result.storeNanos())
            + "; on the disk in "
            + Units.nanos(result.commitNanos()));
    wrapped(INDENT + String.join(", ", counts(result.counts())));
    out.flush();
  }

  private static String how(GenerationResult result) {
    if (result.stopped()) {
      return "stopped for " + Units.nanos(result.stoppedNanos()) + ", exact";
    }
    return result.exact() ? "running, exact" : "running, as far as " + result.method() + " sees";
  }

  private static String amount(long bytes, long nanos) {
    String rate =
        nanos == 0 || bytes == 0 ? "" : " (" + Units.bytes((long) (bytes * NANOS / nanos)) + "/s)";
    return Units.bytes(bytes) + " in " + Units.nanos(nanos) + rate;
  }

  private static List<String> counts(GenerationCounts counts) {
    List<String> parts = new ArrayList<>();
    add(parts, counts.stored(), "stored");
    add(parts, counts.same(), "there already");
    add(parts, counts.silent(), "written and the same");
    add(parts, counts.zeroed() + counts.zero(), "zero");
    add(parts, counts.parent(), "unchanged");
    add(parts, counts.nothing(), "untouched");
    add(parts, counts.file(), "of files");
    add(parts, counts.swapped(), "in swap");
    add(parts, counts.unread(), "not readable");
    return parts.isEmpty() ? List.of("no pages") : parts;
  }

  private static void add(List<String> parts, long pages, String what) {
    if (pages > 0) {
      parts.add(Units.count(pages) + " " + what);
    }
  }

  @Override
  public void ended(String why) {
    wrapped(why);
    out.flush();
  }

  /** Breaks lines between words, and goes on indented. */
  private void wrapped(String text) {
    String rest = text;
    while (rest.length() > COLUMNS) {
      int space = rest.lastIndexOf(' ', COLUMNS);
      if (space <= 2 * INDENT.length()) {
        break;
      }
      out.println(rest.substring(0, space));
      rest = INDENT + INDENT + rest.substring(space + 1);
    }
    out.println(rest);
  }
}
