package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A process whose pages one child moves from NUMA node to NUMA node while another clears its
 * soft-dirty bits, the two on different processors.
 */
final class MigrationRace implements AutoCloseable {

  static final int PAGES = 512;

  private static final long BYTES = Pages.address(PAGES);
  private static final int READ = 0;
  private static final int WRITE = 1;
  private static final int GETPPID = 110;
  private static final int MIGRATE_PAGES = 256;
  private static final int MASK_BITS = 3;

  private final Crew crew = new Crew(2, BYTES);
  private final long zeros = crew.open("/dev/zero", 0);
  private final long clearRefs = crew.open("/proc/self/clear_refs", 1);
  private final AgentChannel clearer = crew.child(0);
  private final AgentChannel mover = crew.child(1);
  private final FileChannel pagemap;
  private int node;

  MigrationRace() throws IOException {
    pagemap = FileChannel.open(Path.of("/proc/" + crew.owner().pid() + "/pagemap"));
    Crew.put(clearer, "4");
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
    Crew.putLongs(mover, 1L << node, 1L << (1 - node));
    node = 1 - node;
    long from = AgentChannel.SCRATCH;
    mover.postSystemCall(MIGRATE_PAGES, crew.owner().pid(), MASK_BITS, from, from + Long.BYTES);
    for (int i = 0; i < delay; i++) {
      clearer.postSystemCall(GETPPID);
    }
    clearer.postSystemCall(WRITE, clearRefs, AgentChannel.SCRATCH, 1);
    mover.flush();
    clearer.flush();
    for (int i = 0; i <= delay; i++) {
      Crew.check(clearer.take().value());
    }
    Crew.check(mover.take().value());
    writeAll();
    return cleanPages();
  }

  private void writeAll() {
    Crew.call(crew.owner(), READ, zeros, Crew.AREA, BYTES);
  }

  private int cleanPages() throws IOException {
    ByteBuffer entries = ByteBuffer.allocate(PAGES * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    pagemap.read(entries, Pages.vpn(Crew.AREA) * Long.BYTES);
    int clean = 0;
    for (int i = 0; i < PAGES; i++) {
      clean += (entries.getLong(i * Long.BYTES) & PagemapEntry.SOFT_DIRTY) == 0 ? 1 : 0;
    }
    return clean;
  }

  @Override
  public void close() {
    try {
      pagemap.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      crew.close();
    }
  }
}
