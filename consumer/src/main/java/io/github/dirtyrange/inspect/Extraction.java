package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes the bytes of a range of addresses out of a memory. */
public final class Extraction {

  /** Where the bytes go, in order; each call says what the next ones are. */
  public interface Sink {

    /** Takes bytes. */
    void bytes(ByteBuffer bytes) throws IOException;

    /** Takes zeros, that many; there may be more than fit on any disk. */
    void zeros(long bytes) throws IOException;

    /** Is told of bytes that nobody knows. */
    void unknown(long bytes, Unknown what) throws IOException;
  }

  /**
   * Pages whose bytes are not known.
   *
   * @param startVpn the first one
   * @param endVpn the page behind the last one
   * @param sentence why not, and of which page, in one line
   */
  public record Unknown(long startVpn, long endVpn, String sentence) {}

  private final SavedMemory memory;
  private final long start;
  private final long end;
  private final int pageSize;

  /**
   * Prepares an extraction; addresses are unsigned.
   *
   * @param start the first byte
   * @param end behind the last one
   * @throws IllegalArgumentException if there is none between them
   */
  public Extraction(SavedMemory memory, long start, long end) {
    if (Long.compareUnsigned(start, end) >= 0) {
      throw new IllegalArgumentException(
          "there is no byte from 0x" + Long.toHexString(start) + " to 0x" + Long.toHexString(end));
    }
    this.memory = memory;
    this.start = start;
    this.end = end;
    pageSize = memory.pageSize();
  }

  /** A piece of the range. */
  @FunctionalInterface
  private interface Visitor {

    /**
     * Takes pages that are alike.
     *
     * @param run null where nothing is mapped
     * @return whether to go on
     */
    boolean pages(long startVpn, long endVpn, @Nullable Run run) throws IOException;
  }

  /**
   * {@return the first pages whose bytes are not known} Reads no page.
   *
   * @throws SavedException if a parent that is needed is missing or another one
   */
  public Optional<Unknown> firstUnknown() throws SavedException {
    Unknown[] found = new Unknown[1];
    try {
      walk(
          (startVpn, endVpn, run) -> {
            boolean known = run != null && run.hasBytes();
            found[0] = known ? null : unknown(startVpn, endVpn, run);
            return known;
          });
    } catch (SavedException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("nothing else was read", e);
    }
    return Optional.ofNullable(found[0]);
  }

  /**
   * Copies the bytes.
   *
   * @throws SavedException if what is needed is missing or damaged
   * @throws IOException if the sink does
   */
  public void copyTo(Sink sink) throws IOException {
    SavedReader reader = memory.pages();
    ByteBuffer page = ByteBuffer.allocate(pageSize);
    walk(
        (startVpn, endVpn, run) -> {
          if (run == null || !run.hasBytes()) {
            sink.unknown(bytes(startVpn, endVpn), unknown(startVpn, endVpn, run));
          } else if (run.isZero()) {
            sink.zeros(bytes(startVpn, endVpn));
          } else {
            for (long vpn = startVpn; vpn < endVpn; vpn++) {
              copyPage(vpn, reader, page.clear(), sink);
            }
          }
          return true;
        });
  }

  private void copyPage(long vpn, SavedReader reader, ByteBuffer page, Sink sink)
      throws IOException {
    PageClass pageClass = reader.read(vpn, page);
    if (!pageClass.hasBytes()) {
      throw new IllegalStateException("page " + vpn + " was said to have bytes: " + pageClass);
    }
    page.flip();
    int cutBefore = vpn == firstVpn() ? (int) Long.remainderUnsigned(start, pageSize) : 0;
    page.position(cutBefore).limit((int) (cutBefore + bytes(vpn, vpn + 1)));
    sink.bytes(page);
  }

  private long firstVpn() {
    return Long.divideUnsigned(start, pageSize);
  }

  private long endVpn() {
    return Long.divideUnsigned(end - 1, pageSize) + 1;
  }

  /** {@return how many of the pages' bytes are in the range} */
  private long bytes(long startVpn, long endVpn) {
    long from = startVpn == firstVpn() ? start : startVpn * pageSize;
    long to = endVpn == endVpn() ? end : endVpn * pageSize;
    return to - from;
  }

  private void walk(Visitor visitor) throws IOException {
    RunCursor runs = new RunCursor(memory, firstVpn(), endVpn());
    long at = firstVpn();
    for (Run run = runs.next(); run != null; run = runs.next()) {
      if (run.startVpn() > at && !visitor.pages(at, run.startVpn(), null)) {
        return;
      }
      if (!visitor.pages(run.startVpn(), run.endVpn(), run)) {
        return;
      }
      at = run.endVpn();
    }
    if (at < endVpn()) {
      visitor.pages(at, endVpn(), null);
    }
  }

  private Unknown unknown(long startVpn, long endVpn, @Nullable Run run) {
    String where = "page " + PageText.page(startVpn);
    if (run == null) {
      return new Unknown(startVpn, endVpn, memory.title() + ": " + where + " is not mapped");
    }
    SavedMapping mapping = run.mapping();
    String sentence = memory.title() + ", " + mapping.title() + ": " + where + " " + why(run);
    return new Unknown(startVpn, endVpn, sentence);
  }

  private static String why(Run run) {
    PageClass pageClass = run.pageClass();
    if (pageClass == null) {
      return "is mapped, and nothing is said of it";
    }
    return switch (pageClass) {
      case NOTHING -> "holds nothing: nobody touched it";
      case SWAPPED -> "was swapped out, and not read";
      case FILE -> "is an unchanged page of the file, and not stored";
      case UNREAD -> "could not be read";
      default -> "has bytes";
    };
  }
}
