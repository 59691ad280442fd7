package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.PageRegion;
import java.util.List;

/**
 * What an operation came to, in a form that is equal on two machines when they agree.
 *
 * @param kind how it ended
 * @param value the result, the error's number, or the signal's number
 * @param walkEnd of a scan: the address where the walk ended, relative to {@link Layout#BASE}
 * @param regions of a scan: what it found; of {@link Operation.Pageout}: the pages that went; of
 *     {@link Operation.Merge}: the pages that are merged, each with its {@link MergedPage}
 * @param notes what else is compared: messages of a userfaultfd, or the mappings shown
 */
public record Outcome(
    Kind kind, long value, long walkEnd, List<PageRegion> regions, List<String> notes) {

  /** How an operation ended. */
  public enum Kind {
    RESULT,
    ERROR,
    SIGNAL
  }

  /** The walk end of a scan that failed before it had one. */
  static final long NO_WALK_END = -1;

  private static final long ELSEWHERE = -1;
  private static final int SIGBUS = 7;
  private static final int SIGSEGV = 11;

  /** Copies the lists. */
  public Outcome {
    regions = List.copyOf(regions);
    notes = List.copyOf(notes);
  }

  private static Outcome of(Kind kind, long value) {
    return new Outcome(kind, value, 0, List.of(), List.of());
  }

  /** {@return the same with notes} */
  public Outcome with(List<String> newNotes) {
    return new Outcome(kind, value, walkEnd, regions, newNotes);
  }

  /** {@return the outcome of a scan that left this as the end of its walk, also if it failed} */
  static Outcome scanned(Outcome call, long walkEnd, List<PageRegion> regions) {
    return new Outcome(call.kind, call.value, walkEnd, regions, List.of());
  }

  /** {@return success with a value} */
  public static Outcome result(long value) {
    return of(Kind.RESULT, value);
  }

  /** {@return what a system call comes to that returned this: a result, or a negated errno} */
  static Outcome of(long returned) {
    return returned < 0 ? error((int) -returned) : result(returned);
  }

  /** {@return success, with memory at a place that the kernel chose: any place is right} */
  public static Outcome elsewhere() {
    return result(ELSEWHERE);
  }

  /** {@return failure with an error number} */
  public static Outcome error(int number) {
    return of(Kind.ERROR, number);
  }

  /** {@return the end of an access by a signal} */
  public static Outcome signal(int number) {
    return of(Kind.SIGNAL, number);
  }

  /** {@return the same with pages that it concerned} */
  public Outcome concerning(List<PageRegion> pages) {
    return new Outcome(kind, value, walkEnd, pages, notes);
  }

  /** {@return whether the operation did what it was asked} */
  public boolean succeeded() {
    return kind == Kind.RESULT;
  }

  /** {@return "ok", the error's name, or the signal's name: what outcomes are counted by} */
  public String summary() {
    return switch (kind) {
      case RESULT -> "ok";
      case ERROR -> errorName((int) value);
      case SIGNAL -> signalName((int) value);
    };
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(succeeded() ? result() : summary());
    if (walkEnd != 0 || !regions.isEmpty()) {
      text.append(", walk_end 0x").append(Long.toHexString(walkEnd)).append(' ').append(regions);
    }
    if (!notes.isEmpty()) {
      text.append(' ').append(notes);
    }
    return text.toString();
  }

  private String result() {
    return value == ELSEWHERE ? "elsewhere" : "0x" + Long.toHexString(value);
  }

  private static String errorName(int number) {
    Errno errno = Errno.of(number);
    return errno == Errno.OTHER ? "errno" + number : errno.name();
  }

  private static String signalName(int number) {
    return switch (number) {
      case SIGSEGV -> "SIGSEGV";
      case SIGBUS -> "SIGBUS";
      default -> "signal" + number;
    };
  }
}
