package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.Pages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What a tracker does to a process of the running kernel: clear_refs, PAGEMAP_SCAN, smaps. */
final class RealTracking {

  private static final int VEC_OFFSET = 128;
  private static final int WALK_END = 4;

  private final RealSession session;

  RealTracking(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.ClearRefs.class, this::clearRefs)
        .with(Operation.Scan.class, this::scan)
        .with(Operation.Smaps.class, this::smaps);
  }

  private Outcome clearRefs(Operation.ClearRefs clearRefs) {
    RealProcess process = session.process(clearRefs.process());
    long descriptor = process.own("clear_refs", X64Abi.O_WRONLY);
    byte[] text = Integer.toString(clearRefs.value()).getBytes(StandardCharsets.US_ASCII);
    AgentChannel channel = process.channel();
    channel.postReceive(AgentChannel.SCRATCH, text);
    channel.postSystemCall(X64Abi.WRITE, descriptor, AgentChannel.SCRATCH, text.length);
    channel.take();
    return Outcome.of(Math.min(channel.take().value(), 0));
  }

  private Outcome scan(Operation.Scan scan) {
    RealProcess process = session.process(scan.process());
    long descriptor = process.own("pagemap", X64Abi.O_RDONLY);
    AgentChannel channel = process.channel();
    channel.postLongs(
        AgentChannel.SCRATCH,
        X64Abi.PM_SCAN_ARG_BYTES + scan.oversize(),
        scan.scanFlags(),
        Layout.BASE + scan.start(),
        Layout.BASE + scan.end(),
        Outcome.NO_WALK_END,
        ScanVec.address(scan, AgentChannel.SCRATCH + VEC_OFFSET),
        scan.regions(),
        scan.maxPages(),
        scan.inverted(),
        scan.required(),
        scan.anyOf(),
        scan.returned());
    channel.postSystemCall(X64Abi.IOCTL, descriptor, X64Abi.PAGEMAP_SCAN, AgentChannel.SCRATCH);
    int answerBytes = VEC_OFFSET + scan.regions() * X64Abi.PAGE_REGION_BYTES;
    channel.postSend(AgentChannel.SCRATCH, answerBytes);
    channel.take();
    long result = channel.take().value();
    LongBuffer answer = channel.takeBytes(answerBytes).asLongBuffer();
    long walkEnd = answer.get(WALK_END);
    return Outcome.scanned(
        Outcome.of(result),
        walkEnd == Outcome.NO_WALK_END ? walkEnd : walkEnd - Layout.BASE,
        result < 0 ? List.of() : regions(answer, (int) result));
  }

  private Outcome smaps(Operation.Smaps smaps) {
    Path file = Path.of("/proc/" + session.process(smaps.process()).channel().pid() + "/smaps");
    try (Stream<String> lines = java.nio.file.Files.lines(file)) {
      return Outcome.result(0).with(ShownMapping.parse(lines));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the agent's smaps", e);
    }
  }

  private static List<PageRegion> regions(LongBuffer answer, int count) {
    long base = Pages.vpn(Layout.BASE);
    List<PageRegion> regions = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      int at = VEC_OFFSET / Long.BYTES + 3 * i;
      regions.add(
          new PageRegion(
              Pages.vpn(answer.get(at)) - base,
              Pages.vpn(answer.get(at + 1)) - base,
              answer.get(at + 2)));
    }
    return regions;
  }
}
