package io.github.dirtyrange.report.live;

import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.lab.result.Units;
import io.github.dirtyrange.live.result.LiveRound;
import io.github.dirtyrange.live.result.LiveTarget;
import io.github.dirtyrange.live.result.MappedPart;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A map of a process's memory on a terminal of 80 columns: a row for each piece of its address
 * space, gaps folded, and a column for each round, the newest at the right. It is drawn over
 * itself, each line in one go, so that nothing flickers. What else there is to say comes above it.
 */
public final class HeatMap implements LiveReport {

  /** A line that is broken would be drawn over wrongly. */
  public static final int TERMINAL_COLUMNS = RoundLine.COLUMNS;

  private static final int ROWS = 16;

  /** With the title, the scale, the round with its heading, and the line of the cursor. */
  public static final int TERMINAL_LINES = ROWS + 5;

  private static final int LABEL = 24;
  private static final int COLUMNS = RoundLine.COLUMNS - LABEL - 2;
  private static final String REST_OF_LINE = "\033[K";
  private static final String REST_OF_SCREEN = "\033[J";

  private final PrintWriter terminal;
  private final StringWriter said = new StringWriter();
  private final TextLines lines;
  private final Deque<HeatColumn> columns = new ArrayDeque<>();
  private List<MappedPart> mappings = List.of();
  private FoldedSpace space = new FoldedSpace(List.of());
  private @Nullable LiveTarget shown;
  private long lastRoundAt;
  private int drawn;

  /**
   * Draws on a terminal.
   *
   * @param ofMany whether there may be several processes; the first is the one that is drawn
   */
  public HeatMap(PrintWriter terminal, boolean ofMany) {
    this.terminal = terminal;
    lines = new TextLines(new PrintWriter(said, true), ofMany);
  }

  @Override
  public void tracked(LiveTarget target, boolean executed) {
    if (shown == null || shown.pid() == target.pid()) {
      shown = target;
      lastRoundAt = 0;
      columns.clear();
    }
    lines.tracked(target, executed);
    say();
  }

  @Override
  public void startedBefore(long nanos) {
    lines.startedBefore(nanos);
    say();
  }

  @Override
  public void ended(LiveTarget target, MemoryGoneException.Reason reason) {
    lines.ended(target, reason);
    say();
  }

  @Override
  public void notTracked(int pid, String name, String why) {
    lines.notTracked(pid, name, why);
    say();
  }

  @Override
  public void round(LiveTarget target, LiveRound round) {
    lines.tellBefore(target, round);
    if (said.getBuffer().length() > 0) {
      say();
    }
    lines.round(target, round);
    said.getBuffer().setLength(0);
    if (shown != null && shown.pid() != target.pid()) {
      return;
    }
    if (!mappings.equals(round.writable())) {
      mappings = round.writable();
      space = FoldedSpace.of(mappings, ROWS);
    }
    columns.addLast(HeatColumn.of(round, space));
    if (columns.size() > COLUMNS) {
      columns.removeFirst();
    }
    draw(frame(target, round));
    lastRoundAt = round.elapsedNanos();
  }

  @Override
  public void finished() {
    lines.finished();
    drawn = 0;
    terminal.print(said);
    terminal.flush();
  }

  private List<String> frame(LiveTarget target, LiveRound round) {
    List<String> frame = new ArrayList<>();
    long interval = round.elapsedNanos() - lastRoundAt;
    String title =
        String.format(
            Locale.ROOT,
            "%s (%d): %s of memory that may be written, a column a round (%s)",
            target.name(),
            target.pid(),
            Units.bytes(Pages.address(mappings.stream().mapToLong(MappedPart::pages).sum())),
            Units.nanos(interval));
    frame.add(RoundLine.cut(title, RoundLine.COLUMNS));
    for (FoldedSpace.Row row : space.rows()) {
      frame.add(label(row) + "|" + cells(row) + "|");
    }
    frame.add(HeatColumn.SCALE);
    frame.add(RoundLine.HEADING);
    frame.add(RoundLine.of(round, interval, ""));
    return frame;
  }

  private static String label(FoldedSpace.Row row) {
    String name = row.name().substring(row.name().lastIndexOf('/') + 1);
    String text = String.format(Locale.ROOT, "%012x %s", Pages.address(row.startVpn()), name);
    return String.format(Locale.ROOT, "%-" + LABEL + "s", RoundLine.cut(text, LABEL - 1));
  }

  private String cells(FoldedSpace.Row row) {
    StringBuilder cells = new StringBuilder(" ".repeat(COLUMNS - columns.size()));
    columns.forEach(column -> cells.append(column.letterAt(row)));
    return cells.toString();
  }

  /** Draws a frame over the last one, and wipes away what that had more. */
  private void draw(List<String> frame) {
    StringBuilder text = new StringBuilder(up());
    frame.forEach(line -> text.append(line).append(REST_OF_LINE).append('\n'));
    if (frame.size() < drawn) {
      text.append(REST_OF_SCREEN);
    }
    drawn = frame.size();
    terminal.print(text);
    terminal.flush();
  }

  private String up() {
    return drawn == 0 ? "" : String.format(Locale.ROOT, "\033[%dA", drawn);
  }

  /** Puts lines in the place of the map; the next frame comes below. */
  private void say() {
    terminal.print(up() + REST_OF_SCREEN + said);
    terminal.flush();
    said.getBuffer().setLength(0);
    drawn = 0;
  }
}
