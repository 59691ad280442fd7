package io.github.dirtyrange.report.snapshot;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.GenerationCounts;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** An object a line: the process, each generation, and why no more come. */
public final class SnapshotJson implements SnapshotReport {

  private static final Gson GSON = new GsonBuilder().disableHtmlEscaping().create();

  private final PrintWriter out;

  /** Writes to a writer. */
  public SnapshotJson(PrintWriter out) {
    this.out = out;
  }

  // The records below are the JSON's shape, member by member and in its order.

  private record Begun(
      String event, int pid, String name, String strategy, long armNanos, int generationsBefore) {}

  private record Written(
      String event,
      long generation,
      @Nullable Long parent,
      boolean stopped,
      boolean exact,
      long mappedPages,
      long stalePages,
      int pageBytes,
      long readBytes,
      long storedBytes,
      GenerationCounts pages,
      long roundNanos,
      long readNanos,
      long storeNanos,
      long commitNanos,
      long stoppedNanos) {}

  private record Ended(String event, String why) {}

  @Override
  public void begun(LiveTarget target, int before) {
    print(
        new Begun(
            "begun", target.pid(), target.name(), target.strategy(), target.armNanos(), before));
  }

  @Override
  public void generation(GenerationResult result) {
    print(
        new Written(
            "generation",
            result.number(),
            result.parent().isPresent() ? result.parent().getAsLong() : null,
            result.stopped(),
            result.exact(),
            result.mappedPages(),
            result.stalePages(),
            result.pageSize(),
            result.readBytes(),
            result.storedBytes(),
            result.counts(),
            result.roundNanos(),
            result.readNanos(),
            result.storeNanos(),
            result.commitNanos(),
            result.stoppedNanos()));
  }

  @Override
  public void ended(String why) {
    print(new Ended("ended", why));
  }

  private void print(Object line) {
    out.println(GSON.toJson(line));
    out.flush();
  }
}
