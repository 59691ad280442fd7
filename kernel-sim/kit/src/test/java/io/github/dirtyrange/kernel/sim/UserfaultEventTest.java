package io.github.dirtyrange.kernel.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent;
import io.github.dirtyrange.kernel.sim.mm.UserfaultEvent.Kind;
import io.github.dirtyrange.kernel.sim.mm.UserfaultReader;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the reader of a userfaultfd is told, and what it can resolve. */
class UserfaultEventTest {

  private final SimProcess process = new SimKernel(Profile.V7_3).spawn();
  private final long address = process.mmap(Pages.address(8));
  private final long vpn = Pages.vpn(address);
  private final List<UserfaultEvent> events = new ArrayList<>();
  private final List<Long> faults = new ArrayList<>();

  private Userfaultfd open(long features) {
    Userfaultfd fd = process.userfaultfd(features);
    fd.register(vpn, vpn + 8, Userfaultfd.WRITE_PROTECT);
    fd.setReader(
        new UserfaultReader() {
          @Override
          public void fault(long page, boolean write, boolean protectedPage) {
            faults.add(page);
            fd.unprotect(page, page + 1);
          }

          @Override
          public void event(UserfaultEvent event) {
            events.add(event);
          }
        });
    return fd;
  }

  private boolean isProtected(SimProcess of, long page) {
    long[] entry = new long[1];
    of.tracked().readPagemap(page, 1, entry);
    return (entry[0] & PagemapEntry.UFFD_WP) != 0;
  }

  @Test
  void aStoreToAProtectedPageWaitsForTheReader() {
    Userfaultfd fd = open(0);
    process.store(address, 1);
    fd.writeProtect(vpn, vpn + 1);
    process.store(address, 2);

    assertThat(faults).containsExactly(vpn);
    assertThat(process.load(address)).isEqualTo(2);
    assertThat(isProtected(process, vpn)).isFalse();
  }

  @Test
  void aStoreThatNobodyResolvesIsAMistakeOfTheProgram() {
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + 1, Userfaultfd.WRITE_PROTECT);
    process.store(address, 1);
    fd.writeProtect(vpn, vpn + 1);

    assertThatThrownBy(() -> process.store(address, 2)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void pagesTakenAwayAreToldBefore() {
    open(Kind.REMOVE.feature());
    process.madvise(address, Pages.address(2), Advice.DONTNEED);

    assertThat(events).containsExactly(new UserfaultEvent(Kind.REMOVE, vpn, vpn + 2, 0));
  }

  @Test
  void unmappingIsToldOnceForTheWholeCall() {
    open(Kind.UNMAP.feature());
    process.munmap(address, Pages.address(3));
    process.munmap(address, Pages.address(3));

    assertThat(events).containsExactly(new UserfaultEvent(Kind.UNMAP, vpn, vpn + 3, 0));
  }

  @Test
  void movedPagesStayProtectedWhereTheReaderIsTold() {
    Userfaultfd fd = open(Userfaultfd.WP_ASYNC | Kind.REMAP.feature());
    process.store(address, 1);
    fd.writeProtect(vpn, vpn + 1);
    long target = vpn - 1_000;
    process.mremap(
        address, Pages.SIZE, Pages.SIZE, Mremap.MAYMOVE | Mremap.FIXED, Pages.address(target));

    assertThat(events).containsExactly(new UserfaultEvent(Kind.REMAP, vpn, vpn + 1, target));
    assertThat(isProtected(process, target)).isTrue();
  }

  @Test
  void movedPagesLoseTheirProtectionWhereItIsNot() {
    Userfaultfd fd = open(Userfaultfd.WP_ASYNC);
    process.store(address, 1);
    fd.writeProtect(vpn, vpn + 1);
    long target = vpn - 1_000;
    process.mremap(
        address, Pages.SIZE, Pages.SIZE, Mremap.MAYMOVE | Mremap.FIXED, Pages.address(target));

    assertThat(isProtected(process, target)).isFalse();
    long[] categories = Window.categoriesOf(process.tracked(), target, 1);
    assertThat(categories[0] & Categories.WPALLOWED).isZero();
  }

  @Test
  void aChildKeepsTheProtectionOnlyWhereTheForkIsTold() {
    Userfaultfd fd = open(Userfaultfd.WP_ASYNC);
    process.store(address, 1);
    fd.writeProtect(vpn, vpn + 2);
    assertThat(isProtected(process.fork(), vpn)).isFalse();
    assertThat(events).isEmpty();
    fd.unregister(vpn, vpn + 8);

    Userfaultfd telling = open(Userfaultfd.WP_ASYNC | Kind.FORK.feature());
    telling.writeProtect(vpn, vpn + 2);
    SimProcess child = process.fork();
    assertThat(isProtected(child, vpn)).isTrue();
    assertThat(isProtected(child, vpn + 1)).isTrue();
    assertThat(events).extracting(UserfaultEvent::kind).containsExactly(Kind.FORK);
    assertThat(isProtected(process, vpn)).isTrue();
  }

  @Test
  void aChildsMappingsBelongToTheDescriptorThatCameWithTheFork() {
    Userfaultfd fd = open(Userfaultfd.WP_ASYNC | Kind.FORK.feature());
    fd.writeProtect(vpn, vpn + 2);
    SimProcess child = process.fork();

    assertThatThrownBy(
            () ->
                child
                    .userfaultfd(Userfaultfd.WP_ASYNC)
                    .register(vpn, vpn + 1, Userfaultfd.WRITE_PROTECT))
        .isInstanceOf(KernelException.class);
    child.inheritedUserfaultfd().close();
    assertThat(isProtected(child, vpn)).isFalse();
    assertThat(isProtected(process, vpn)).isTrue();
    assertThatThrownBy(child::inheritedUserfaultfd).isInstanceOf(KernelException.class);
  }

  @Test
  void aMissingPageIsFilledByTheReader() {
    Userfaultfd fd = process.userfaultfd(0);
    fd.register(vpn, vpn + 8, Userfaultfd.MISSING);
    fd.setReader((page, write, protectedPage) -> fd.copy(page, 42));

    assertThat(process.load(address)).isEqualTo(42);
  }

  @Test
  void mremapTellsOfWhatItUnmappedAfterWhatItMoved() {
    open(Kind.REMAP.feature() | Kind.UNMAP.feature());
    long target = address - Pages.address(100);
    process.mremap(
        address, Pages.address(8), Pages.address(4), Mremap.MAYMOVE | Mremap.FIXED, target);
    assertThat(events)
        .extracting(UserfaultEvent::kind, UserfaultEvent::startVpn)
        .containsExactly(
            tuple(Kind.REMAP, vpn), tuple(Kind.UNMAP, vpn + 4), tuple(Kind.UNMAP, vpn));
  }

  @Test
  void aForkThatCopiesNothingRegisteredIsNotTold() {
    open(Kind.FORK.feature());
    process.madvise(address, Pages.address(8), Advice.DONTFORK);
    process.fork();
    assertThat(events).isEmpty();
  }

  @Test
  void aMarkerIsMadeAnewInAChildAndIsNotSoftDirty() {
    Userfaultfd fd = open(Kind.FORK.feature() | Kind.REMAP.feature() | Userfaultfd.WP_UNPOPULATED);
    process.tracked().clearRefs(4);
    fd.writeProtect(vpn, vpn + 1);
    long moved =
        Pages.vpn(
            process.mremap(
                address, Pages.SIZE, Pages.SIZE, Mremap.MAYMOVE | Mremap.FIXED, 1L << 40));

    assertThat(isSoftDirty(process, moved)).isTrue();
    SimProcess child = process.fork();
    assertThat(isProtected(child, moved)).isTrue();
    assertThat(isSoftDirty(child, moved)).isFalse();
  }

  private static boolean isSoftDirty(SimProcess of, long page) {
    long[] entry = new long[1];
    of.tracked().readPagemap(page, 1, entry);
    return (entry[0] & PagemapEntry.SOFT_DIRTY) != 0;
  }

  @Test
  void aMarkerGoesWithItsProtection() {
    Userfaultfd fd = open(Kind.REMAP.feature() | Userfaultfd.WP_UNPOPULATED);
    fd.writeProtect(vpn, vpn + 1);
    long moved =
        Pages.vpn(
            process.mremap(
                address, Pages.SIZE, Pages.SIZE, Mremap.MAYMOVE | Mremap.FIXED, 1L << 40));
    fd.unregister(moved, moved + 1);

    long[] entry = new long[1];
    process.tracked().readPagemap(moved, 1, entry);
    assertThat(entry[0] & PagemapEntry.SWAPPED).isZero();
  }

  @Test
  void aMoveOfLessIsToldInFullByOlderKernels() {
    assertThat(pagesToldOfAShorterMove(Profile.V6_12)).isEqualTo(2);
    assertThat(pagesToldOfAShorterMove(Profile.V6_18)).isEqualTo(1);
  }

  private static long pagesToldOfAShorterMove(Profile profile) {
    SimProcess process = new SimKernel(profile).spawn();
    long address = process.mmap(Pages.address(2));
    List<UserfaultEvent> told = new ArrayList<>();
    listen(process, address, 2, Kind.REMAP, told);
    process.mremap(address, Pages.address(2), Pages.SIZE, Mremap.MAYMOVE | Mremap.FIXED, 1L << 40);
    return told.get(0).endVpn() - told.get(0).startVpn();
  }

  @Test
  void whatWasToBeUnmappedIsToldThoughItsEndCannotBeCut() {
    long start = 1L << 32;
    long huge = Pages.address(Pages.PER_TABLE);
    int fixed = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
    process.mmap(start, huge, Prot.READ, fixed);
    process.mmap(start + huge, huge, Prot.READ, fixed | Mmap.HUGETLB);
    List<UserfaultEvent> told = new ArrayList<>();
    listen(process, start, Pages.PER_TABLE, Kind.UNMAP, told);

    assertThatThrownBy(() -> process.munmap(start, huge + Pages.SIZE))
        .isInstanceOf(KernelException.class);
    assertThat(told).extracting(UserfaultEvent::kind).containsExactly(Kind.UNMAP);
  }

  private static void listen(
      SimProcess process, long address, long pages, Kind kind, List<UserfaultEvent> told) {
    Userfaultfd fd = process.userfaultfd(kind.feature());
    long first = Pages.vpn(address);
    fd.register(first, first + pages, Userfaultfd.WRITE_PROTECT);
    fd.setReader(
        new UserfaultReader() {
          @Override
          public void fault(long page, boolean write, boolean protectedPage) {
            fd.unprotect(page, page + 1);
          }

          @Override
          public void event(UserfaultEvent event) {
            told.add(event);
          }
        });
  }
}
