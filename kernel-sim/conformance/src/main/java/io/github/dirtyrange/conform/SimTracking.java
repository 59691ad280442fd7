package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.track.PagemapScanCall;
import java.util.ArrayList;
import java.util.List;

/** What a tracker does to a process of the simulated kernel: clear_refs, PAGEMAP_SCAN, smaps. */
final class SimTracking {

  private final SimSession session;

  SimTracking(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls
        .with(Operation.ClearRefs.class, this::clearRefs)
        .with(Operation.Scan.class, this::scan)
        .with(Operation.Smaps.class, this::smaps);
  }

  private Outcome clearRefs(Operation.ClearRefs clearRefs) {
    return SimCalls.call(() -> session.tracked(clearRefs.process()).clearRefs(clearRefs.value()));
  }

  private Outcome scan(Operation.Scan scan) {
    ScanRequest request =
        new ScanRequest(
            scan.scanFlags(),
            Layout.BASE + scan.start(),
            Layout.BASE + scan.end(),
            scan.maxPages(),
            scan.inverted(),
            scan.required(),
            scan.anyOf(),
            scan.returned());
    PageRegionBuffer regions = new PageRegionBuffer(scan.regions());
    PagemapScanCall call = session.process(scan.process()).pagemapScan(request);
    long structBytes = PagemapScanCall.STRUCT_BYTES + scan.oversize();
    long vec = ScanVec.address(scan, SimSession.SCRATCH);
    Outcome outcome =
        SimCalls.call(
            () -> {
              call.make(structBytes, vec, regions);
              return regions.size();
            });
    boolean ended = call.walkEnd() != PagemapScanCall.UNWRITTEN;
    return Outcome.scanned(
        outcome,
        ended ? call.walkEnd() - Layout.BASE : Outcome.NO_WALK_END,
        outcome.succeeded() ? relative(regions) : List.of());
  }

  private Outcome smaps(Operation.Smaps smaps) {
    SimProcess process = session.process(smaps.process());
    List<String> shown = new ArrayList<>();
    for (Vma vma : session.tracked(smaps.process()).maps()) {
      long start = Pages.address(vma.startVpn());
      if (Layout.holds(start)) {
        shown.add(ShownMapping.text(vma, process.vmFlags(start)));
      }
    }
    return Outcome.result(0).with(shown);
  }

  private static List<PageRegion> relative(PageRegionBuffer regions) {
    long base = Pages.vpn(Layout.BASE);
    List<PageRegion> relative = new ArrayList<>(regions.size());
    for (int i = 0; i < regions.size(); i++) {
      relative.add(
          new PageRegion(
              regions.startVpn(i) - base, regions.endVpn(i) - base, regions.categories(i)));
    }
    return relative;
  }
}
