package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.kit.ProgramArbitraries;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.EnumSet;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** No entry, however it came about, allows what its mapping does not: {@code vm_page_prot}. */
class EntryProtectionTest {

  private static final long P = Pages.SIZE;
  private static final long HUGE = P * Pages.PER_TABLE;
  private static final int RW = Prot.READ | Prot.WRITE;

  private final SimKernel kernel = new SimKernel(Profile.V7_3);
  private final SimProcess process = kernel.spawn();

  /** A page of each mapping is accessed after the program, in the process and in a child. */
  @Property(tries = 1_000)
  void accessIsGrantedWhereTheMappingAllowsIt(
      @ForAll("programs") List<Step> program, @ForAll("windows") Window window) {
    SimProcess parent = new SimKernel(Profile.V7_3).spawn();
    for (Step step : program) {
      step.run(window, parent, parent.tracked());
    }
    SimProcess child = parent.fork();
    assertAccessFits(window, child);
    assertAccessFits(window, parent);
  }

  private static void assertAccessFits(Window window, SimProcess process) {
    for (Vma vma : process.tracked().maps()) {
      for (long vpn = vma.startVpn(); vpn < vma.endVpn(); vpn += window.pagesPerSlot()) {
        long address = Pages.address(vpn);
        boolean loads = vma.readable() || vma.writable();
        assertThat(isAllowed(() -> process.load(address))).as("load %x", vpn).isEqualTo(loads);
        assertThat(isAllowed(() -> process.store(address, 9)))
            .as("store %x", vpn)
            .isEqualTo(vma.writable());
      }
    }
  }

  private static boolean isAllowed(Runnable access) {
    try {
      access.run();
      return true;
    } catch (KernelException refused) {
      return false;
    }
  }

  @Provide
  Arbitrary<List<Step>> programs() {
    return ProgramArbitraries.of(
        EnumSet.of(
            Kind.MMAP,
            Kind.MMAP_READ_ONLY,
            Kind.MUNMAP,
            Kind.STORE,
            Kind.STORE_RANGE,
            Kind.LOAD,
            Kind.MREMAP,
            Kind.MPROTECT_NONE,
            Kind.MPROTECT_READ,
            Kind.MPROTECT_WRITE,
            Kind.DONTNEED,
            Kind.HUGEPAGE,
            Kind.COLLAPSE,
            Kind.PAGEOUT,
            Kind.RECLAIM,
            Kind.SWAP_OFF,
            Kind.SOFT_OFFLINE,
            Kind.MERGEABLE,
            Kind.MERGE_SAME,
            Kind.UNMERGEABLE,
            Kind.PIN,
            Kind.FILL,
            Kind.FILL_ZERO));
  }

  @Provide
  Arbitrary<Window> windows() {
    return Arbitraries.of(Window.SMALL, Window.LARGE);
  }

  @Example
  void aPinnedPageForkedReadOnlyIsReadOnlyInTheChild() {
    long address = pinned();
    process.mprotect(address, P, Prot.READ);
    SimProcess child = process.fork();
    assertRefused(() -> child.store(address, 1));
    assertThat(child.load(address)).isEqualTo(7);
  }

  @Example
  void aPinnedPageForkedInaccessibleIsInaccessibleInTheChild() {
    long address = pinned();
    process.mprotect(address, P, Prot.NONE);
    SimProcess child = process.fork();
    assertRefused(() -> child.load(address));
  }

  @Example
  void aPinnedPageForkedWriteProtectedIsSoInTheChild() {
    long address = pinned();
    long vpn = Pages.vpn(address);
    Userfaultfd fd = process.userfaultfd(Userfaultfd.WP_ASYNC | UserfaultEvent.Kind.FORK.feature());
    fd.register(vpn, vpn + 1, Userfaultfd.WRITE_PROTECT);
    fd.writeProtect(vpn, vpn + 1);
    long[] entry = new long[1];
    process.fork().tracked().readPagemap(vpn, 1, entry);
    assertThat(entry[0] & PagemapEntry.UFFD_WP).isNotZero();
  }

  private long pinned() {
    long address = process.mmap(P);
    process.store(address, 7);
    process.pin(address);
    return address;
  }

  @Example
  void aPartOfTheHugeZeroPageIsInaccessibleAfterTheSplit() {
    long address = hugeMapping();
    process.load(address);
    process.mprotect(address, HUGE, Prot.NONE);
    assertRefused(() -> process.load(address));
    process.munmap(address + HUGE / 2, HUGE / 2);
    assertRefused(() -> process.load(address));
  }

  @Example
  void zerosGivenBackBySplittingAHugePageStayInaccessible() {
    long address = hugeMapping();
    process.store(address, 7);
    process.mprotect(address, HUGE, Prot.NONE);
    kernel.reclaim(new MappedPage(process, Pages.vpn(address)));
    assertRefused(() -> process.load(address + P));
  }

  private long hugeMapping() {
    long address = 100 * HUGE;
    process.mmap(address, HUGE, RW, Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED);
    process.madvise(address, HUGE, Advice.HUGEPAGE);
    return address;
  }

  @Example
  void aPageThatSwapoffBringsBackStaysInaccessible() {
    long address = process.mmap(P);
    process.store(address, 7);
    process.madvise(address, P, Advice.PAGEOUT);
    process.mprotect(address, P, Prot.NONE);
    kernel.swapOff();
    assertRefused(() -> process.load(address));
  }

  /** So did Linux 6.18.44. */
  @Example
  void aPageFilledByUserfaultfdStaysInaccessible() {
    long address = missing(Prot.NONE);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(Pages.vpn(address), Pages.vpn(address) + 2, Userfaultfd.MISSING);
    fd.copy(Pages.vpn(address), 5);
    fd.zeroPage(Pages.vpn(address) + 1);
    assertRefused(() -> process.load(address));
    assertRefused(() -> process.load(address + P));
  }

  @Example
  void aPageFilledByUserfaultfdStaysReadOnly() {
    long address = missing(Prot.READ);
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(Pages.vpn(address), Pages.vpn(address) + 2, Userfaultfd.MISSING);
    fd.copy(Pages.vpn(address), 5);
    assertThat(process.load(address)).isEqualTo(5);
    assertRefused(() -> process.store(address, 6));
  }

  private long missing(int protection) {
    return process.mmap(0, 2 * P, protection, Mmap.PRIVATE | Mmap.ANONYMOUS);
  }

  private static void assertRefused(Runnable access) {
    assertThat(catchThrowable(access::run)).isInstanceOf(KernelException.class);
  }
}
