package io.github.dirtyrange.report.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * A profile in pprof's format, compressed. A sample is a mapping of a process, with its pages as
 * {@code by_mapping}, a thread of a process, with its pages as {@code by_thread}, or, where these
 * were asked for, a call chain with its pages as {@code by_stack}.
 */
public final class PprofProfile extends TotalsReport {

  // Profile
  private static final int SAMPLE_TYPE = 1;
  private static final int TIME_NANOS = 9;
  private static final int DURATION_NANOS = 10;
  private static final int COMMENT = 13;
  private static final int DEFAULT_SAMPLE_TYPE = 14;

  // ValueType
  private static final int TYPE = 1;
  private static final int UNIT = 2;

  private final LongSupplier realtimeNanos;
  private final long beganAt;

  /** Writes to a stream, at the end. */
  public PprofProfile(OutputStream stream) {
    this(stream, Realtime::nanos);
  }

  /** Takes the time from elsewhere. */
  PprofProfile(OutputStream stream, LongSupplier realtimeNanos) {
    super(stream);
    this.realtimeNanos = realtimeNanos;
    beganAt = realtimeNanos.getAsLong();
  }

  @Override
  void write(DirtyTotals all, OutputStream file) throws IOException {
    GZIPOutputStream compressed = new GZIPOutputStream(file);
    profile(all).writeTo(compressed);
    compressed.finish();
  }

  private ProtoMessage profile(DirtyTotals all) {
    PprofTables tables = new PprofTables();
    ProtoMessage profile = new ProtoMessage();
    List<String> types = types(all);
    types.forEach(type -> profile.message(SAMPLE_TYPE, pages(tables, type)));
    new PprofSamples(all, tables, profile).add();
    profile
        .number(TIME_NANOS, beganAt)
        .number(DURATION_NANOS, realtimeNanos.getAsLong() - beganAt)
        .number(COMMENT, tables.string(known(all.threads())));
    if (all.stacks().wereAskedFor()) {
      profile.number(COMMENT, tables.string(all.stacks().summary()));
    }
    String main = all.stacks().wereAskedFor() ? "by_stack" : "by_mapping";
    profile.number(DEFAULT_SAMPLE_TYPE, tables.string(main));
    tables.addTo(profile);
    return profile;
  }

  private static List<String> types(DirtyTotals all) {
    return all.stacks().wereAskedFor()
        ? List.of("by_mapping", "by_thread", "by_stack")
        : List.of("by_mapping", "by_thread");
  }

  private static ProtoMessage pages(PprofTables tables, String type) {
    return new ProtoMessage()
        .number(TYPE, tables.string(type))
        .number(UNIT, tables.string("pages"));
  }

  private static String known(List<DirtyTotals.Row> threads) {
    long all = 0;
    long unknown = 0;
    for (DirtyTotals.Row row : threads) {
      all += row.pages();
      unknown += row.part().equals(DirtyTotals.NO_THREAD) ? row.pages() : 0;
    }
    return String.format(
        Locale.ROOT, "by_thread: the thread is known of %,d of %,d pages", all - unknown, all);
  }
}
