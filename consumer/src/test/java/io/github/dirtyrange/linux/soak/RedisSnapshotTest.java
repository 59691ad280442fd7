package io.github.dirtyrange.linux.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Frozen;
import io.github.dirtyrange.kernel.Kernel;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.lab.ForwardingKernel;
import io.github.dirtyrange.lab.ForwardingProcess;
import io.github.dirtyrange.linux.LinuxKernel;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.live.LiveOptions;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedRange;
import io.github.dirtyrange.snapshot.Snapshotter;
import io.github.dirtyrange.snapshot.result.GenerationResult;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.PageReader;
import io.github.dirtyrange.store.SnapshotStore;
import io.github.dirtyrange.store.StoreVerifier;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A redis-server under write load, saved generation after generation; the last one is what its
 * memory holds while it stands still, byte for byte. {@code -Dsnapshot.redisMiB=4096
 * -Dsnapshot.generations=20} is the run of docs/snapshot.md.
 */
@Timeout(1800)
@Tag("machine")
class RedisSnapshotTest {

  private static final Path SERVER = Path.of("/usr/bin/redis-server");
  private static final Path LOAD = Path.of("/usr/bin/redis-benchmark");
  private static final Path CLIENT = Path.of("/usr/bin/redis-cli");
  private static final int MIB = Integer.getInteger("snapshot.redisMiB", 64);
  private static final int GENERATIONS = Integer.getInteger("snapshot.generations", 4);
  private static final int VALUE_BYTES = 4000;
  private static final long BETWEEN_MILLIS = 500;
  private static final int BATCH_PAGES = 1024;

  @TempDir static Path folder;

  private Long2LongMap held = new Long2LongOpenHashMap();

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need(Capability.CHANGE_QUEUE);
    OnLinux.need(Capability.READ_MEMORY);
    boolean all = Stream.of(SERVER, LOAD, CLIENT).allMatch(Files::isExecutable);
    assumeTrue(all, "there is no redis");
  }

  @Test
  void theLastGenerationIsTheMemoryByteForByte() throws Exception {
    int port = freePort();
    Process server =
        start(
            SERVER, "--port", port, "--save", "", "--dir", folder, "--enable-debug-command", "yes");
    try {
      int keys = MIB << 8;
      fill(port, keys);
      Process load =
          start(LOAD, "-p", port, "-q", "-t", "set", "-d", VALUE_BYTES, "-r", keys, "-l");
      try {
        save((int) server.pid());
        assertThat(load.isAlive()).isTrue();
      } finally {
        load.destroyForcibly().waitFor();
      }
      assertThat(server.isAlive()).isTrue();
      assertThat(run(CLIENT, "-p", port, "ping")).isZero();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void fill(int port, int keys) throws Exception {
    for (int i = 0; run(CLIENT, "-p", port, "ping") != 0; i++) {
      assertThat(i).isLessThan(500);
      Thread.sleep(20);
    }
    assertThat(run(CLIENT, "-p", port, "debug", "populate", keys, "key", VALUE_BYTES)).isZero();
  }

  private static Process start(Path program, Object... arguments) throws IOException {
    List<String> command =
        Stream.concat(Stream.of(program), Stream.of(arguments)).map(Object::toString).toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static int run(Path program, Object... arguments) throws Exception {
    return start(program, arguments).waitFor();
  }

  private void save(int pid) throws Exception {
    Path directory = folder.resolve("saved");
    try (ProcessContents contents = ProcessContents.open(pid)) {
      Kernel kernel =
          new ForwardingKernel(LinuxKernel.open(), process -> lookedAt(process, contents));
      save(kernel, pid, directory);
    }
    assertThat(StoreVerifier.verify(directory)).isEmpty();
  }

  private void save(Kernel kernel, int pid, Path directory) throws Exception {
    try (SnapshotStore store = SnapshotStore.create(directory);
        Snapshotter snapshotter =
            Snapshotter.open(kernel, pid, store, LiveOptions.defaults(), () -> false)) {
      for (int made = 1; made < GENERATIONS; made++) {
        tell(snapshotter.copyRunning().orElseThrow());
        Thread.sleep(made < GENERATIONS - 1 ? BETWEEN_MILLIS : 0);
      }
      tell(snapshotter.copyStopped().orElseThrow());
      compare(store.generations().get(GENERATIONS - 1));
      tellPlainReading(kernel, pid, store.generations().get(0));
    }
  }

  private static void tell(GenerationResult result) {
    System.out.printf(
        Locale.ROOT,
        "generation %d: %s%,d of %,d pages looked at in %,d us; read %,d MiB at %,d MiB/s; stored"
            + " %,d MiB in %,d ms, on the disk in %,d ms; %s%n",
        result.number(),
        result.stopped() ? "stopped, and looked at for this test; " : "",
        result.stalePages(),
        result.mappedPages(),
        result.roundNanos() / 1000,
        result.readBytes() >> 20,
        rate(result.readBytes(), result.readNanos()),
        result.storedBytes() >> 20,
        result.storeNanos() / 1_000_000,
        result.commitNanos() / 1_000_000,
        result.counts());
  }

  private static long rate(long bytes, long nanos) {
    return (long) (bytes * 1e9 / Math.max(1, nanos)) >> 20;
  }

  private TrackedProcess lookedAt(TrackedProcess process, ProcessContents contents) {
    return new ForwardingProcess(process) {
      @Override
      public Frozen freeze() {
        return new LookedAt(super.freeze(), () -> look(contents));
      }
    };
  }

  private void look(ProcessContents contents) {
    try {
      Mappings mappings = contents.mappings();
      List<long[]> all = new ArrayList<>();
      mappings.all().forEach(each -> all.add(new long[] {each.startVpn(), each.endVpn()}));
      held = contents.read(mappings, all);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(Generation last) throws IOException {
    PageReader pages = last.pages();
    ByteBuffer page = ByteBuffer.allocate(Pages.SIZE).order(ByteOrder.nativeOrder());
    long compared = 0;
    for (SavedRange range : last.saved()) {
      if (isOfTheKernel(last, range.startVpn())) {
        continue;
      }
      for (long vpn = range.startVpn(); vpn < range.endVpn(); vpn++) {
        PageClass saved = pages.read(vpn, page.clear());
        if (saved.hasBytes()) {
          assertThat(ProcessContents.hashOf(page, 0)).as("page %x", vpn).isEqualTo(held.get(vpn));
          compared++;
        } else if (saved == PageClass.NOTHING) {
          assertThat(held.get(vpn)).as("page %x", vpn).isEqualTo(ProcessContents.ZERO);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%,d pages compared with /proc/PID/mem%n", compared);
    assertThat(compared).isGreaterThan((long) MIB << 7);
  }

  /** Nobody writes there, and {@link Mappings} leaves it out. */
  private static boolean isOfTheKernel(Generation last, long vpn) {
    return last.mappings().stream()
        .filter(each -> each.startVpn() <= vpn && vpn < each.endVpn())
        .anyMatch(each -> each.name().startsWith("[v"));
  }

  /** What the first generation read, read once more and thrown away. */
  private static void tellPlainReading(Kernel kernel, int pid, Generation first) {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BATCH_PAGES * Pages.SIZE);
    long bytes = 0;
    try (TrackedProcess process = kernel.open(pid)) {
      long start = System.nanoTime();
      for (SavedRange range : first.saved()) {
        if (range.pageClass() == PageClass.DATA) {
          for (long vpn = range.startVpn(); vpn < range.endVpn(); vpn += BATCH_PAGES) {
            long end = Math.min(range.endVpn(), vpn + BATCH_PAGES);
            bytes += process.readPages(new long[] {vpn, end}, 0, 1, buffer.clear()) * Pages.SIZE;
          }
        }
      }
      System.out.printf(
          Locale.ROOT,
          "process_vm_readv alone: %,d MiB at %,d MiB/s%n",
          bytes >> 20,
          rate(bytes, System.nanoTime() - start));
    }
  }
}
