package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What moves pages between frames, and between memory and swap, on the running kernel. */
final class RealFrames {

  private final RealSession session;
  private boolean offered;

  RealFrames(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.Pageout.class, this::pageout)
        .with(Operation.SoftOffline.class, this::softOffline)
        .with(Operation.SwapOff.class, this::swapOff)
        .with(Operation.Merge.class, this::merge);
  }

  private Outcome pageout(Operation.Pageout pageout) {
    RealProcess process = session.process(pageout.process());
    PresentPages before = PresentPages.of(process::readPagemap);
    long at = Layout.BASE + pageout.start();
    Outcome done = Outcome.of(madvise(process, at, pageout.length(), X64Abi.MADV_PAGEOUT));
    return done.concerning(before.goneBy(PresentPages.of(process::readPagemap)));
  }

  private Outcome softOffline(Operation.SoftOffline offline) {
    RealProcess process = session.process(offline.process());
    long at = Layout.BASE + offline.address();
    emptyBatches(process);
    return Outcome.of(madvise(process, at, Pages.SIZE, X64Abi.MADV_SOFT_OFFLINE));
  }

  /**
   * A page that a processor has put aside, for instance since MADV_FREE, cannot be taken (EBUSY).
   * Moving pages from a node to itself moves none, but has all that is put aside seen to ({@code
   * lru_cache_disable}).
   */
  private static void emptyBatches(RealProcess process) {
    AgentChannel channel = process.channel();
    byte[] firstNode = {1, 0, 0, 0, 0, 0, 0, 0};
    channel.postReceive(AgentChannel.SCRATCH, firstNode);
    channel.postSystemCall(
        X64Abi.MIGRATE_PAGES, 0, Long.SIZE, AgentChannel.SCRATCH, AgentChannel.SCRATCH);
    channel.take();
    channel.take();
  }

  private static long madvise(RealProcess process, long start, long length, int advice) {
    return process.channel().systemCall(X64Abi.MADVISE, start, length, advice);
  }

  /** All devices that pages are swapped to, one after the other. */
  private Outcome swapOff(Operation.SwapOff off) {
    RealProcess process = session.process(off.process());
    for (String device : devices()) {
      long result = onDevice(process, X64Abi.SWAPOFF, device);
      if (result < 0) {
        return Outcome.of(result);
      }
      onDevice(process, X64Abi.SWAPON, device);
    }
    return Outcome.result(0);
  }

  private static long onDevice(RealProcess process, int call, String device) {
    byte[] path = (device + '\0').getBytes(StandardCharsets.US_ASCII);
    process.channel().postReceive(AgentChannel.SCRATCH, path);
    process.channel().postSystemCall(call, AgentChannel.SCRATCH, 0);
    process.channel().take();
    return process.channel().take().value();
  }

  private static List<String> devices() {
    try {
      return java.nio.file.Files.readAllLines(Path.of("/proc/swaps")).stream()
          .skip(1)
          .map(line -> line.substring(0, line.indexOf(' ')))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("reading what pages are swapped to", e);
    }
  }

  private Outcome merge(Operation.Merge merge) {
    offerAPage();
    MergedPages before = look();
    KernelMerging.runPasses();
    return Outcome.result(0).concerning(look().since(before));
  }

  /** The kernel makes no pass where no memory asked for merging: now there is always a page. */
  private void offerAPage() {
    if (offered) {
      return;
    }
    AgentChannel root = session.process(0).channel();
    long protection = X64Abi.PROT_READ | X64Abi.PROT_WRITE;
    long flags = X64Abi.MAP_PRIVATE | X64Abi.MAP_ANONYMOUS;
    long page = root.systemCall(X64Abi.MMAP, 0, Pages.SIZE, protection, flags, -1, 0);
    root.postStore(page, -1);
    root.take();
    root.systemCall(X64Abi.MADVISE, page, Pages.SIZE, X64Abi.MADV_MERGEABLE);
    offered = true;
  }

  private MergedPages look() {
    return MergedPages.look(
        session::isAlive, slot -> PresentPages.of(session.process(slot)::readPagemap));
  }
}
