package io.github.dirtyrange.report.snapshot;

import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.GenerationCounts;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Lines for people, two a generation. */
public final class SnapshotLines implements SnapshotReport {

  private final PrintWriter out;

  /** Writes to a writer. */
  public SnapshotLines(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void begun(LiveTarget target, int before) {
    out.println(
        "process "
            + target.pid()
            + " ("
            + target.name()
            + ") is armed, in "
            + Units.nanos(target.armNanos())
            + "; "
            + target.strategy()
            + " tells what changes");
    if (before > 0) {
      out.println(
          Units.count(before, "generation")
              + " there: of what changed since them this tracker knows nothing, so the next has all"
              + " pages; those that are there already are not stored again");
    }
    out.flush();
  }

  @Override
  public void generation(GenerationResult result) {
    out.println(
        "generation "
            + result.number()
            + " ("
            + (result.parent().isPresent() ? "on " + result.parent().getAsLong() : "whole")
            + "): "
            + how(result)
            + "; looked at "
            + Units.count(result.stalePages(), "page")
            + " of "
            + Units.count(result.mappedPages())
            + " in "
            + Units.nanos(result.roundNanos())
            + ", "
            + amount(result.readBytes(), result.readNanos(), "read")
            + ", "
            + amount(result.storedBytes(), result.storeNanos(), "stored")
            + ", on the disk after "
            + Units.nanos(result.commitNanos()));
    out.println("  " + String.join(", ", counts(result.counts())));
    out.flush();
  }

  private static String how(GenerationResult result) {
    if (result.stopped()) {
      return "the process stood still for " + Units.nanos(result.stoppedNanos());
    }
    return result.exact()
        ? "the process went on; no change is missed"
        : "the process went on; what "
            + result.method()
            + " does not see may be missing until the last generation";
  }

  private static String amount(long bytes, long nanos, String verb) {
    String rate =
        nanos == 0 || bytes == 0 ? "" : " (" + Units.bytes((long) (bytes * 1e9 / nanos)) + "/s)";
    return verb + " " + Units.bytes(bytes) + " in " + Units.nanos(nanos) + rate;
  }

  private static List<String> counts(GenerationCounts counts) {
    List<String> parts = new ArrayList<>();
    add(parts, counts.stored(), "stored");
    add(parts, counts.same(), "equal to a page that is there");
    add(parts, counts.silent(), "written and not changed");
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
    out.println(why);
    out.flush();
  }
}
