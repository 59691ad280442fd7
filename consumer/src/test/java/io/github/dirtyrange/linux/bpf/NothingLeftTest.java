package io.github.dirtyrange.linux.bpf;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.dirtyrange.kernel.Capability;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.OnLinux;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * However a tracker ends, no program, map or link of it stays in the kernel: what bpftool would
 * list is counted before and after.
 */
@Timeout(1200)
class NothingLeftTest {

  private static final int TIMES = Integer.getInteger("dirtyrange.test.openings", 10);
  private static final Path OURS = Path.of("/proc/self/pagemap");
  private static final int RING_BYTES = 16 * Pages.SIZE;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  // Commands of bpf(2) that go from a number to the next that is in use.
  private static final int PROG_GET_NEXT_ID = 11;
  private static final int MAP_GET_NEXT_ID = 12;
  private static final int LINK_GET_NEXT_ID = 31;

  /** How many there are in the kernel. */
  private record Counts(int programs, int maps, int links) {

    static Counts now() {
      return new Counts(count(PROG_GET_NEXT_ID), count(MAP_GET_NEXT_ID), count(LINK_GET_NEXT_ID));
    }

    /** Of what was closed before something may still be there. */
    static Counts settled() throws InterruptedException {
      Counts counts = now();
      for (int alike = 0; alike < 20; alike++) {
        Thread.sleep(100);
        Counts later = now();
        alike = later.equals(counts) ? alike : 0;
        counts = later;
      }
      return counts;
    }

    private static int count(int command) {
      ByteBuffer attributes = Sys.struct(16);
      int count = 0;
      while (Sys.libc().syscall(Abi.SYS_BPF, command, Sys.address(attributes), 16) == 0) {
        count++;
        attributes.putInt(0, attributes.getInt(Integer.BYTES));
      }
      return count;
    }
  }

  @BeforeAll
  static void needsPrograms() {
    OnLinux.need(Capability.BPF_HOOKS);
  }

  /** What is closed is freed a moment later, when no CPU can be in it any more. */
  private static void assertSoon(Counts wanted) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (!Counts.now().equals(wanted) && System.nanoTime() < end) {
      Thread.sleep(50);
    }
    assertThat(Counts.now()).isEqualTo(wanted);
  }

  @Test
  void whenItIsClosed() throws InterruptedException {
    Counts before = Counts.settled();
    for (int i = 0; i < TIMES; i++) {
      try (ChangeRecords records = ChangeRecords.open(OURS, RING_BYTES)) {
        records.follow();
        assertThat(Counts.now().links()).isGreaterThan(before.links() + 20);
      }
    }
    assertSoon(before);
  }

  /** A function takes 38 programs; of a process that is followed here already there are more. */
  @Test
  void manyProcessesShareThePrograms() throws IOException, InterruptedException {
    Counts before = Counts.settled();
    List<Process> processes = new ArrayList<>();
    List<ChangeRecords> all = new ArrayList<>();
    try {
      for (int i = 0; i < 60; i++) {
        Process process = new ProcessBuilder("sleep", "1000").start();
        processes.add(process);
        all.add(ChangeRecords.open(Path.of("/proc/" + process.pid() + "/pagemap"), RING_BYTES));
      }
      int links = Counts.now().links() - before.links();
      assertThat(links).isBetween(20, 59);
      all.add(
          ChangeRecords.open(Path.of("/proc/" + processes.get(0).pid() + "/pagemap"), RING_BYTES));
      assertThat(Counts.now().links() - before.links()).isEqualTo(2 * links);
    } finally {
      all.forEach(ChangeRecords::close);
      processes.forEach(Process::destroyForcibly);
    }
    assertSoon(before);
  }

  @Test
  void whenItIsKilled() throws IOException, InterruptedException {
    Counts before = Counts.settled();
    for (int i = 0; i < TIMES / 2; i++) {
      Process tracker =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Tracker.class.getName())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      try (BufferedReader lines = tracker.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).isEqualTo("attached");
        assertThat(Counts.now().links()).isGreaterThan(before.links() + 20);
      } finally {
        tracker.destroyForcibly().waitFor();
      }
    }
    assertSoon(before);
  }

  /** Attaches, and waits to be killed. */
  static final class Tracker {

    private Tracker() {}

    public static void main(String[] arguments) throws InterruptedException {
      try (ChangeRecords records = ChangeRecords.open(OURS, RING_BYTES)) {
        records.follow();
        System.out.println("attached");
        Thread.sleep(Long.MAX_VALUE);
      }
    }
  }
}
