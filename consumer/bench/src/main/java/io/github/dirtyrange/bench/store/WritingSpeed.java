package io.github.dirtyrange.bench.store;

import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.store.Compression;
import io.github.dirtyrange.store.Generation;
import io.github.dirtyrange.store.GenerationCounts;
import io.github.dirtyrange.store.GenerationHeader;
import io.github.dirtyrange.store.GenerationWriter;
import io.github.dirtyrange.store.SnapshotStore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * How fast generations are written, by what becomes of their pages: GiB a second that are given
 * with their bytes, until the last is taken and until all is on the disk; and GiB a second of
 * processor time of the thread that gives them, which says the same on a machine that has other
 * work. Beside it the same bytes written to a plain file.
 *
 * <p>Arguments: a directory on the disk that is meant, which may not be there yet; MiB a
 * generation; rounds.
 */
public final class WritingSpeed {

  private static final int PAGE = 4096;
  private static final int MIB = 1 << 20;
  private static final double GIB_PER_NANO = 1e9 / (1 << 30);
  private static final String ROW = "%-28s %15s %15s %15s%n";
  private static final UUID TRACKER = new UUID(1, 2);

  /** What a round measured, in nanoseconds. */
  private record Times(long taken, long onDisk, long processor) {}

  /** Adds up the time between starts and stops. */
  private static final class Watch {
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private long wall;
    private long processor;

    private void start() {
      wall -= System.nanoTime();
      processor -= threads.getCurrentThreadCpuTime();
    }

    private void stop() {
      wall += System.nanoTime();
      processor += threads.getCurrentThreadCpuTime();
    }
  }

  private final Path root;
  private final int pieces;

  private WritingSpeed(Path root, int mebibytes) {
    this.root = root;
    pieces = mebibytes;
  }

  /** Prints the table. */
  public static void main(String[] args) throws IOException {
    WritingSpeed speed = new WritingSpeed(Path.of(args[0]), Integer.parseInt(args[1]));
    Files.createDirectories(speed.root);
    int rounds = Integer.parseInt(args[2]);
    System.out.printf(Locale.ROOT, ROW, "GiB/s, best (median)", "taken", "on disk", "processor");
    speed.print("plain file", rounds, speed::plain);
    speed.print("fresh pages", rounds, () -> speed.fresh(1, Compression.NONE));
    speed.print("fresh pages, zstd", rounds, () -> speed.fresh(1, Compression.ZSTD));
    speed.print("equal to the parent's", rounds, () -> speed.second(1, true));
    speed.print("equal to another's", rounds, () -> speed.second(1, false));
    speed.print("all others than the parent's", rounds, () -> speed.second(2, true));
    speed.print("zero pages", rounds, () -> speed.fresh(0, Compression.NONE));
  }

  /** Something to measure. */
  @FunctionalInterface
  private interface Round {
    Times run() throws IOException;
  }

  private void print(String what, int rounds, Round round) throws IOException {
    double[] taken = new double[rounds];
    double[] onDisk = new double[rounds];
    double[] processor = new double[rounds];
    for (int i = 0; i < rounds; i++) {
      Times times = round.run();
      taken[i] = rate(times.taken());
      onDisk[i] = rate(times.onDisk());
      processor[i] = rate(times.processor());
    }
    System.out.printf(Locale.ROOT, ROW, what, told(taken), told(onDisk), told(processor));
  }

  private double rate(long nanos) {
    return (double) pieces * MIB * GIB_PER_NANO / nanos;
  }

  private static String told(double[] rates) {
    Arrays.sort(rates);
    return String.format(
        Locale.ROOT, "%.2f (%.2f)", rates[rates.length - 1], rates[rates.length / 2]);
  }

  private Times plain() throws IOException {
    Path file = Files.createTempFile(root, "plain", "");
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      SplittableRandom random = new SplittableRandom(1);
      ByteBuffer piece = ByteBuffer.allocateDirect(MIB);
      Watch watch = new Watch();
      for (int i = 0; i < pieces; i++) {
        fill(piece, random);
        watch.start();
        channel.write(piece);
        watch.stop();
      }
      long taken = watch.wall;
      watch.start();
      channel.force(true);
      watch.stop();
      return new Times(taken, watch.wall, watch.processor);
    } finally {
      Files.delete(file);
    }
  }

  private Times fresh(long seed, Compression compression) throws IOException {
    Path directory = Files.createTempDirectory(root, "store");
    try (SnapshotStore store = SnapshotStore.create(directory.resolve("s"))) {
      return write(store, header(1, Optional.empty()), seed, compression);
    } finally {
      delete(directory);
    }
  }

  /** Writes one generation, and then the one that is measured. */
  private Times second(long seed, boolean onParent) throws IOException {
    Path directory = Files.createTempDirectory(root, "store");
    try (SnapshotStore store = SnapshotStore.create(directory.resolve("s"))) {
      write(store, header(1, Optional.empty()), 1, Compression.NONE);
      Generation first = store.generations().get(0);
      GenerationHeader header = header(2, onParent ? Optional.of(first) : Optional.empty());
      return write(store, header, seed, Compression.NONE);
    } finally {
      delete(directory);
    }
  }

  private Times write(
      SnapshotStore store, GenerationHeader header, long seed, Compression compression)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed);
    ByteBuffer piece = ByteBuffer.allocateDirect(MIB);
    Watch watch = new Watch();
    try (GenerationWriter writer = store.begin(header, compression)) {
      int pages = MIB / PAGE;
      writer.mapping(mapping((long) pieces * pages));
      for (int i = 0; i < pieces; i++) {
        if (seed == 0) {
          piece.clear();
        } else {
          fill(piece, random);
        }
        watch.start();
        writer.data((long) i * pages, piece);
        watch.stop();
      }
      long taken = watch.wall;
      watch.start();
      writer.commit();
      watch.stop();
      requireGiven(writer.counts());
      return new Times(taken, watch.wall, watch.processor);
    }
  }

  private void requireGiven(GenerationCounts counts) {
    if (counts.given() != (long) pieces * (MIB / PAGE)) {
      throw new IllegalStateException(counts.toString());
    }
  }

  private static SavedMapping mapping(long pages) {
    return new SavedMapping(0, pages, SavedMapping.READ | SavedMapping.WRITE, 0, 0, 0, "[heap]");
  }

  private static GenerationHeader header(long epoch, Optional<Generation> parent) {
    return new GenerationHeader(
        PAGE,
        TRACKER,
        epoch,
        parent.map(of -> new GenerationHeader.Parent(of.id(), of.header().epoch())),
        1,
        1,
        0,
        true,
        true);
  }

  /** Of each eight bytes, three are at random: so pages differ, and take less when packed. */
  private static void fill(ByteBuffer piece, SplittableRandom random) {
    piece.clear();
    while (piece.hasRemaining()) {
      piece.putLong(random.nextLong() & 0xffffffL);
    }
    piece.flip();
  }

  private static void delete(Path directory) throws IOException {
    try (var paths = Files.walk(directory)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }
}
