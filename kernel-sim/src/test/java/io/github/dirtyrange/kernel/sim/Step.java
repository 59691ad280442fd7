package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * One operation of a random program, on pages counted from {@link Window#BASE}.
 *
 * @param kind what to do
 * @param page first page
 * @param pages how many
 */
record Step(Kind kind, int page, int pages) {

  enum Kind {
    MMAP,
    MMAP_READ_ONLY,
    MUNMAP,
    STORE,
    STORE_RANGE,
    LOAD,
    CLEAR_REFS,
    REGISTER,
    UNREGISTER,
    TAKE_WRITTEN,
    ARM_SILENTLY,
    DRAIN
  }

  static Arbitrary<List<Step>> programs() {
    Arbitrary<Step> step =
        Combinators.combine(
                Arbitraries.of(Kind.class),
                Arbitraries.integers().between(0, Window.PAGES - 1),
                Arbitraries.integers().between(1, Window.PAGES))
            .as((kind, page, pages) -> new Step(kind, page, Math.min(pages, Window.PAGES - page)));
    Arbitrary<Step> map =
        Arbitraries.integers()
            .between(0, Window.PAGES - 8)
            .map(page -> new Step(Kind.MMAP, page, 8));
    return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(4, step), net.jqwik.api.Tuple.of(1, map))
        .list()
        .ofMinSize(1)
        .ofMaxSize(24);
  }

  long vpn() {
    return Window.BASE + page;
  }

  long endVpn() {
    return vpn() + pages;
  }

  boolean covers(int windowPage) {
    return windowPage >= page && windowPage < page + pages;
  }

  /** Does everything but DRAIN; answers whether the kernel let it. */
  boolean run(SimProcess process, TrackedProcess tracked) {
    try {
      attempt(process, tracked);
      return true;
    } catch (KernelException refused) {
      return false;
    }
  }

  private void attempt(SimProcess process, TrackedProcess tracked) {
    long address = Pages.address(vpn());
    long bytes = Pages.address(pages);
    int fixed = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
    switch (kind) {
      case MMAP -> process.mmap(address, bytes, Prot.READ | Prot.WRITE, fixed);
      case MMAP_READ_ONLY -> process.mmap(address, bytes, Prot.READ, fixed);
      case MUNMAP -> process.munmap(address, bytes);
      case STORE -> process.store(address, pages);
      case STORE_RANGE -> process.storeRange(address, bytes, pages);
      case LOAD -> process.load(address);
      case CLEAR_REFS -> tracked.clearRefs(4);
      case REGISTER -> process.registerWriteProtect(vpn(), endVpn());
      case UNREGISTER -> process.unregisterWriteProtect(vpn(), endVpn());
      case TAKE_WRITTEN ->
          tracked.scan(ScanRequest.takeWritten(vpn(), endVpn()), new PageRegionBuffer(64));
      case ARM_SILENTLY ->
          tracked.scan(
              ScanRequest.of(vpn(), endVpn(), 0).withFlags(ScanRequest.WP_MATCHING),
              new PageRegionBuffer(0));
      case DRAIN -> {}
    }
  }
}
