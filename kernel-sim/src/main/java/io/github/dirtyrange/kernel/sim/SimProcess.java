package io.github.dirtyrange.kernel.sim;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.machine.VirtualClock;
import io.github.dirtyrange.kernel.sim.mm.AddressSpace;
import io.github.dirtyrange.kernel.sim.mm.FaultHandler;
import io.github.dirtyrange.kernel.sim.mm.Frames;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Munmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.kernel.sim.mm.RangeStore;
import io.github.dirtyrange.kernel.sim.track.ChangeRecorder;
import io.github.dirtyrange.kernel.sim.track.Userfaultfd;

/**
 * A simulated process as it sees itself: its loads and stores, and its system calls. What a page
 * holds is one number, its stamp; a page of zeros has stamp 0.
 *
 * <p>Every call throws {@link KernelException}: the system calls with the error that Linux returns,
 * loads and stores with EFAULT where Linux sends SIGSEGV, and all of them with ESRCH after {@link
 * #exit}.
 */
public final class SimProcess {

  private final SimKernel kernel;
  private final int pid;
  private final AddressSpace mm;
  private final FaultHandler faults;
  private final RangeStore rangeStore;
  private final ChangeRecorder recorder;
  private boolean alive = true;

  SimProcess(SimKernel kernel, int pid, Profile profile, VirtualClock clock, Frames frames) {
    this.kernel = kernel;
    this.pid = pid;
    mm = new AddressSpace(profile, clock, frames);
    faults = new FaultHandler(mm);
    rangeStore = new RangeStore(mm, faults);
    recorder = new ChangeRecorder(clock);
  }

  /** {@return the process's number} */
  public int pid() {
    return pid;
  }

  /** {@return the process as a tracker sees it} */
  public TrackedProcess tracked() {
    return kernel.open(pid);
  }

  /**
   * Maps private anonymous memory, with the protections of {@link Prot} and the flags of {@link
   * Mmap}.
   *
   * @return the address at which it was mapped
   */
  public long mmap(long address, long bytes, int prot, int flags) {
    long start = Mmap.map(mm(), address, bytes, prot, flags);
    if ((flags & (Mmap.POPULATE | Mmap.LOCKED)) != 0) {
      faults.populate(Pages.vpn(start), Pages.vpn(start) + Pages.count(bytes));
    }
    return start;
  }

  /** Maps that many bytes of private anonymous memory, readable and writable, anywhere. */
  public long mmap(long bytes) {
    return mmap(0, bytes, Prot.READ | Prot.WRITE, Mmap.PRIVATE | Mmap.ANONYMOUS);
  }

  /** Unmaps a range of addresses. */
  public void munmap(long address, long bytes) {
    Munmap.unmap(mm(), address, bytes);
  }

  /** {@return the stamp of the page that holds an address} */
  public long load(long address) {
    return aliveFaults().load(address);
  }

  /** Writes the stamp of the page that holds an address. */
  public void store(long address, long stamp) {
    aliveFaults().store(address, stamp);
  }

  /** Writes the same stamp to every page of a range, as a loop of {@link #store} would. */
  public void storeRange(long address, long bytes, long stamp) {
    aliveFaults();
    rangeStore.store(Pages.vpn(address), Pages.count(address + bytes), stamp);
  }

  /**
   * Registers a range of pages with a userfaultfd of the features WP_ASYNC and WP_UNPOPULATED, in
   * write-protect mode: from then on the pages can be armed by PAGEMAP_SCAN and by a change queue.
   */
  public void registerWriteProtect(long startVpn, long endVpn) {
    Userfaultfd.register(mm(), startVpn, endVpn);
  }

  /** Lifts the protection from a range of pages and takes it off the userfaultfd. */
  public void unregisterWriteProtect(long startVpn, long endVpn) {
    Userfaultfd.unregister(mm(), startVpn, endVpn);
  }

  /** Registers a range of addresses with the userfaultfd: UFFDIO_REGISTER. */
  public void uffdRegister(long address, long bytes, long mode) {
    Userfaultfd.register(mm(), address, bytes, mode);
  }

  /** Takes a range of addresses off the userfaultfd: UFFDIO_UNREGISTER. */
  public void uffdUnregister(long address, long bytes) {
    Userfaultfd.unregisterBytes(mm(), address, bytes);
  }

  /** Protects a range of addresses, or lifts the protection: UFFDIO_WRITEPROTECT. */
  public void uffdWriteProtect(long address, long bytes, long mode) {
    Userfaultfd.writeProtect(mm(), address, bytes, mode);
  }

  /** Ends the process: everything is unmapped. */
  public void exit() {
    AddressSpace ending = mm();
    Munmap.unmapAll(ending);
    alive = false;
    kernel.exited(this);
  }

  /** {@return the process's memory} Throws {@link KernelException} with ESRCH once it has gone. */
  AddressSpace mm() {
    if (!alive) {
      throw new KernelException(Errno.ESRCH, "process " + pid);
    }
    return mm;
  }

  private FaultHandler aliveFaults() {
    if (!alive) {
      throw new KernelException(Errno.ESRCH, "process " + pid);
    }
    return faults;
  }

  /** {@return the process's recorder of changes, listening from now on} */
  ChangeRecorder listeningRecorder() {
    mm().setSink(recorder);
    return recorder;
  }
}
