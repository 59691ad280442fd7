package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegion;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import java.util.ArrayList;
import java.util.List;

/** What a tracker does to a process of the simulated kernel: clear_refs and PAGEMAP_SCAN. */
final class SimTracking {

  private final SimSession session;

  SimTracking(SimSession session) {
    this.session = session;
  }

  void addTo(OperationTable calls) {
    calls.with(Operation.ClearRefs.class, this::clearRefs).with(Operation.Scan.class, this::scan);
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
    try {
      long walkEnd = session.tracked(scan.process()).scan(request, regions) - Layout.BASE;
      return new Outcome(Outcome.Kind.RESULT, regions.size(), walkEnd, relative(regions));
    } catch (KernelException e) {
      return Outcome.error(e.number());
    }
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
