package io.github.dirtyrange.linux.selftest;

import static io.github.dirtyrange.linux.selftest.ChangeWay.way;
import static io.github.dirtyrange.linux.selftest.Scene.FAR;
import static io.github.dirtyrange.linux.selftest.Scene.HUGE;
import static io.github.dirtyrange.linux.selftest.Scene.SOME;

import io.github.dirtyrange.conform.agent.AgentChannel;
import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.bpf.Change;
import io.github.dirtyrange.linux.bpf.ChangeRecords;
import io.github.dirtyrange.linux.mm.Smaps;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Ways to change pages that need the machine's settings changed: for tests in a guest of the kernel
 * lab alone. The self-test of a tracker, which somebody's machine runs, makes none of them.
 */
public final class WaysWithSettings {

  private static final int MMAP = 9;
  private static final int OPEN = 2;
  private static final int MBIND = 237;
  private static final long SWAPON = 167;
  private static final long SWAPOFF = 168;
  private static final long PERF_EVENT_OPEN = 298;
  private static final int MADV_MERGEABLE = 12;
  private static final long MAP_HUGETLB = 0x40000;
  private static final long MAP_FIXED = 0x10;
  private static final long PROT_EXEC = 4;
  private static final long MPOL_BIND = 2;
  private static final long MPOL_MF_MOVE = 2;
  private static final int NODEMASK_BITS = 64;

  private static final Path HUGE_PAGES = Path.of("/proc/sys/vm/nr_hugepages");
  private static final Path KSM = Path.of("/sys/kernel/mm/ksm");
  private static final Path UPROBES = Path.of("/sys/bus/event_source/devices/uprobe/type");
  private static final int KSM_SCANS = 6;
  private static final int MOST_WAITS = 3000;
  private static final long WAIT_NANOS = 10_000_000;

  private WaysWithSettings() {}

  /**
   * Tries those of all ways, the tracker's own among them, that a change is told of.
   *
   * @param records of the child; nothing is recorded, before and afterwards
   */
  public static SelfTestResult run(ChangeRecords records, AgentChannel child, Change change) {
    List<ChangeWay> ways = new ArrayList<>(Ways.ALL);
    ways.addAll(all());
    return SelfTest.run(
        records, child, ways.stream().filter(way -> way.told().contains(change)).toList());
  }

  private static List<ChangeWay> all() {
    return List.of(
        way(
            "a first write to memory of the pool of huge pages",
            scene -> {
              mapOfPool(scene);
              scene.changing(() -> scene.write(5, 1));
            },
            Change.HUGE_FAULT),
        way(
            "MADV_DONTNEED of memory of the pool of huge pages",
            scene -> {
              mapOfPool(scene);
              scene.write(5, 1);
              scene.changing(() -> scene.calls().advise(scene.at(0), HUGE, Abi.MADV_DONTNEED));
            },
            Change.ZAPPED),
        way(
            "pages that move to another node",
            scene -> {
              scene.mapWritten(0, SOME);
              bind(scene, 0);
              scene.changing(() -> bind(scene, 1));
              scene.requireTold(Change.MIGRATED, scene.at(0), SOME);
            },
            Change.MIGRATED),
        way(
            "swapoff",
            scene -> {
              scene.mapWritten(0, SOME);
              scene.pageOut(0, SOME);
              String device = firstSwap();
              scene.changing(() -> onSwap(SWAPOFF, device));
              onSwap(SWAPON, device);
            },
            Change.SWAPPED_OFF),
        way(
            "same-page merging",
            scene -> {
              int file = scene.calls().file(16);
              scene.map(0, SOME);
              scene.calls().readInto(file, scene.at(0), 16);
              scene.calls().advise(scene.at(0), SOME, MADV_MERGEABLE);
              scene.changing(WaysWithSettings::merge);
              scene.requireTold(Change.MERGED, scene.at(0), 16);
            },
            Change.MERGED),
        // Of the lab's kernels 6.12 alone tells the place; elsewhere it is RETRACTED, without one.
        way(
            "MADV_COLLAPSE of shared memory, told with its place",
            scene -> {
              scene.mapWrittenFile(HUGE);
              scene.changing(
                  () -> scene.calls().advise(scene.at(0), HUGE, SceneCalls.MADV_COLLAPSE));
              if (System.getProperty("os.version").startsWith("6.12.")) {
                scene.requireTold(Change.COLLAPSED, scene.at(0), HUGE);
              }
            },
            Change.COLLAPSED),
        way("a breakpoint in code", WaysWithSettings::probe, Change.PATCHED),
        way(
            "mremap(2) to beside what is armed",
            scene -> {
              scene.map(0, 16);
              scene.map(FAR, 16);
              scene.arming().arm(scene.at(FAR), 16);
              scene.changingArmed(
                  0, 16, () -> scene.calls().move(scene.at(0), 16, scene.at(FAR + 16)));
              if (!isArmed(scene, FAR)) {
                scene.requireTold(Change.UNREGISTERED, scene.at(FAR), 16);
              }
            },
            Change.UNREGISTERED));
  }

  private static void mapOfPool(Scene scene) {
    write(HUGE_PAGES, "8");
    long flags = Abi.MAP_PRIVATE | Abi.MAP_ANONYMOUS | MAP_FIXED | MAP_HUGETLB;
    long access = Abi.PROT_READ | Abi.PROT_WRITE;
    long bytes = Pages.address(HUGE);
    scene.calls().call("mmap of the pool", MMAP, scene.at(0), bytes, access, flags, -1, 0);
  }

  private static void bind(Scene scene, int node) {
    scene.calls().putLongs(1L << node);
    long bytes = Pages.address(SOME);
    long mask = AgentChannel.SCRATCH;
    scene
        .calls()
        .call("mbind", MBIND, scene.at(0), bytes, MPOL_BIND, mask, NODEMASK_BITS, MPOL_MF_MOVE);
  }

  private static String firstSwap() {
    List<String> lines = lines(Path.of("/proc/swaps"));
    KernelException.refuseIf(lines.size() < 2, Errno.ENOENT, "a swap device");
    return lines.get(1).split("\\s", 2)[0];
  }

  private static void onSwap(long call, String device) {
    ByteBuffer path = text(device);
    Sys.check(Sys.libc().syscall(call, Sys.address(path), 0, 0), "swapon or swapoff");
  }

  /** Looks at all that may be merged, a few times over. */
  private static void merge() {
    write(KSM.resolve("pages_to_scan"), "10000");
    write(KSM.resolve("sleep_millisecs"), "1");
    long wanted = scans() + KSM_SCANS;
    write(KSM.resolve("run"), "1");
    for (int waits = 0; scans() < wanted && waits < MOST_WAITS; waits++) {
      LockSupport.parkNanos(WAIT_NANOS);
    }
    write(KSM.resolve("run"), "0");
  }

  private static long scans() {
    return Long.parseLong(lines(KSM.resolve("full_scans")).get(0));
  }

  /** Has the kernel put a breakpoint into code that the process has mapped. */
  private static void probe(Scene scene) {
    try {
      Path code = Files.createTempFile("code", ".bin");
      byte[] nops = new byte[Pages.SIZE];
      Arrays.fill(nops, (byte) 0x90);
      Files.write(code, nops);
      probe(scene, code);
      Files.delete(code);
    } catch (IOException e) {
      throw new KernelException(Errno.EIO, "a file of code");
    }
  }

  private static void probe(Scene scene, Path code) {
    scene.calls().putText(code.toString());
    int fd = scene.calls().opened(scene.calls().call("open", OPEN, AgentChannel.SCRATCH, 0));
    long access = Abi.PROT_READ | PROT_EXEC;
    long flags = Abi.MAP_PRIVATE | MAP_FIXED;
    scene.calls().call("mmap", MMAP, scene.at(0), Pages.SIZE, access, flags, fd, 0);
    scene.read(0, 1);
    ByteBuffer path = text(code.toString());
    ByteBuffer event =
        Sys.struct(128)
            .putInt(0, Integer.parseInt(lines(UPROBES).get(0)))
            .putInt(4, 128)
            .putLong(56, Sys.address(path))
            .putLong(64, 16);
    List<Descriptor> opened = new ArrayList<>();
    int pid = scene.calls().pid();
    scene.changing(
        () ->
            opened.add(
                Descriptor.of(
                    Sys.libc().syscall(PERF_EVENT_OPEN, Sys.address(event), pid, -1, -1, 0),
                    "perf_event_open of a uprobe")));
    opened.forEach(Descriptor::close);
    scene.requireTold(Change.PATCHED, scene.at(0), 1);
  }

  private static boolean isArmed(Scene scene, int page) {
    long vpn = Pages.vpn(scene.at(page));
    List<PageRange> armed =
        Smaps.withFlag(Path.of("/proc/" + scene.calls().pid() + "/smaps"), "uw");
    return armed.stream().anyMatch(range -> range.startVpn() <= vpn && vpn < range.endVpn());
  }

  private static ByteBuffer text(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    return Sys.struct(bytes.length + 1).put(0, bytes);
  }

  private static void write(Path setting, String value) {
    try {
      Files.writeString(setting, value);
    } catch (IOException e) {
      throw new KernelException(Errno.ENOENT, "writing " + setting);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new KernelException(Errno.ENOENT, "reading " + file);
    }
  }
}
