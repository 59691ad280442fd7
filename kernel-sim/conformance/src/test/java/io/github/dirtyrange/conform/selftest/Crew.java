package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A process that owns memory, and children that do something about it at the same time. What the
 * owner has open when a child is forked, the child has open too, for the owner.
 */
final class Crew implements AutoCloseable {

  /** Where the owner's memory is mapped. */
  static final long AREA = 0x10_0000_0000L;

  private static final int OPEN = 2;
  private static final int MMAP = 9;
  private static final int MADVISE = 28;
  private static final int SCHED_SETAFFINITY = 203;
  private static final int PROT_READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
  private static final int NOHUGEPAGE = 15;

  private final AgentProcess agent;
  private int children;

  /** Starts the owner and maps memory in small pages. */
  Crew(int children, long bytes) {
    agent = AgentProcess.start(children);
    call(owner(), MMAP, AREA, bytes, PROT_READ_WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0);
    call(owner(), MADVISE, AREA, bytes, NOHUGEPAGE);
  }

  AgentChannel owner() {
    return agent.root();
  }

  /** Forks the next child of the owner, to run on one processor. */
  AgentChannel child(int processor) {
    AgentChannel child = agent.fork(owner(), children++);
    putLongs(child, 1L << processor);
    call(child, SCHED_SETAFFINITY, 0, Long.BYTES, AgentChannel.SCRATCH);
    return child;
  }

  /** {@return the descriptor of a file opened by the owner} */
  long open(String path, int flags) {
    put(owner(), path);
    return call(owner(), OPEN, AgentChannel.SCRATCH, flags);
  }

  /** Makes a call that must succeed; {@return its result} */
  static long call(AgentChannel process, int number, long... arguments) {
    return check(process.systemCall(number, arguments));
  }

  /** {@return a result that must not be an error} */
  static long check(long result) {
    if (result < 0) {
      throw new IllegalStateException("a call of the crew failed with errno " + -result);
    }
    return result;
  }

  static void put(AgentChannel process, String text) {
    process.postReceive(AgentChannel.SCRATCH, (text + '\0').getBytes(StandardCharsets.US_ASCII));
    process.take();
  }

  static void putLongs(AgentChannel process, long... longs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(longs);
    process.postReceive(AgentChannel.SCRATCH, bytes.array());
    process.take();
  }

  @Override
  public void close() {
    agent.close();
  }
}
