package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Collapsed stacks, which draw flame graphs. Where call chains were asked for, a line for each of
 * them: process, thread, functions from the outermost on, and the mapping that they wrote to.
 * Otherwise a line for each mapping and for each thread of each process, below two roots.
 */
public final class CollapsedStacks extends TotalsReport {

  /** Writes to a stream, at the end. */
  public CollapsedStacks(OutputStream stream) {
    super(stream);
  }

  @Override
  void write(DirtyTotals all, OutputStream file) throws IOException {
    StringBuilder lines = new StringBuilder();
    if (all.stacks().wereAskedFor()) {
      sorted(stacks(all)).forEach(entry -> line(lines, entry.getKey(), entry.getValue()));
    } else {
      add(lines, "by mapping", all.mappings());
      add(lines, "by thread", all.threads());
    }
    file.write(lines.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static void add(StringBuilder lines, String root, List<DirtyTotals.Row> rows) {
    rows.forEach(row -> line(lines, joined(root, row.process(), row.part()), row.pages()));
  }

  /** {@return pages by line: several addresses of one function make one} */
  private static Map<String, Long> stacks(DirtyTotals all) {
    Map<String, Long> lines = new HashMap<>();
    StackTotals stacks = all.stacks();
    for (StackTotals.Row row : stacks.rows()) {
      lines.merge(stack(all, row.stack()), row.pages(), Long::sum);
    }
    stacks
        .others()
        .forEach((process, pages) -> lines.put(joined(process, FrameName.OTHERS), pages));
    stacks
        .unknown()
        .forEach((process, pages) -> lines.put(joined(process, DirtyTotals.NO_THREAD), pages));
    return lines;
  }

  private static String stack(DirtyTotals all, StackTotals.Stack stack) {
    List<String> frames = new ArrayList<>();
    frames.add(stack.mapping());
    for (CodePlace place : stack.frames()) {
      frames.add(FrameName.of(place));
    }
    if (stack.cut()) {
      frames.add(FrameName.CUT);
    }
    frames.add(all.threadName(stack.process(), stack.tid()));
    frames.add(stack.process());
    Collections.reverse(frames);
    return joined(frames.toArray(String[]::new));
  }

  private static List<Map.Entry<String, Long>> sorted(Map<String, Long> lines) {
    return lines.entrySet().stream()
        .sorted(
            Map.Entry.<String, Long>comparingByValue()
                .reversed()
                .thenComparing(Map.Entry.comparingByKey()))
        .toList();
  }

  private static void line(StringBuilder lines, String stack, long pages) {
    lines.append(stack).append(' ').append(pages).append('\n');
  }

  private static String joined(String... names) {
    return List.of(names).stream().map(CollapsedStacks::frame).collect(Collectors.joining(";"));
  }

  /** {@return a name without what ends a frame or a line} */
  private static String frame(String name) {
    return name.replace(';', ',').replaceAll("\\p{Cntrl}", "?");
  }
}
