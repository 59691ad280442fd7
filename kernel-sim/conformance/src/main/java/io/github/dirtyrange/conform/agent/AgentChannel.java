package io.github.dirtyrange.conform.agent;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The line to one process of the agent: commands go out, replies come back in the same order.
 *
 * <p>Commands may be posted ahead of their replies, so that several cost one exchange; what a
 * process writes to the line itself ({@link #postSend}) comes before the reply to that command. Not
 * safe for use by several threads.
 */
public final class AgentChannel implements Closeable {

  /** Address of the process's memory for arguments passed by reference. */
  public static final long SCRATCH = ElfAgent.SCRATCH;

  /** Bytes at {@link #SCRATCH}. */
  public static final int SCRATCH_BYTES = ElfAgent.SCRATCH_BYTES;

  /** An address of the agent's code. */
  public static final long TEXT = ElfAgent.TEXT;

  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int EXIT_GROUP = 231;

  private final Watchdog watchdog;
  private final int pid;
  private final int inputFd;
  private final int outputFd;
  private final InputStream fromAgent;
  private final OutputStream toAgent;
  private final ByteBuffer outgoing = ByteBuffer.allocate(1 << 15).order(ByteOrder.LITTLE_ENDIAN);
  private final ByteBuffer reply =
      ByteBuffer.allocate(ElfAgent.REPLY_BYTES).order(ByteOrder.LITTLE_ENDIAN);

  private @Nullable Runnable whileWaiting;

  AgentChannel(
      Watchdog watchdog,
      int pid,
      int inputFd,
      int outputFd,
      InputStream fromAgent,
      OutputStream toAgent) {
    this.watchdog = watchdog;
    this.pid = pid;
    this.inputFd = inputFd;
    this.outputFd = outputFd;
    this.fromAgent = fromAgent;
    this.toAgent = toAgent;
  }

  /** {@return the process's number} */
  public int pid() {
    return pid;
  }

  /** Sets what is done, again and again, while the process does not answer; null for nothing. */
  public void setWhileWaiting(@Nullable Runnable action) {
    whileWaiting = action;
  }

  /** Asks for a system call; missing arguments are 0. */
  public void postSystemCall(long number, long... arguments) {
    post(ElfAgent.SYSTEM_CALL, number, arguments);
  }

  /** Asks for a load of eight bytes. */
  public void postLoad(long address) {
    post(ElfAgent.LOAD, 0, address);
  }

  /** Asks for a store of eight bytes. */
  public void postStore(long address, long value) {
    post(ElfAgent.STORE, 0, address, value);
  }

  /** Asks for a fork; the child obeys another line, whose descriptors the process has open. */
  void postFork(int childInputFd, int childOutputFd) {
    post(ElfAgent.FORK, 0, childInputFd, childOutputFd);
  }

  /** Puts bytes into the process's memory; replied to with their number. */
  public void postReceive(long address, byte[] bytes) {
    postSystemCall(READ, inputFd, address, bytes.length);
    if (outgoing.remaining() < bytes.length) {
      flush();
    }
    outgoing.put(bytes);
  }

  /** Puts longs into the process's memory; replied to with the number of bytes. */
  public void postLongs(long address, long... longs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(longs);
    postReceive(address, bytes.array());
  }

  /** Asks for bytes of the process's memory; they are taken with {@link #takeBytes}. */
  public void postSend(long address, int bytes) {
    postSystemCall(WRITE, outputFd, address, bytes);
  }

  /** Asks the process to end; there is no reply. */
  public void postExit() {
    postSystemCall(EXIT_GROUP, 0);
  }

  /** Takes the next reply, sending first what was posted. */
  public AgentReply take() {
    flush();
    readFully(reply.array());
    return new AgentReply((int) reply.getLong(0), reply.getLong(Long.BYTES));
  }

  /** Takes bytes that the process sends, and the reply that follows them. */
  public ByteBuffer takeBytes(int count) {
    flush();
    byte[] bytes = new byte[count];
    readFully(bytes);
    take();
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** {@return the result, or the negated errno, of a system call made at once} */
  public long systemCall(long number, long... arguments) {
    postSystemCall(number, arguments);
    return take().value();
  }

  /** Sends what was posted. */
  public void flush() {
    if (outgoing.position() == 0) {
      return;
    }
    try {
      toAgent.write(outgoing.array(), 0, outgoing.position());
      toAgent.flush();
    } catch (IOException e) {
      throw new AgentDiedException("process " + pid + " no longer takes commands", e);
    }
    outgoing.clear();
  }

  @Override
  public void close() {
    try (toAgent;
        fromAgent) {
      outgoing.clear();
    } catch (IOException e) {
      throw new AgentDiedException("closing the line to process " + pid, e);
    }
  }

  private void post(int kind, long number, long... arguments) {
    if (outgoing.remaining() < ElfAgent.COMMAND_BYTES) {
      flush();
    }
    outgoing.putLong(kind).putLong(number);
    for (int i = 0; i < 6; i++) {
      outgoing.putLong(i < arguments.length ? arguments[i] : 0);
    }
  }

  private void readFully(byte[] bytes) {
    boolean first = watchdog.waiting();
    try {
      while (whileWaiting != null && fromAgent.available() == 0 && !watchdog.hasBitten()) {
        whileWaiting.run();
      }
      if (fromAgent.readNBytes(bytes, 0, bytes.length) < bytes.length) {
        throw new EOFException("end of the pipe");
      }
    } catch (IOException e) {
      throw new AgentDiedException(
          watchdog.hasBitten()
              ? "process " + pid + " was killed: its last system call did not return"
              : "process " + pid + " no longer answers",
          e);
    } finally {
      if (first) {
        watchdog.answered();
      }
    }
  }
}
