package io.github.dirtyrange.kernel.sim.truth;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Where scenarios play: a simulated kernel, a process, and what was seen of its pages. */
final class Stage {

  static final long P = Pages.SIZE;
  static final long H = Pages.SIZE * 512L;
  static final int RW = Prot.READ | Prot.WRITE;
  static final int FIXED = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private static final long KNOWN = (Categories.SOFT_DIRTY << 1) - 1;
  private static final int CLEAR_SOFT_DIRTY = 4;

  final SimKernel kernel;
  final Map<TruthTable.Key, String> bits = new LinkedHashMap<>();
  final Map<TruthTable.Key, String> scans = new LinkedHashMap<>();

  SimProcess process;
  private TrackedProcess tracked;
  private String scenario = "";
  private long nextArea;

  Stage(Profile profile) {
    kernel = new SimKernel(profile);
    process = kernel.spawn();
    tracked = process.tracked();
  }

  /** Begins a scenario in a fresh process, or goes on with it under another name. */
  void begin(String name) {
    process = kernel.spawn();
    tracked = process.tracked();
    nextArea = H * 1_000;
    scenario = name;
  }

  void rename(String name) {
    scenario = name;
  }

  /** Goes on in another process. */
  void become(SimProcess other) {
    process = other;
    tracked = other.tracked();
  }

  /** Fresh memory that cannot merge with anything: its neighbours are inaccessible. */
  long area(long pages) {
    long fence = nextArea;
    nextArea += Math.max(4 * H, (pages + 2) * P * 2);
    process.mmap(fence, (pages + 2) * P, Prot.NONE, FIXED);
    map(fence + P, pages);
    return fence + P;
  }

  /** Inaccessible memory. */
  long reserve(long pages) {
    long start = nextArea;
    nextArea += Math.max(4 * H, pages * P * 2);
    process.mmap(start, pages * P, Prot.NONE, FIXED);
    return start;
  }

  void map(long address, long pages) {
    process.mmap(address, pages * P, RW, FIXED);
  }

  void read(long address) {
    process.load(address);
  }

  void store(long address) {
    process.store(address, 1);
  }

  /** Reads, then writes, as an increment does. */
  void write(long address) {
    process.store(address, process.load(address) + 1);
  }

  void clear() {
    tracked.clearRefs(CLEAR_SOFT_DIRTY);
  }

  void look(String step, long address) {
    long[] entry = new long[1];
    tracked.readPagemap(Pages.vpn(address), 1, entry);
    String letters = PagemapEntry.toString(entry[0]);
    TruthTable.Key key = new TruthTable.Key(scenario, step);
    bits.put(
        key,
        new StringBuilder()
            .append(letters, 0, 3)
            .append(letters.charAt(5))
            .append(letters.charAt(4))
            .append(letters.charAt(6))
            .toString());
    scans.put(key, scan(Pages.vpn(address)));
  }

  private String scan(long vpn) {
    PageRegionBuffer regions = new PageRegionBuffer(1);
    try {
      tracked.scan(ScanRequest.of(vpn, vpn + 1, 0).returning(KNOWN), regions);
    } catch (KernelException refused) {
      return "scan:" + refused.errno();
    }
    if (regions.size() == 0) {
      return "none";
    }
    long categories = regions.categories(0);
    return categories == 0
        ? "0"
        : Categories.toString(categories)
            .toLowerCase(Locale.ROOT)
            .replace('|', '+')
            .replace("soft_dirty", "softdirty");
  }

  void note(String step, String value) {
    bits.put(new TruthTable.Key(scenario, step), value);
  }

  /** What a call that may fail returns: the number given, or its error's. */
  static long errnoOf(Runnable call) {
    try {
      call.run();
      return 0;
    } catch (KernelException refused) {
      return refused.number();
    }
  }

  TrackedProcess tracked() {
    return tracked;
  }
}
