package io.github.dirtyrange.conform;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.Pages;
import java.nio.LongBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a tracker does to a process of the running kernel: clear_refs and PAGEMAP_SCAN. */
final class RealTracking {

  private static final int VEC_OFFSET = 128;
  private static final int WALK_END = 4;

  private final RealSession session;

  RealTracking(RealSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls.with(Operation.ClearRefs.class, this::clearRefs).with(Operation.Scan.class, this::scan);
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
    long vec = scan.regions() == 0 ? 0 : AgentChannel.SCRATCH + VEC_OFFSET;
    channel.postLongs(
        AgentChannel.SCRATCH,
        X64Abi.PM_SCAN_ARG_BYTES,
        scan.scanFlags(),
        Layout.BASE + scan.start(),
        Layout.BASE + scan.end(),
        0,
        vec,
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
    if (result < 0) {
      return Outcome.of(result);
    }
    long walkEnd = answer.get(WALK_END) - Layout.BASE;
    return new Outcome(Outcome.Kind.RESULT, result, walkEnd, regions(answer, (int) result));
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
