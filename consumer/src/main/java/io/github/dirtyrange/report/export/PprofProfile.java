package io.github.dirtyrange.report.export;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;

/**
 * A profile in pprof's format, compressed. A sample is a mapping of a process, with its pages as
 * {@code by_mapping}, or a thread of a process, with its pages as {@code by_thread}.
 */
public final class PprofProfile extends TotalsReport {

  // Profile
  private static final int SAMPLE_TYPE = 1;
  private static final int SAMPLE = 2;
  private static final int TIME_NANOS = 9;
  private static final int DURATION_NANOS = 10;
  private static final int COMMENT = 13;
  private static final int DEFAULT_SAMPLE_TYPE = 14;

  // ValueType
  private static final int TYPE = 1;
  private static final int UNIT = 2;

  // Sample
  private static final int LOCATION_ID = 1;
  private static final int VALUE = 2;

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
    profile.message(SAMPLE_TYPE, pages(tables, "by_mapping"));
    profile.message(SAMPLE_TYPE, pages(tables, "by_thread"));
    all.mappings().forEach(row -> profile.message(SAMPLE, sample(tables, row, row.pages(), 0)));
    all.threads().forEach(row -> profile.message(SAMPLE, sample(tables, row, 0, row.pages())));
    profile
        .number(TIME_NANOS, beganAt)
        .number(DURATION_NANOS, realtimeNanos.getAsLong() - beganAt)
        .number(COMMENT, tables.string(known(all.threads())))
        .number(DEFAULT_SAMPLE_TYPE, tables.string("by_mapping"));
    tables.addTo(profile);
    return profile;
  }

  private static ProtoMessage pages(PprofTables tables, String type) {
    return new ProtoMessage()
        .number(TYPE, tables.string(type))
        .number(UNIT, tables.string("pages"));
  }

  /** The innermost frame comes first. */
  private static ProtoMessage sample(
      PprofTables tables, DirtyTotals.Row row, long byMapping, long byThread) {
    long process = tables.location(row.process());
    long part = tables.location(row.part());
    return new ProtoMessage().packed(LOCATION_ID, part, process).packed(VALUE, byMapping, byThread);
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
