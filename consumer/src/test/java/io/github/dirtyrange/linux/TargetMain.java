package io.github.dirtyrange.linux;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.mm.Userfaultfd;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Sys;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * The program that {@link Target} starts: it maps pages, arms itself, and does what the lines of
 * its standard input say, answering each. It ends when its input does.
 */
final class TargetMain {

  private static final int MADV_HUGEPAGE = 14;

  private final MappedArea area;
  private final List<Thread> writers = new ArrayList<>();
  private volatile boolean busy;

  private TargetMain(long pages) {
    area = MappedArea.anonymous(pages * Pages.SIZE);
  }

  /** Runs with the number of pages, of which all are written once before they are armed. */
  public static void main(String[] arguments) throws IOException {
    TargetMain target = new TargetMain(Long.parseLong(arguments[0]));
    for (long page = 0; page < target.area.bytes() / Pages.SIZE; page++) {
      target.write(page);
    }
    Userfaultfd userfaultfd = Userfaultfd.open();
    userfaultfd.register(target.area.address(), target.area.bytes());
    userfaultfd.writeProtect(target.area.address(), target.area.bytes());
    System.out.println(target.area.address());
    target.obey();
  }

  private void obey() throws IOException {
    InputStreamReader input = new InputStreamReader(System.in, StandardCharsets.US_ASCII);
    try (BufferedReader lines = new BufferedReader(input)) {
      for (String line; (line = lines.readLine()) != null; ) {
        String[] words = line.split(" ", 2);
        obey(words[0], numbers(words.length > 1 ? words[1] : ""));
        System.out.println("done");
      }
    }
  }

  private void obey(String command, long[] numbers) throws IOException {
    switch (command) {
      case "write" -> Arrays.stream(numbers).forEach(this::write);
      case "read" -> Arrays.stream(numbers).forEach(page -> area.getLong(at(page)));
      case "discard" -> Arrays.stream(numbers).forEach(page -> area.discard(at(page), Pages.SIZE));
      case "write-by-gup" -> writeByGup(numbers);
      case "write-by-kernel" -> writeByKernel(numbers);
      case "write-in-new-thread" -> writeInNewThread(numbers);
      case "start-shell" -> startShell();
      case "refault-huge" -> Arrays.stream(numbers).forEach(this::refaultHuge);
      case "busy" -> startWriters((int) numbers[0], numbers[1], numbers[2], numbers[3]);
      case "calm" -> stopWriters();
      default -> throw new IllegalArgumentException(command);
    }
  }

  private void write(long page) {
    area.putLong(at(page), area.getLong(at(page)) + 1);
  }

  /** Through get_user_pages: no fault of this process, so no sample. */
  private void writeByGup(long[] pages) throws IOException {
    try (RandomAccessFile memory = new RandomAccessFile("/proc/self/mem", "rw")) {
      for (long page : pages) {
        memory.seek(at(page));
        memory.write(7);
      }
    }
  }

  /** By read(2) into the page: a fault that the kernel takes on behalf of this process. */
  private void writeByKernel(long[] pages) {
    try (Descriptor zero = Descriptor.open("/dev/zero", Abi.O_RDONLY)) {
      for (long page : pages) {
        zero.read(at(page), 8, "read /dev/zero");
      }
    }
  }

  /** Runs a program that takes far more faults than its parent. */
  private static void startShell() throws IOException {
    Process shell =
        new ProcessBuilder("/bin/sh", "-c", "i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done")
            .start();
    try {
      shell.waitFor();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Gives back the huge page's worth of memory around a page, and writes the page into a new one.
   */
  private void refaultHuge(long page) {
    long huge = (long) Pages.PER_TABLE * Pages.SIZE;
    long start = at(page) & -huge;
    Sys.check(Sys.libc().madvise(start, huge, MADV_HUGEPAGE), "madvise MADV_HUGEPAGE");
    area.discard(start, huge);
    area.putLong(at(page), 1);
  }

  private void writeInNewThread(long[] pages) {
    start(() -> Arrays.stream(pages).forEach(this::write));
    joinWriters();
  }

  private void startWriters(int threads, long pages, long seed, long pauseNanos) {
    busy = true;
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < threads; i++) {
      SplittableRandom own = random.split();
      start(
          () -> {
            while (busy) {
              write(own.nextLong(pages));
              LockSupport.parkNanos(pauseNanos);
            }
          });
    }
  }

  private void stopWriters() {
    busy = false;
    joinWriters();
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work);
    writers.add(thread);
    thread.start();
  }

  private void joinWriters() {
    for (Thread writer : writers) {
      boolean ended = false;
      while (!ended) {
        try {
          writer.join();
          ended = true;
        } catch (InterruptedException e) {
          throw new IllegalStateException(e);
        }
      }
    }
    writers.clear();
  }

  private long at(long page) {
    return area.address() + Pages.address(page);
  }

  private static long[] numbers(String words) {
    return words.isBlank()
        ? new long[0]
        : Arrays.stream(words.split(" ", -1)).mapToLong(Long::parseLong).toArray();
  }
}
