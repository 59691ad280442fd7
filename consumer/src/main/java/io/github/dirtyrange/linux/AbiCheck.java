package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.PagemapScanIoctl;
import io.github.dirtyrange.linux.mm.ProcPagemap;
import io.github.dirtyrange.linux.mm.RemoteMemory;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.perf.FaultSampler;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What round trips with the running kernel say of the numbers and layouts in {@link Abi}: for
 * machines whose headers are older than their kernel, or that have none.
 *
 * @param checked what the kernel took and answered as the layout says
 * @param wrong what it answered otherwise: results on this machine are not to be trusted
 * @param unchecked what could not be tried, and why
 */
public record AbiCheck(List<String> checked, List<String> wrong, List<String> unchecked) {

  private static final int PAGES = 3;
  private static final long CATEGORIES = Categories.ACCESSED * 2 - 1;

  /** Copies the lists. */
  public AbiCheck {
    checked = List.copyOf(checked);
    wrong = List.copyOf(wrong);
    unchecked = List.copyOf(unchecked);
  }

  /** {@return the findings on this machine} Uses memory of this process only. */
  public static AbiCheck run() {
    try (Run run = new Run()) {
      return run.all();
    }
  }

  /** One run, with a few pages to try things on. */
  private static final class Run implements AutoCloseable {
    private final List<String> checked = new ArrayList<>();
    private final List<String> wrong = new ArrayList<>();
    private final List<String> unchecked = new ArrayList<>();
    private final int pid = (int) ProcessHandle.current().pid();
    private final MappedArea area = MappedArea.anonymous(PAGES * (long) Pages.SIZE);
    private final long startAddress = area.address();
    private final long endAddress = startAddress + area.bytes();
    private final MemoryIdentity identity = MemoryIdentity.open(pid);
    private final ProcPagemap pagemap = identity.pagemap();
    private final PagemapScanIoctl scan = new PagemapScanIoctl(pagemap);

    AbiCheck all() {
      for (long at = startAddress; at < endAddress; at += Pages.SIZE) {
        area.putLong(at, at);
      }
      check("size of struct pm_scan_arg", this::otherSizesAreRefused);
      check("struct pm_scan_arg and struct page_region", this::regionIsReadBack);
      for (long rest = CATEGORIES; rest != 0; rest &= rest - 1) {
        long category = Long.lowestOneBit(rest);
        check("category " + Categories.toString(category), () -> isAccepted(category));
      }
      check("struct uffdio_api, _register and _writeprotect", this::armedPageIsNotWritten);
      check("struct perf_event_attr and the ring", this::faultIsSampled);
      check("struct iovec of process_vm_readv", this::rangesAreReadInOrder);
      return new AbiCheck(checked, wrong, unchecked);
    }

    private void check(String what, BooleanSupplier roundTrip) {
      try {
        (roundTrip.getAsBoolean() ? checked : wrong).add(what);
      } catch (KernelException e) {
        unchecked.add(what + ": " + e.getMessage());
      }
    }

    private boolean otherSizesAreRefused() {
      return callWithSize(Abi.SCAN_BYTES - 1) == -1
          && Sys.errno() == Errno.EINVAL.number()
          && callWithSize(Abi.SCAN_BYTES) == 0;
    }

    /** Makes a call that matches nothing by a struct that claims to have that many bytes. */
    private int callWithSize(int bytes) {
      ByteBuffer argument = Sys.struct(Abi.SCAN_BYTES);
      argument
          .putLong(Abi.SCAN_SIZE, bytes)
          .putLong(Abi.SCAN_START, startAddress)
          .putLong(Abi.SCAN_END, startAddress);
      int fd = pagemap.number();
      return Sys.libc().ioctl(fd, Abi.PAGEMAP_SCAN, Sys.address(argument));
    }

    private boolean regionIsReadBack() {
      scan.match(0, Categories.PRESENT, 0, Categories.PRESENT | Categories.FILE);
      return scan.call(0, startAddress, endAddress, 0, 1) == 1
          && Pages.address(scan.startVpn(0)) == startAddress
          && Pages.address(scan.endVpn(0)) == endAddress
          && scan.categories(0) == Categories.PRESENT
          && scan.walkEnd() == endAddress;
    }

    private boolean isAccepted(long category) {
      scan.match(0, category, 0, category);
      scan.call(0, startAddress, startAddress + Pages.SIZE, 0, 1);
      return true;
    }

    private boolean armedPageIsNotWritten() {
      try (Userfaultfd userfaultfd = Userfaultfd.open()) {
        userfaultfd.register(startAddress, area.bytes());
        userfaultfd.writeProtect(startAddress, area.bytes());
        long page = startAddress + Pages.SIZE;
        area.putLong(page, 1);
        scan.match(0, Categories.WRITTEN, 0, Categories.WRITTEN | Categories.WPALLOWED);
        boolean onlyThat =
            scan.call(0, startAddress, endAddress, 0, PAGES) == 1
                && Pages.address(scan.startVpn(0)) == page
                && scan.endVpn(0) == scan.startVpn(0) + 1
                && scan.categories(0) == (Categories.WRITTEN | Categories.WPALLOWED);
        userfaultfd.unregister(startAddress, area.bytes());
        return onlyThat;
      }
    }

    private boolean faultIsSampled() {
      int tid = (int) Sys.libc().syscall(Abi.SYS_GETTID);
      try (FaultSampler sampler = FaultSampler.openThread(tid, Pages.SIZE)) {
        sampler.enable();
        area.discard(startAddress, Pages.SIZE);
        area.putLong(startAddress, startAddress);
        boolean[] seen = {false};
        sampler.read(
            (address, samplePid, sampleTid, nanos) ->
                seen[0] |= address == startAddress && samplePid == pid && sampleTid == tid);
        return seen[0] && sampler.lostSamples() == 0;
      }
    }

    private boolean rangesAreReadInOrder() {
      ByteBuffer target = Sys.struct(2 * Pages.SIZE);
      long first = Pages.vpn(startAddress);
      long[] bounds = {first + 2, first + 3, first, first + 1};
      return new RemoteMemory(identity).readPages(bounds, 0, 2, target) == 2
          && target.getLong(0) == endAddress - Pages.SIZE
          && target.getLong(Pages.SIZE) == startAddress;
    }

    @Override
    public void close() {
      identity.close();
      area.close();
    }
  }
}
