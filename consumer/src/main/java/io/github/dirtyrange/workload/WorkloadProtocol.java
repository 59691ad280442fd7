package io.github.dirtyrange.workload;

import io.github.dirtyrange.track.ChangedPages;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * What a workload and its parent say to each other over the workload's standard streams, all in
 * network byte order.
 *
 * <p>A request is a byte, the {@link Command}'s code, and an int, its argument. The answer starts
 * with a byte: {@link #OK}, and then what the command gives, or {@link #FAILED} and the reason.
 * Before the first request the workload says, as an answer, {@link #MAGIC}, its first page and how
 * many pages it has populated. The end of its standard input ends the workload at once.
 */
final class WorkloadProtocol {

  /** Starts the first answer, so that the output of something else is not taken for one. */
  static final int MAGIC = 0x64724c31;

  /** First byte of an answer that gives what was asked. */
  static final int OK = 0;

  /** First byte of an answer that gives a reason instead, as modified UTF-8. */
  static final int FAILED = 1;

  /** What a workload can be asked. */
  enum Command {
    /** Choose the pages of the round that the argument names. Gives nothing. */
    BEGIN_ROUND('r'),
    /** Write them with the stamp of the sub-round named. Gives the nanoseconds of all, a long. */
    WRITE('w'),
    /** Tell which they are. Gives pages. */
    REVEAL('p'),
    /** Start writing pages at random with the stamp of the sub-round named. Gives nothing. */
    START_BUSY('b'),
    /** Stop that, and tell which pages they were. Gives pages. */
    STOP_BUSY('s'),
    /** Start a thread that keeps a processor busy. Gives nothing. */
    START_SPINNING('x'),
    /** Stop it. Gives nothing. */
    STOP_SPINNING('y'),
    /** Touch memory for the first time. Gives a {@link FirstTouch}. */
    TOUCH_FRESH('f');

    private final char code;

    Command(char code) {
      this.code = code;
    }

    static Command read(DataInputStream in) throws IOException {
      int code = in.readUnsignedByte();
      for (Command command : values()) {
        if (command.code == code) {
          return command;
        }
      }
      throw new IOException("no workload command has the code " + code);
    }
  }

  /** A command with its argument. */
  record Request(Command command, int argument) {

    static Request read(DataInputStream in) throws IOException {
      Command command = Command.read(in);
      return new Request(command, in.readInt());
    }

    void write(DataOutputStream out) throws IOException {
      out.writeByte(command.code);
      out.writeInt(argument);
      out.flush();
    }
  }

  private WorkloadProtocol() {}

  /**
   * Writes pages as a count of ranges and, for each, its offset from {@code baseVpn} and length.
   */
  static void writePages(DataOutputStream out, ChangedPages pages, long baseVpn)
      throws IOException {
    out.writeInt(pages.ranges());
    for (int i = 0; i < pages.ranges(); i++) {
      out.writeInt((int) (pages.startVpn(i) - baseVpn));
      out.writeInt((int) (pages.endVpn(i) - pages.startVpn(i)));
    }
  }

  /** {@return pages as {@link #writePages} wrote them} */
  static ChangedPages readPages(DataInputStream in, long baseVpn) throws IOException {
    ChangedPages pages = new ChangedPages();
    int ranges = in.readInt();
    for (int i = 0; i < ranges; i++) {
      long startVpn = baseVpn + in.readInt();
      pages.add(startVpn, startVpn + in.readInt());
    }
    return pages;
  }
}
