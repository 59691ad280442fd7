package io.github.dirtyrange.trace;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedRanges;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Texts of other programs that tell which memory was written, a line a write. */
public enum TextFormat {
  /** What {@code perf script -F comm,tid,time,event,addr} prints of page faults. */
  PERF("perf script") {
    @Override
    boolean isOther(String line) {
      return line.isBlank() || line.startsWith("#");
    }

    @Override
    Optional<Write> parse(String line) throws TraceException {
      Matcher fields = FAULT.matcher(line);
      if (!fields.matches()) {
        return Optional.empty();
      }
      String rest = fields.group("rest");
      if (rest != null && !rest.isBlank() && !BEFORE_IP.matcher(rest).matches()) {
        throw new TraceException(
            "0x"
                + fields.group("address")
                + " may be where the program was, not what it wrote;"
                + " print that by perf script -F comm,tid,time,event,addr");
      }
      long seconds = Long.parseLong(fields.group("seconds"));
      String fraction = (fields.group("fraction") + "000000000").substring(0, NANO_DIGITS);
      long nanos = seconds * NANOS_PER_SECOND + Long.parseLong(fraction);
      long vpn = Pages.vpn(address(fields.group("address")));
      requireUserSpace(vpn + 1, fields.group("address"));
      int tid = Integer.parseInt(fields.group("tid"));
      return Optional.of(new Write(nanos, tid, fields.group("comm"), vpn, vpn + 1));
    }
  },

  /** What {@code valgrind --tool=lackey --trace-mem=yes} prints of stores and modifies. */
  LACKEY("lackey") {
    @Override
    boolean isOther(String line) {
      return line.isBlank()
          || line.startsWith("==")
          || line.startsWith("I  ")
          || line.startsWith(" L ");
    }

    @Override
    Optional<Write> parse(String line) throws TraceException {
      Matcher fields = STORE.matcher(line);
      if (!fields.matches()) {
        return Optional.empty();
      }
      long address = address(fields.group("address"));
      int size = Integer.parseInt(fields.group("size"));
      if (size == 0 || address + size - 1 < address) {
        throw new TraceException("a store of " + size + " bytes at 0x" + fields.group("address"));
      }
      long end = Pages.vpn(address + size - 1) + 1;
      requireUserSpace(end, fields.group("address"));
      return Optional.of(new Write(0, 0, "", Pages.vpn(address), end));
    }
  };

  private static final int NANO_DIGITS = 9;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Only so many digits are numbers of their type. */
  private static final Pattern FAULT =
      Pattern.compile(
          " *(?<comm>\\S.{0,63}?) +(?:[0-9]{1,9}/)?(?<tid>[0-9]{1,9}) +(?:\\[[0-9]+\\] +)?"
              + "(?<seconds>[0-9]{1,9})[.](?<fraction>[0-9]{1,9}): +(?:[0-9]+ +)?"
              + "(?:page|minor|major)-faults[^ ]*: +(?<address>[0-9a-f]+)(?<rest> .*)?");

  /**
   * Where the program was: perf pads it to 16 digits, which sets it apart from the name of a
   * function. One of 16 digits is of the kernel.
   */
  private static final String IP = "(?: {3,16}[0-9a-f]{1,14}| ff[0-9a-f]{14})";

  /** A function or a variable. A name may have spaces, one at a time, and parentheses. */
  private static final String SYMBOL = "(?:(?!  | \\([/\\[]).)+";

  /** A file, or what is instead of one. A path may have anything. */
  private static final String FILE = " \\([/\\[].*?\\)";

  /**
   * What is behind an address that was accessed, if that is where the program was as well. What
   * perf prints of the one it prints of the other; behind an address that is where the program was
   * there is no other.
   */
  private static final Pattern BEFORE_IP =
      Pattern.compile(
          "(?:%1$s|%2$s%1$s%2$s|%3$s%1$s%3$s|%2$s%3$s%1$s%2$s%3$s) *".formatted(IP, SYMBOL, FILE));

  private static final Pattern STORE =
      Pattern.compile(" [SM] (?<address>[0-9a-fA-F]+),(?<size>[0-9]{1,6})");

  private static final int MOST_DIGITS = 16;

  private final String origin;

  TextFormat(String origin) {
    this.origin = origin;
  }

  /** {@return what a trace says that is made of it} */
  String origin() {
    return origin;
  }

  /** {@return whether a line is one that such a text has, and that tells of no write} */
  abstract boolean isOther(String line);

  /**
   * {@return the write that a line tells of, if it does}
   *
   * @throws TraceException if it tells of one that cannot be
   */
  abstract Optional<Write> parse(String line) throws TraceException;

  /** No process has memory there, and none that is simulated can. */
  private static void requireUserSpace(long endVpn, String digits) throws TraceException {
    if (endVpn > TrackedRanges.USER_END_VPN) {
      throw new TraceException(
          "0x"
              + digits
              + " is beyond user space, which ends at 0x"
              + Long.toHexString(Pages.address(TrackedRanges.USER_END_VPN)));
    }
  }

  private static long address(String digits) throws TraceException {
    String significant = digits.replaceFirst("^0+(?=.)", "");
    if (significant.length() > MOST_DIGITS) {
      throw new TraceException("0x" + significant + " is no address");
    }
    long address = Long.parseUnsignedLong(significant, 16);
    if (address < 0) {
      throw new TraceException("0x" + significant + " is an address of the kernel");
    }
    return address;
  }
}
