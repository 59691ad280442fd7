package io.github.dirtyrange.report.export;

import io.github.dirtyrange.kernel.CodePlace;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The samples of a pprof profile. A value is a count of pages, by mapping, by thread, or by call
 * chain where these were asked for; each sample has one that is not 0.
 */
final class PprofSamples {

  // Profile
  private static final int SAMPLE = 2;

  // Sample, and its Label
  private static final int LOCATION_ID = 1;
  private static final int VALUE = 2;
  private static final int LABEL = 3;
  private static final int KEY = 1;
  private static final int TEXT = 2;

  private final DirtyTotals all;
  private final PprofTables tables;
  private final ProtoMessage profile;
  private final int types;

  /** Adds samples to a profile. */
  PprofSamples(DirtyTotals all, PprofTables tables, ProtoMessage profile) {
    this.all = all;
    this.tables = tables;
    this.profile = profile;
    types = all.stacks().wereAskedFor() ? 3 : 2;
  }

  /** Adds all of them. */
  void add() {
    all.mappings().forEach(row -> add(row, 0));
    all.threads().forEach(row -> add(row, 1));
    List<StackTotals.Row> stacks = all.stacks().rows();
    stacks.sort(Comparator.comparingLong(StackTotals.Row::pages).reversed());
    stacks.forEach(this::add);
    addNoCode(FrameName.OTHERS, all.stacks().others());
    addNoCode(DirtyTotals.NO_THREAD, all.stacks().unknown());
  }

  /** The innermost frame comes first. */
  private void add(DirtyTotals.Row row, int type) {
    long process = tables.location(row.process());
    long part = tables.location(row.part());
    profile.message(SAMPLE, sample(type, row.pages(), part, process));
  }

  /** Who and where are labels, so that the functions are what is on top. */
  private void add(StackTotals.Row row) {
    StackTotals.Stack stack = row.stack();
    ProtoMessage sample = sample(2, row.pages(), locations(stack));
    label(sample, "process", stack.process());
    label(sample, "thread", all.threadName(stack.process(), stack.tid()));
    label(sample, "mapping", stack.mapping());
    profile.message(SAMPLE, sample);
  }

  private long[] locations(StackTotals.Stack stack) {
    List<CodePlace> frames = stack.frames();
    if (frames.isEmpty()) {
      return new long[] {tables.location(FrameName.UNKNOWN)};
    }
    long[] locations = new long[frames.size() + (stack.cut() ? 1 : 0)];
    for (int i = 0; i < frames.size(); i++) {
      locations[i] = tables.location(stack.process(), frames.get(i));
    }
    if (stack.cut()) {
      locations[frames.size()] = tables.location(FrameName.CUT);
    }
    return locations;
  }

  private void addNoCode(String frame, Map<String, Long> byProcess) {
    new TreeMap<>(byProcess)
        .forEach(
            (process, pages) -> {
              ProtoMessage sample = sample(2, pages, tables.location(frame));
              label(sample, "process", process);
              profile.message(SAMPLE, sample);
            });
  }

  private ProtoMessage sample(int type, long pages, long... locations) {
    long[] values = new long[types];
    values[type] = pages;
    return new ProtoMessage().packed(LOCATION_ID, locations).packed(VALUE, values);
  }

  private void label(ProtoMessage sample, String key, String text) {
    sample.message(
        LABEL,
        new ProtoMessage().number(KEY, tables.string(key)).number(TEXT, tables.string(text)));
  }
}
