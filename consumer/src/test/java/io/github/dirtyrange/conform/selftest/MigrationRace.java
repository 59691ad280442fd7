package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.conform.agent.AgentProcess;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A process whose pages one child moves from NUMA node to NUMA node while another clears its
 * soft-dirty bits, the two on different processors.
 */
final class MigrationRace implements AutoCloseable {

  static final int PAGES = 512;

  private static final long AREA = 0x10_0000_0000L;
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int OPEN = 2;
  private static final int MMAP = 9;
  private static final int MADVISE = 28;
  private static final int GETPPID = 110;
  private static final int SCHED_SETAFFINITY = 203;
  private static final int MIGRATE_PAGES = 256;
  private static final int PROT_READ_WRITE = 3;
  private static final int PRIVATE_ANONYMOUS_FIXED = 0x32;
  private static final int NOHUGEPAGE = 15;

  private final AgentProcess agent = AgentProcess.start(2);
  private final AgentChannel owner = agent.root();
  private final AgentChannel clearer;
  private final AgentChannel mover;
  private final long zeros;
  private final long clearRefs;
  private final FileChannel pagemap;
  private int node;

  MigrationRace() throws IOException {
    zeros = open(owner, "/dev/zero", 0);
    clearRefs = open(owner, "/proc/self/clear_refs", 1);
    long bytes = Pages.address(PAGES);
    check(owner.systemCall(MMAP, AREA, bytes, PROT_READ_WRITE, PRIVATE_ANONYMOUS_FIXED, -1, 0));
    check(owner.systemCall(MADVISE, AREA, bytes, NOHUGEPAGE));
    clearer = agent.fork(owner, 0);
    mover = agent.fork(owner, 1);
    putLongs(clearer, 1);
    check(clearer.systemCall(SCHED_SETAFFINITY, 0, Long.BYTES, AgentChannel.SCRATCH));
    putLongs(mover, 2);
    check(mover.systemCall(SCHED_SETAFFINITY, 0, Long.BYTES, AgentChannel.SCRATCH));
    put(clearer, "4");
    pagemap = FileChannel.open(Path.of("/proc/" + owner.pid() + "/pagemap"));
  }

  /**
   * Writes all pages, moves them to the other node and clears once at the same time, and writes all
   * of them again.
   *
   * @param delay system calls that the clearing process makes first
   * @return how many of the pages, all written since the clear, read clean
   */
  int play(int delay) throws IOException {
    writeAll();
    putLongs(mover, 1L << node, 1L << (1 - node));
    node = 1 - node;
    mover.postSystemCall(
        MIGRATE_PAGES, owner.pid(), 3, AgentChannel.SCRATCH, AgentChannel.SCRATCH + Long.BYTES);
    for (int i = 0; i < delay; i++) {
      clearer.postSystemCall(GETPPID);
    }
    clearer.postSystemCall(WRITE, clearRefs, AgentChannel.SCRATCH, 1);
    mover.flush();
    clearer.flush();
    for (int i = 0; i < delay; i++) {
      clearer.take();
    }
    check(clearer.take().value());
    check(mover.take().value());
    writeAll();
    return cleanPages();
  }

  private void writeAll() {
    check(owner.systemCall(READ, zeros, AREA, Pages.address(PAGES)));
  }

  private int cleanPages() throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(PAGES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    pagemap.read(entries, Pages.vpn(AREA) * Long.BYTES);
    int clean = 0;
    for (int i = 0; i < PAGES; i++) {
      clean += (entries.getLong(i * Long.BYTES) & PagemapEntry.SOFT_DIRTY) == 0 ? 1 : 0;
    }
    return clean;
  }

  /** The children inherit the descriptors, of which clear_refs stays that of the first process. */
  private static long open(AgentChannel process, String path, int flags) {
    put(process, path);
    return check(process.systemCall(OPEN, AgentChannel.SCRATCH, flags));
  }

  private static void put(AgentChannel process, String text) {
    process.postReceive(AgentChannel.SCRATCH, (text + '\0').getBytes(StandardCharsets.US_ASCII));
    process.take();
  }

  private static void putLongs(AgentChannel process, long... longs) {
    ByteBuffer bytes =
        ByteBuffer.allocate(longs.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asLongBuffer().put(longs);
    process.postReceive(AgentChannel.SCRATCH, bytes.array());
    process.take();
  }

  private static long check(long result) {
    if (result < 0) {
      throw new IllegalStateException("a call of the race failed with errno " + -result);
    }
    return result;
  }

  @Override
  public void close() {
    try {
      pagemap.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      agent.close();
    }
  }
}
