package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.MemoryGoneException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.Brk;
import io.github.dirtyrange.kernel.sim.mm.Fork;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Migration;
import io.github.dirtyrange.kernel.sim.mm.Mlock;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Mprotect;
import io.github.dirtyrange.kernel.sim.mm.Mremap;
import io.github.dirtyrange.kernel.sim.mm.Munmap;
import io.github.dirtyrange.kernel.sim.mm.OpenFile;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.mm.RangeStore;
import io.github.dirtyrange.kernel.sim.mm.UserPages;
import io.github.dirtyrange.kernel.sim.mm.UserfaultReader;
import io.github.dirtyrange.kernel.sim.mm.VmArea;
import io.github.dirtyrange.kernel.sim.mm.VmFlags;
import io.github.dirtyrange.kernel.sim.track.ChangeRecorder;
import io.github.dirtyrange.kernel.sim.track.PagemapScanCall;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;
import io.github.dirtyrange.kernel.sim.track.UserfaultfdCalls;
import io.github.dirtyrange.kernel.sim.track.VmFlagNames;
import java.util.Objects;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A simulated process as it sees itself: its loads and stores, and its system calls. What a page
 * holds is one number, its stamp; a page of zeros has stamp 0.
 *
 * <p>Every call throws {@link KernelException}: the system calls with the error that Linux returns,
 * loads and stores with EFAULT where Linux sends SIGSEGV and EIO where it sends SIGBUS, and all of
 * them with ESRCH after {@link #exit}.
 */
public final class SimProcess {

  private final SimKernel kernel;
  private final int pid;
  private final AddressSpace mm;
  private final RangeStore rangeStore;
  private final ChangeRecorder recorder;
  private Brk heap = Brk.at(Brk.START);
  private @Nullable Userfaultfd tracking;
  private boolean alive = true;

  SimProcess(SimKernel kernel, int pid, AddressSpace mm) {
    this.kernel = kernel;
    this.pid = pid;
    this.mm = mm;
    rangeStore = new RangeStore(mm);
    recorder = new ChangeRecorder(mm);
  }

  /** {@return the process's number} */
  public int pid() {
    return pid;
  }

  /** {@return the kernel that it runs on} */
  public SimKernel kernel() {
    return kernel;
  }

  /** {@return the process as a tracker sees it} */
  public TrackedProcess tracked() {
    return kernel.open(pid);
  }

  /**
   * Maps anonymous memory, private or shared, with the protections of {@link Prot} and the flags of
   * {@link Mmap}.
   *
   * @return the address at which it was mapped
   */
  public long mmap(long address, long bytes, int prot, int flags) {
    OpenFile file = null;
    if ((flags & Mmap.HUGETLB) != 0) {
      long whole = Mmap.hugeBytes(bytes);
      file = OpenFile.readWrite(kernel.poolMemory("anon_hugepage (deleted)", whole));
    } else if ((flags & Mmap.SHARED) != 0) {
      file = OpenFile.readWrite(kernel.sharedMemory("dev/zero (deleted)", bytes));
    }
    return Mmap.map(mm(), address, bytes, prot, flags, file, 0);
  }

  /** Maps a file. */
  public long mmapFile(
      long address, long bytes, int prot, int flags, SimFile file, long offsetBytes) {
    return Mmap.map(mm(), address, bytes, prot, flags, file.open(), offsetBytes);
  }

  /** Maps that many bytes of private anonymous memory, readable and writable, anywhere. */
  public long mmap(long bytes) {
    return mmap(0, bytes, Prot.READ | Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS);
  }

  /** Unmaps a range of addresses. */
  public void munmap(long address, long bytes) {
    Munmap.unmap(mm(), address, bytes);
  }

  /** Makes a mapping shorter or longer, or moves it, with the flags of {@link Mremap}. */
  public long mremap(long address, long oldBytes, long newBytes, int flags, long newAddress) {
    return Mremap.remap(mm(), address, oldBytes, newBytes, flags, newAddress);
  }

  /** Changes the protection of a range. */
  public void mprotect(long address, long bytes, int prot) {
    Mprotect.protect(mm(), address, bytes, prot);
  }

  /** Advises the kernel about a range. */
  public void madvise(long address, long bytes, Madvise.Advice advice) {
    Madvise.advise(mm(), address, bytes, advice);
  }

  /**
   * Takes those pages of a range out of memory that are chosen, and can be reclaimed: MADV_PAGEOUT,
   * where the kernel's choice is known.
   */
  public void pageOut(long address, long bytes, LongPredicate chosen) {
    Madvise.pageOut(mm(), address, bytes, chosen);
  }

  /** Fills a range and keeps it in memory. */
  public void mlock(long address, long bytes) {
    Mlock.lock(mm(), address, bytes);
  }

  /** Lets a range be reclaimed again. */
  public void munlock(long address, long bytes) {
    Mlock.unlock(mm(), address, bytes);
  }

  /**
   * Moves the end of the heap.
   *
   * @return where it ends now
   */
  public long brk(long wantedEnd) {
    return heap.move(mm(), wantedEnd);
  }

  /** Lets the heap, empty, start at another address: prctl PR_SET_MM. */
  public void setHeap(long start) {
    heap = Brk.at(start);
  }

  /** Starts a child with a copy of this process's memory. */
  public SimProcess fork() {
    SimProcess child = kernel.spawn();
    Fork.copy(mm(), child.mm);
    child.heap = heap.copy();
    kernel.forked(this, child);
    return child;
  }

  /**
   * Runs the process on another CPU from now on.
   *
   * @param cpu from 0 to one less than {@link SimKernel#CPUS}
   */
  public void runOn(int cpu) {
    mm();
    recorder.runOn(Objects.checkIndex(cpu, SimKernel.CPUS));
  }

  /** {@return the stamp of the page that holds an address} */
  public long load(long address) {
    return mm().faults().load(address);
  }

  /** Writes the stamp of the page that holds an address. */
  public void store(long address, long stamp) {
    mm().faults().store(address, stamp);
  }

  /** Writes to the page that holds an address, but not to where its stamp is. */
  public void touch(long address) {
    mm().faults().touch(address);
  }

  /** Writes the same stamp to every page of a range, as a loop of {@link #store} would. */
  public void storeRange(long address, long bytes, long stamp) {
    mm();
    rangeStore.store(Pages.vpn(address), Pages.count(address + bytes), stamp);
  }

  /** Writes a page as another process does: process_vm_writev. */
  public void writeFromOutside(long address, long stamp) {
    UserPages.write(mm(), address, stamp);
  }

  /** Writes a page through {@code /proc/PID/mem}, which may ignore that it is read-only. */
  public void writeByProcMem(long address, long stamp) {
    UserPages.writeByProcMem(mm(), address, stamp);
  }

  /**
   * Pins a page for a device to write.
   *
   * @return what {@link #unpin} takes
   */
  public long pin(long address) {
    return UserPages.pin(mm(), address);
  }

  /** Takes back a pin, which may outlive the process as a device's buffer does. */
  public void unpin(long pinned) {
    UserPages.unpin(mm, pinned);
  }

  /** Takes the frame of a page out of use, as MADV_SOFT_OFFLINE does: the page is migrated. */
  public void softOffline(long address) {
    Migration.softOffline(kernel.memories(), mm(), Pages.vpn(address));
  }

  /** Opens a userfaultfd with these features. */
  public Userfaultfd userfaultfd(long features) {
    return new Userfaultfd(mm(), features);
  }

  /** Opens a userfaultfd with these features, for calls whose arguments may be wrong. */
  public UserfaultfdCalls userfaultfdCalls(long features) {
    return new UserfaultfdCalls(mm(), userfaultfd(features));
  }

  /**
   * Opens, after a fork that was told of, the descriptor that came with the message: what the
   * child's mappings are registered with, for calls whose arguments may be wrong.
   *
   * @throws KernelException ENOENT where no mapping is registered
   */
  public UserfaultfdCalls inheritedUserfaultfd() {
    return new UserfaultfdCalls(mm(), Userfaultfd.inherited(mm()));
  }

  /** {@return whether smaps shows the flag "sd" for the mapping that holds an address} */
  public boolean isWholeMappingSoftDirty(long address) {
    VmArea area = mm().areas().find(Pages.vpn(address));
    return area != null && area.has(VmFlags.SOFTDIRTY);
  }

  /** Sets who reads the messages of the process's userfaultfd; null for nobody. */
  public void setUserfaultReader(@Nullable UserfaultReader reader) {
    mm().setUserfaults(reader);
  }

  /** {@return a PAGEMAP_SCAN of the process by itself, whose arguments may be wrong} */
  public PagemapScanCall pagemapScan(ScanRequest request) {
    return new PagemapScanCall(mm(), request);
  }

  /** {@return the line VmFlags of smaps for the mapping that holds an address, "" if none does} */
  public String vmFlags(long address) {
    VmArea area = mm().areas().find(Pages.vpn(address));
    return area == null ? "" : VmFlagNames.of(area.flags());
  }

  /**
   * Registers a range of pages with a userfaultfd of the features WP_ASYNC and WP_UNPOPULATED, in
   * write-protect mode: from then on the pages can be armed by PAGEMAP_SCAN and by a change queue.
   */
  public void registerWriteProtect(long startVpn, long endVpn) {
    tracking().register(startVpn, endVpn, Userfaultfd.WRITE_PROTECT);
  }

  /**
   * Protects a range of pages that is registered so, by UFFDIO_WRITEPROTECT: those too that are
   * marked already and can be written all the same, as after their registration was lost.
   */
  public void writeProtect(long startVpn, long endVpn) {
    tracking().writeProtect(startVpn, endVpn);
  }

  /** Lifts the protection from a range of pages and takes it off the same userfaultfd. */
  public void unregisterWriteProtect(long startVpn, long endVpn) {
    tracking().unregister(startVpn, endVpn);
  }

  /** Closes that userfaultfd: all protection is lifted, and nothing is registered with it. */
  public void closeWriteProtect() {
    tracking().close();
    tracking = null;
  }

  private Userfaultfd tracking() {
    Userfaultfd open = tracking == null ? userfaultfd(Userfaultfd.WP_ASYNC) : tracking;
    tracking = open;
    return open;
  }

  /** Ends the process: everything is unmapped. */
  public void exit() {
    AddressSpace ending = mm();
    Munmap.unmapAll(ending);
    alive = false;
    kernel.exited(this);
  }

  /** {@return the process's memory} Throws {@link MemoryGoneException} once it has gone. */
  AddressSpace mm() {
    if (!alive) {
      throw new MemoryGoneException(pid, MemoryGoneException.Reason.ENDED);
    }
    return mm;
  }

  /** {@return whether the process has not ended} */
  boolean isAlive() {
    return alive;
  }

  /** {@return the process's recorder of changes} */
  ChangeRecorder recorder() {
    return recorder;
  }
}
