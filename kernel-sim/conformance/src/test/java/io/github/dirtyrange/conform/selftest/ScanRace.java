package io.github.dirtyrange.conform.selftest;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import java.nio.LongBuffer;
import java.util.BitSet;

/** A process that writes tracked pages while a child scans and re-arms them, again and again. */
final class ScanRace implements AutoCloseable {

  static final int PAGES = 256;

  private static final long BYTES = Pages.address(PAGES);
  private static final int IOCTL = 16;
  private static final int USERFAULTFD = 323;
  private static final int CLOEXEC_NONBLOCK = 0x80800;
  private static final long UFFD_API = 0xAA;
  private static final long WP_ASYNC_AND_UNPOPULATED = 1L << 15 | 1L << 13;
  private static final long UFFDIO_API = 0xC018_AA3FL;
  private static final long UFFDIO_REGISTER = 0xC020_AA00L;
  private static final long MODE_WP = 2;
  private static final long PAGEMAP_SCAN = 0xC060_6610L;
  private static final long ARGUMENT_BYTES = 96;
  private static final int VEC = 128;
  private static final int REGION_LONGS = 3;
  private static final int SCANS_A_ROUND = 8;

  private final Crew crew = new Crew(1, BYTES);
  private final AgentChannel writer = crew.owner();
  private final long pagemap = crew.open("/proc/self/pagemap", 0);
  private final AgentChannel scanner;
  private final BitSet found = new BitSet();

  ScanRace() {
    long userfaultfd = Crew.call(writer, USERFAULTFD, CLOEXEC_NONBLOCK);
    Crew.putLongs(writer, UFFD_API, WP_ASYNC_AND_UNPOPULATED, 0);
    Crew.call(writer, IOCTL, userfaultfd, UFFDIO_API, AgentChannel.SCRATCH);
    Crew.putLongs(writer, Crew.AREA, BYTES, MODE_WP, 0);
    Crew.call(writer, IOCTL, userfaultfd, UFFDIO_REGISTER, AgentChannel.SCRATCH);
    scanner = crew.child(1);
    scan();
  }

  /**
   * Stores once to every page while scans go on, then scans once more.
   *
   * @return how many of the pages no scan found
   */
  int play(int round) {
    found.clear();
    for (int page = 0; page < PAGES; page++) {
      writer.postStore(Crew.AREA + Pages.address(page), round);
    }
    writer.flush();
    for (int i = 0; i < SCANS_A_ROUND; i++) {
      scan();
    }
    for (int page = 0; page < PAGES; page++) {
      writer.take();
    }
    scan();
    return PAGES - found.cardinality();
  }

  private void scan() {
    long vec = AgentChannel.SCRATCH + VEC;
    Crew.putLongs(
        scanner,
        ARGUMENT_BYTES,
        ScanRequest.WP_MATCHING | ScanRequest.CHECK_WPASYNC,
        Crew.AREA,
        Crew.AREA + BYTES,
        0,
        vec,
        PAGES,
        0,
        0,
        Categories.WRITTEN,
        0,
        Categories.WRITTEN);
    long count = Crew.call(scanner, IOCTL, pagemap, PAGEMAP_SCAN, AgentChannel.SCRATCH);
    if (count == 0) {
      return;
    }
    int bytes = (int) count * REGION_LONGS * Long.BYTES;
    scanner.postSend(vec, bytes);
    LongBuffer regions = scanner.takeBytes(bytes).asLongBuffer();
    for (int i = 0; i < count; i++) {
      found.set(page(regions.get(REGION_LONGS * i)), page(regions.get(REGION_LONGS * i + 1)));
    }
  }

  private static int page(long address) {
    return (int) Pages.vpn(address - Crew.AREA);
  }

  @Override
  public void close() {
    crew.close();
  }
}
