package io.github.dirtyrange.kernel.kit;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.MappedPage;
import io.github.dirtyrange.kernel.sim.SimFile;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise.Advice;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.ObjLongConsumer;

/**
 * One operation of a random program.
 *
 * @param kind what to do
 * @param slot the first slot of a {@link Window}
 * @param slots how many
 */
public record Step(Kind kind, int slot, int slots) {

  /**
   * What a step does. RECLAIM, PIN and FILL, as LOAD and STORE, take one page; SWAP_OFF is of all
   * there is. FILL and FILL_ZERO are UFFDIO_COPY and UFFDIO_ZEROPAGE.
   *
   * <p>MMAP_FILE maps a file privately. REMOVE punches a hole by madvise; WRITE_FILE writes the
   * page and TRUNCATE cuts the file in the middle of it, by system calls on the file mapped there.
   * REGISTER_WAITING registers without WP_ASYNC, and CLOSE_USERFAULTFD closes what REGISTER opened.
   *
   * <p>The last are the reader's: DRAIN_FAILING has a sink that throws at the region whose number
   * is that of the slots; OPEN closes the queue, if it is open, and opens one as {@link Opening}
   * draws it.
   */
  public enum Kind {
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
    DRAIN,
    MMAP_SHARED,
    MREMAP,
    MREMAP_DONTUNMAP,
    MPROTECT_NONE,
    MPROTECT_READ,
    MPROTECT_WRITE,
    DONTNEED,
    FREE,
    POPULATE_READ,
    POPULATE_WRITE,
    GUARD_INSTALL,
    GUARD_REMOVE,
    HUGEPAGE,
    COLLAPSE,
    MLOCK,
    FORK,
    FORK_AND_EXIT,
    PAGEOUT,
    RECLAIM,
    SWAP_OFF,
    SOFT_OFFLINE,
    MERGEABLE,
    MERGE_SAME,
    UNMERGEABLE,
    STORE_SCATTERED,
    RUN_ON,
    DRAIN_PART,
    PIN,
    FILL,
    FILL_ZERO,
    MMAP_FILE,
    REMOVE,
    WRITE_FILE,
    TRUNCATE,
    REGISTER_WAITING,
    CLOSE_USERFAULTFD,
    DRAIN_FAILING,
    DRAIN_EXACTLY,
    DISABLE,
    ENABLE,
    CLOSE,
    OPEN
  }

  /** What the dense twin knows as well. */
  public static final Set<Kind> SIMPLE = EnumSet.range(Kind.MMAP, Kind.DRAIN);

  /** What process and reader do by themselves: no device, and no reader of a userfaultfd. */
  public static final Set<Kind> ORDINARY =
      EnumSet.complementOf(EnumSet.range(Kind.PIN, Kind.FILL_ZERO));

  /** Changes that a scan shows, as none shows those of a file; and one queue, always on. */
  public static final Set<Kind> SHOWN_BY_SCANS = EnumSet.range(Kind.MMAP, Kind.FILL_ZERO);

  private static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;
  private static final int RW = Prot.READ | Prot.WRITE;

  /** {@return the same on fewer slots, or on one nearer to the first} */
  List<Step> narrower() {
    List<Step> narrower = new ArrayList<>();
    if (slots > 1) {
      narrower.add(new Step(kind, slot, slots / 2));
    }
    if (slot > 0) {
      narrower.add(new Step(kind, slot / 2, slots));
    }
    return narrower;
  }

  /** {@return whether the step arms pages, as a tracker beside the queue would} */
  boolean armsByHand() {
    return switch (kind) {
      case CLEAR_REFS, TAKE_WRITTEN, ARM_SILENTLY -> true;
      default -> false;
    };
  }

  /** {@return the first page} */
  public long vpn(Window window) {
    return window.base() + (long) slot * window.pagesPerSlot();
  }

  /** {@return how many pages} */
  public int pages(Window window) {
    return slots * window.pagesPerSlot();
  }

  /** {@return where MREMAP moves to} */
  public long target(Window window) {
    int targetSlot = (slot * 7 + 13) % (Window.SLOTS - slots + 1);
    return window.base() + (long) targetSlot * window.pagesPerSlot();
  }

  /** Does what the process does, and nothing of the reader's; answers whether the kernel let it. */
  public boolean run(Window window, SimProcess process, TrackedProcess tracked) {
    try {
      attempt(window, process, tracked);
      return true;
    } catch (KernelException refused) {
      return false;
    }
  }

  private void attempt(Window window, SimProcess process, TrackedProcess tracked) {
    long vpn = vpn(window);
    long end = vpn + pages(window);
    long address = Pages.address(vpn);
    long bytes = Pages.address(pages(window));
    switch (kind) {
      case MMAP -> process.mmap(address, bytes, RW, FIXED);
      case MMAP_READ_ONLY -> process.mmap(address, bytes, Prot.READ, FIXED);
      case MMAP_SHARED ->
          process.mmap(address, bytes, RW, Mmap.SHARED | Mmap.ANONYMOUS | Mmap.FIXED);
      case MUNMAP -> process.munmap(address, bytes);
      case MREMAP ->
          process.mremap(
              address, bytes, bytes, Mremap.MAYMOVE | Mremap.FIXED, Pages.address(target(window)));
      case MREMAP_DONTUNMAP ->
          process.mremap(
              address,
              bytes,
              bytes,
              Mremap.MAYMOVE | Mremap.FIXED | Mremap.DONTUNMAP,
              Pages.address(target(window)));
      case MPROTECT_NONE -> process.mprotect(address, bytes, Prot.NONE);
      case MPROTECT_READ -> process.mprotect(address, bytes, Prot.READ);
      case MPROTECT_WRITE -> process.mprotect(address, bytes, RW);
      case STORE -> process.store(address, slots);
      case STORE_RANGE -> process.storeRange(address, bytes, slots);
      case LOAD -> process.load(address);
      case MLOCK -> process.mlock(address, bytes);
      case DONTNEED -> process.madvise(address, bytes, Advice.DONTNEED);
      case FREE -> process.madvise(address, bytes, Advice.FREE);
      case POPULATE_READ -> process.madvise(address, bytes, Advice.POPULATE_READ);
      case POPULATE_WRITE -> process.madvise(address, bytes, Advice.POPULATE_WRITE);
      case GUARD_INSTALL -> process.madvise(address, bytes, Advice.GUARD_INSTALL);
      case GUARD_REMOVE -> process.madvise(address, bytes, Advice.GUARD_REMOVE);
      case PAGEOUT -> process.madvise(address, bytes, Advice.PAGEOUT);
      case RECLAIM -> process.kernel().reclaim(new MappedPage(process, vpn));
      case SWAP_OFF -> {
        process.kernel().swapOff();
        process.kernel().swapOn();
      }
      case SOFT_OFFLINE -> process.softOffline(address);
      case MERGEABLE -> process.madvise(address, bytes, Advice.MERGEABLE);
      case MERGE_SAME -> process.kernel().mergeSamePages();
      case UNMERGEABLE -> process.madvise(address, bytes, Advice.UNMERGEABLE);
      case HUGEPAGE -> process.madvise(address, bytes, Advice.HUGEPAGE);
      case COLLAPSE -> process.madvise(address, bytes, Advice.COLLAPSE);
      case FORK -> process.fork();
      case FORK_AND_EXIT -> process.fork().exit();
      case CLEAR_REFS -> tracked.clearRefs(4);
      case REGISTER -> process.registerWriteProtect(vpn, end);
      case UNREGISTER -> process.unregisterWriteProtect(vpn, end);
      case TAKE_WRITTEN ->
          tracked.scan(ScanRequest.takeWritten(vpn, end), new PageRegionBuffer(64));
      case ARM_SILENTLY ->
          tracked.scan(
              ScanRequest.of(vpn, end, 0).withFlags(ScanRequest.WP_MATCHING),
              new PageRegionBuffer(0));
      case STORE_SCATTERED -> {
        for (long page = vpn; page < end; page += 2) {
          process.store(Pages.address(page), slots);
        }
      }
      case PIN -> process.pin(address);
      case FILL -> fill(process).copy(vpn, slots);
      case FILL_ZERO -> fill(process).zeroPage(vpn);
      case RUN_ON -> process.runOn(slot % SimKernel.CPUS);
      case MMAP_FILE -> mapFile(process, address, bytes);
      case REMOVE -> process.madvise(address, bytes, Advice.REMOVE);
      case WRITE_FILE -> onFile(process, vpn, (file, offset) -> file.write(offset, slots));
      case TRUNCATE ->
          onFile(process, vpn, (file, offset) -> file.truncate(offset + Pages.SIZE / 2));
      case REGISTER_WAITING -> process.userfaultfd(0).register(vpn, end, Userfaultfd.WRITE_PROTECT);
      case CLOSE_USERFAULTFD -> process.closeWriteProtect();
      case DRAIN, DRAIN_PART, DRAIN_FAILING, DRAIN_EXACTLY, DISABLE, ENABLE, CLOSE, OPEN -> {}
    }
  }

  /** Every other page of the file holds something. */
  private static void mapFile(SimProcess process, long address, long bytes) {
    SimFile file = process.kernel().createMemfd("kit");
    file.truncate(bytes);
    for (long offset = 0; offset < bytes; offset += 2L * Pages.SIZE) {
      file.write(offset, 1 + offset);
    }
    file.truncate(bytes);
    process.mmapFile(address, bytes, RW, Mmap.PRIVATE | Mmap.FIXED, file, 0);
    file.close();
  }

  private static void onFile(SimProcess process, long vpn, ObjLongConsumer<SimFile> call) {
    MappedPage page = new MappedPage(process, vpn);
    SimFile file = page.openFile();
    try {
      call.accept(file, page.offsetBytes());
    } finally {
      file.close();
    }
  }

  /** Any descriptor fills what any other has registered. */
  private static Userfaultfd fill(SimProcess process) {
    return process.userfaultfd(0);
  }

  /** {@return the step as it is read in a counterexample: what, from which slot, how many} */
  @Override
  public String toString() {
    return kind + " " + slot + "+" + slots;
  }
}
