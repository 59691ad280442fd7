package io.github.dirtyrange.linux.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import io.github.dirtyrange.linux.mm.ProcMaps;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server that is busy is armed again and again, by helpers of which three of four die, and serves
 * on. A longer run: {@code -Darm.seconds=60}.
 */
@Timeout(600)
@Tag("machine")
class BusyServerTest {

  private static final Path SERVER = Path.of("/usr/bin/redis-server");
  private static final Path LOAD = Path.of("/usr/bin/redis-benchmark");
  private static final long NANOS = TimeUnit.SECONDS.toNanos(Long.getLong("arm.seconds", 3));
  private static final int MOST_STEPS = 26;

  @TempDir static Path folder;

  @BeforeAll
  static void onThisMachine() {
    OnLinux.need(Capability.WP_ASYNC);
    assumeTrue(Files.isExecutable(SERVER) && Files.isExecutable(LOAD), "there is no redis");
  }

  @Test
  void servesOnWhateverBecomesOfTheHelpers() throws Exception {
    int port = freePort();
    Process server = start(SERVER, "--port", port, "--save", "", "--dir", folder);
    try {
      awaitReady(port);
      Process load = start(LOAD, "-p", port, "-q", "-t", "set,get,lpush,lpop", "-n", 100_000, "-l");
      int armed;
      try {
        armed = armFor(server);
        assertThat(load.isAlive()).isTrue();
      } finally {
        load.destroyForcibly().waitFor();
      }
      assertThat(armed).isPositive();
      assertThat(server.isAlive()).isTrue();
      assertThat(start(LOAD, "-p", port, "-q", "-t", "set", "-n", 1_000).waitFor()).isZero();
      assertThat(userfaultfds(server)).isZero();
    } finally {
      server.destroyForcibly().waitFor();
    }
  }

  private static int armFor(Process server) {
    SplittableRandom random = new SplittableRandom(5);
    int armed = 0;
    try (MemoryIdentity identity = MemoryIdentity.open((int) server.pid());
        ProcMaps maps = new ProcMaps(identity)) {
      for (long end = System.nanoTime() + NANOS; System.nanoTime() < end; armed++) {
        int[] deaths = {random.nextInt(4)};
        RemoteUserfaultfd.open(
                identity, maps, true, () -> deaths[0]-- > 0 ? 1 + random.nextInt(MOST_STEPS) : 0)
            .descriptor()
            .close();
      }
    }
    return armed;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void awaitReady(int port) throws Exception {
    for (int i = 0; i < 500 && !accepts(port); i++) {
      Thread.sleep(20);
    }
    assertThat(accepts(port)).isTrue();
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static Process start(Path program, Object... arguments) throws IOException {
    List<String> command =
        Stream.concat(Stream.of(program), Stream.of(arguments)).map(Object::toString).toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static long userfaultfds(Process process) throws IOException {
    Path descriptors = Path.of("/proc", Long.toString(process.pid()), "fdinfo");
    try (Stream<Path> all = Files.list(descriptors)) {
      return all.filter(fd -> text(fd).contains("API:")).count();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
