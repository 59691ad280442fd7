package io.github.dirtyrange.kernel.sim.truth;

import static io.github.dirtyrange.kernel.sim.truth.Stage.P;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.nio.ByteBuffer;

/** Children, writes by the kernel, pinned pages, and many pages. */
final class ProcessScenarios {

  private ProcessScenarios() {}

  static void play(Stage s) {
    fork(s);
    kernelWrites(s);
    pinned(s);
    many(s);
    ordinaryUser(s);
  }

  private static void fork(Stage s) {
    s.begin("fork");
    long a = s.area(4);
    for (int i = 0; i < 4; i++) {
      s.write(a + i * P);
    }
    s.clear();
    s.write(a + P);
    SimProcess parent = s.process;
    SimProcess child = parent.fork();
    s.become(child);
    s.look("child: clean page", a);
    s.look("child: page dirty in parent", a + P);
    s.write(a + 2 * P);
    s.look("child: after own write", a + 2 * P);
    s.clear();
    s.look("child: dirty page after own clear", a + P);
    s.become(parent);
    s.look("parent: clean page after fork", a);
    s.look("parent: dirty page after the child's clear", a + P);
    s.look("parent: page that the child wrote", a + 2 * P);
    s.write(a + 3 * P);
    s.look("parent: after own write (COW)", a + 3 * P);
    s.become(child);
    s.look("child: page that the parent wrote", a + 3 * P);
    child.exit();
    s.become(parent);
    s.clear();
    s.look("parent: clear, shared page gone private", a + 2 * P);
    s.write(a + 2 * P);
    s.look("parent: write after child is gone", a + 2 * P);
  }

  private static void kernelWrites(Stage s) {
    s.begin("kernel-writes");
    long a = s.area(6);
    for (int i = 0; i < 6; i++) {
      s.write(a + i * P);
    }
    s.clear();
    s.store(a);
    s.look("read(2) into it", a);
    s.process.writeByProcMem(a + P, 7);
    s.look("/proc/self/mem write", a + P);
    SimProcess child = s.process.fork();
    s.store(a + 2 * P);
    child.exit();
    s.look("process_vm_writev from a child", a + 2 * P);
    s.tracked()
        .readPages(
            new long[] {Pages.vpn(a) + 3, Pages.vpn(a) + 4}, 0, 1, ByteBuffer.allocate(Pages.SIZE));
    s.look("/proc/self/mem read", a + 3 * P);
    s.process.mprotect(a + 4 * P, P, Prot.READ);
    s.note("/proc/self/mem write to an RO page", "rc " + forcedWrite(s, a + 4 * P));
    s.look("after /proc/self/mem write to an RO page", a + 4 * P);
  }

  private static int forcedWrite(Stage s, long address) {
    try {
      s.process.writeByProcMem(address, 7);
      return 1;
    } catch (KernelException refused) {
      return -refused.number();
    }
  }

  private static void pinned(Stage s) {
    s.begin("io_uring-pinned");
    long a = s.area(3);
    s.write(a);
    s.write(a + P);
    long pinned = s.process.pin(a);
    s.note("register a buffer", "rc 0");
    s.clear();
    s.look("pinned page after clear", a);
    s.look("next page after clear", a + P);
    s.process.unpin(pinned);
    s.clear();
    s.look("unpinned, cleared again", a);
  }

  private static void many(Stage s) {
    s.begin("64MiB");
    int pages = 16_384;
    long a = s.area(pages);
    s.process.storeRange(a, pages * P, 1);
    s.clear();
    for (int i = 0; i < pages; i += 7) {
      s.write(a + i * P);
    }
    long[] entries = new long[pages];
    s.tracked().readPagemap(Pages.vpn(a), pages, entries);
    int dirty = 0;
    int wrong = 0;
    for (int i = 0; i < pages; i++) {
      boolean set = (entries[i] & PagemapEntry.SOFT_DIRTY) != 0;
      dirty += set ? 1 : 0;
      wrong += set == (i % 7 == 0) ? 0 : 1;
    }
    s.note("pages dirtied", "" + (pages + 6) / 7);
    s.note("pages read SD=1", "" + dirty);
    s.note("wrong", "" + wrong);
    scanMany(s, Pages.vpn(a), pages);
  }

  private static void scanMany(Stage s, long vpn, int pages) {
    PageRegionBuffer regions = new PageRegionBuffer(4_096);
    ScanRequest request = ScanRequest.of(vpn, vpn + pages, Categories.SOFT_DIRTY);
    long errno = Stage.errnoOf(() -> s.tracked().scan(request, regions));
    if (errno != 0) {
      s.note("PAGEMAP_SCAN(softdirty)", "errno " + errno);
      return;
    }
    long sum = 0;
    for (int i = 0; i < regions.size(); i++) {
      sum += regions.endVpn(i) - regions.startVpn(i);
    }
    s.note("PAGEMAP_SCAN(softdirty) pages", "" + sum);
  }

  /** What an ordinary user sees of its own process is the same, but for frame numbers. */
  private static void ordinaryUser(Stage s) {
    s.begin("unprivileged");
    long a = s.area(2);
    s.write(a);
    s.clear();
    s.look("cleared", a);
    s.write(a);
    s.look("written", a);
    long[] entry = new long[1];
    s.kernel.openUnprivileged(s.process.pid()).readPagemap(Pages.vpn(a), 1, entry);
    s.note("pagemap frame field", "0x" + Long.toHexString(entry[0] & PagemapEntry.PFN_MASK));
  }
}
