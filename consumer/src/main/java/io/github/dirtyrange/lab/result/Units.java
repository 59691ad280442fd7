package io.github.dirtyrange.lab.result;

import java.util.Locale;

/** Bytes, times and counts as people read them, the same in every locale. */
public final class Units {

  private static final String[] BYTE_UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final String[] TIME_UNITS = {"ns", "us", "ms", "s"};

  private Units() {}

  /** {@return a number of bytes in the largest binary unit that it has one of: "1.5 GiB"} */
  public static String bytes(long bytes) {
    return scaled(bytes, 1024, BYTE_UNITS);
  }

  /** {@return a time in the largest decimal unit up to seconds that it has one of: "17.3 us"} */
  public static String nanos(long nanos) {
    return scaled(nanos, 1000, TIME_UNITS);
  }

  /** {@return a number with its thousands set apart} */
  public static String count(long count) {
    return String.format(Locale.ROOT, "%,d", count);
  }

  /**
   * {@return how many of something there are: "1 point", "2,000 points"}
   *
   * @param one what one of them is called, of whose name an "s" makes several
   */
  public static String count(long count, String one) {
    return count(count) + " " + one + (count == 1 ? "" : "s");
  }

  /** {@return how one time stands to another: "1/317", "0.42", "1.05"} */
  public static String ratio(long nanos, long toNanos) {
    double ratio = (double) nanos / toNanos;
    return ratio > 0 && ratio < 0.1
        ? String.format(Locale.ROOT, "1/%.0f", 1 / ratio)
        : String.format(Locale.ROOT, "%.2f", ratio);
  }

  private static String scaled(long value, int step, String[] units) {
    double scaled = value;
    int unit = 0;
    while (scaled >= step && unit < units.length - 1) {
      scaled /= step;
      unit++;
    }
    boolean whole = scaled == Math.rint(scaled) || scaled >= 100;
    return String.format(Locale.ROOT, whole ? "%.0f %s" : "%.1f %s", scaled, units[unit]);
  }
}
