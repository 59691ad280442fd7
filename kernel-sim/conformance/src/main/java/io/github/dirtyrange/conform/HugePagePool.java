package io.github.dirtyrange.conform;

import com.google.common.primitives.Longs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Huge pages that are set aside in the running kernel's pool for as long as programs run, beside
 * what others set aside, and then given back, also when the command is interrupted.
 */
final class HugePagePool implements AutoCloseable {

  /**
   * Four processes with three huge pages each, as many once more that wait to be freed, and some.
   */
  private static final long NEEDED = 32;

  private static final String HUGE_KIB = "2048";
  private static final Path SIZE = Path.of("/proc/sys/vm/nr_hugepages");
  private static final Path MEMORY = Path.of("/proc/meminfo");

  /** Where the virtual machine ends meanwhile, the program that runs is left so long. */
  private static final long PATIENCE_SECONDS = 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicBoolean open = new AtomicBoolean(true);
  private final long added;
  private final @Nullable String missing;

  private HugePagePool(long added, @Nullable String missing) {
    this.added = added;
    this.missing = missing;
  }

  /** {@return a pool that has enough free pages, or the reason why there is none} */
  static HugePagePool open() {
    try {
      return reserve();
    } catch (IOException e) {
      return new HugePagePool(0, "huge pages cannot be set aside: " + e.getMessage());
    }
  }

  private static HugePagePool reserve() throws IOException {
    if (!HUGE_KIB.equals(field("Hugepagesize:"))) {
      return new HugePagePool(0, "the kernel has no pool of huge pages of 2 MiB");
    }
    if (!java.nio.file.Files.isWritable(SIZE) && free() >= NEEDED) {
      return new HugePagePool(0, null);
    }
    if (!java.nio.file.Files.isWritable(SIZE)) {
      return new HugePagePool(0, NEEDED + " huge pages are needed; root may set vm.nr_hugepages");
    }
    long reserved = number(field("HugePages_Rsvd:"));
    HugePagePool made =
        new HugePagePool(
            change(NEEDED + reserved),
            free() >= NEEDED ? null : "the machine has no " + NEEDED + " free huge pages");
    Runtime.getRuntime().addShutdownHook(new Thread(made::closeAtTheEnd));
    if (made.missing != null) {
      made.close();
    }
    return made;
  }

  /** {@return why there are no huge pages, if so} */
  Optional<String> missing() {
    return Optional.ofNullable(missing);
  }

  /** Whoever runs programs is told to end, too, and gives the pages back when the last is done. */
  private void closeAtTheEnd() {
    try {
      if (!closed.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        close();
      }
    } catch (InterruptedException e) {
      close();
    }
  }

  @Override
  public void close() {
    if (!open.getAndSet(false)) {
      return;
    }
    try {
      giveBack();
    } finally {
      closed.countDown();
    }
  }

  private void giveBack() {
    if (added == 0) {
      return;
    }
    try {
      change(-added);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("giving huge pages back", e);
    }
  }

  private static long free() throws IOException {
    return number(field("HugePages_Free:")) - number(field("HugePages_Rsvd:"));
  }

  /**
   * Makes the pool larger or smaller; {@return by how much it was} Others of this program do so as
   * well, often at the same moment: whoever changes the size holds a lock on its file, which goes
   * with the process. The file is read and written by the channel that holds it, since closing any
   * other descriptor of it would give up the lock (fcntl(2)).
   */
  private static synchronized long change(long pages) throws IOException {
    try (FileChannel size =
            FileChannel.open(SIZE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock held = size.lock()) {
      long before = read(size);
      String wanted = Long.toString(Math.max(0, before + pages));
      size.write(ByteBuffer.wrap(wanted.getBytes(StandardCharsets.US_ASCII)), 0);
      return held.isValid() ? read(size) - before : 0;
    }
  }

  private static long read(FileChannel size) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(Long.BYTES * 4);
    size.read(text, 0);
    return number(new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII).trim());
  }

  private static long number(@Nullable String text) throws IOException {
    Long number = text == null ? null : Longs.tryParse(text);
    if (number == null) {
      throw new IOException("no number of huge pages");
    }
    return number;
  }

  /** {@return the first word after a name in /proc/meminfo} */
  private static @Nullable String field(String name) throws IOException {
    for (String line : java.nio.file.Files.readAllLines(MEMORY)) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).trim().split(" ", -1)[0];
      }
    }
    return null;
  }
}
