package io.github.dirtyrange.linux.soak;

import io.github.dirtyrange.linux.soak.Mappings.Mapping;
import it.unimi.dsi.fastutil.longs.Long2LongMap;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a process's pages hold, as numbers, read from {@code /proc/PID} without a call of what is
 * tested, and without touching a page that is not there: such a read would fault it in.
 */
final class ProcessContents implements Closeable {

  /** What a page holds that was never written. */
  static final long ZERO = hash(ByteBuffer.allocate(4096).order(ByteOrder.nativeOrder()), 0);

  /** Beyond a file's end, or gone. */
  static final long UNREADABLE = 1;

  private static final int PAGE = 4096;
  private static final int MOST_PAGES = 512;
  private static final long PRESENT = 1L << 63;
  private static final long SWAPPED = 1L << 62;
  private static final long ARMED = 1L << 57;

  /** {@code SWP_PTE_MARKER}: an entry of that type stands for no memory. */
  private static final long MARKER_TYPE = 31;

  private final int pid;
  private final FileChannel pagemap;
  private final FileChannel memory;
  private final ByteBuffer entries =
      ByteBuffer.allocateDirect(MOST_PAGES * 8).order(ByteOrder.nativeOrder());
  private final ByteBuffer pages =
      ByteBuffer.allocateDirect(MOST_PAGES * PAGE).order(ByteOrder.nativeOrder());
  private final Map<String, FileContents> libraries = new HashMap<>();

  /** A file that may change, read anew at each look, or one that never does. */
  private static final class FileContents {
    private final FileChannel channel;
    private final Map<Long, Long> hashes = new HashMap<>();

    FileContents(FileChannel channel) {
      this.channel = channel;
    }
  }

  private ProcessContents(int pid, FileChannel pagemap, FileChannel memory) {
    this.pid = pid;
    this.pagemap = pagemap;
    this.memory = memory;
  }

  static ProcessContents open(int pid) throws IOException {
    FileChannel pagemap = FileChannel.open(Path.of("/proc/" + pid + "/pagemap"));
    return new ProcessContents(pid, pagemap, FileChannel.open(Path.of("/proc/" + pid + "/mem")));
  }

  Mappings mappings() throws IOException {
    return Mappings.read(pid);
  }

  /** {@return what a page holds} */
  long read(Mappings mappings, long vpn) throws IOException {
    return read(mappings, List.of(new long[] {vpn, vpn + 1})).get(vpn);
  }

  /**
   * {@return what pages hold; those that hold zeros, and those that are not mapped, are left out}
   */
  Long2LongMap read(Mappings mappings, List<long[]> ranges) throws IOException {
    Long2LongOpenHashMap contents = new Long2LongOpenHashMap();
    contents.defaultReturnValue(ZERO);
    Map<String, FileContents> files = new HashMap<>();
    try {
      for (Mapping mapping : mappings.all()) {
        for (long[] range : ranges) {
          long start = Math.max(range[0], mapping.startVpn());
          long end = Math.min(range[1], mapping.endVpn());
          for (long vpn = start; vpn < end; vpn += MOST_PAGES) {
            readChunk(mapping, vpn, (int) Math.min(MOST_PAGES, end - vpn), files, contents);
          }
        }
      }
      return contents;
    } finally {
      for (FileContents file : files.values()) {
        file.channel.close();
      }
    }
  }

  /** {@return the armed pages} */
  long armedPages(Mappings mappings) throws IOException {
    long armed = 0;
    for (Mapping mapping : mappings.all()) {
      for (long vpn = mapping.startVpn(); vpn < mapping.endVpn(); vpn += MOST_PAGES) {
        int count = readEntries(vpn, (int) Math.min(MOST_PAGES, mapping.endVpn() - vpn));
        for (int i = 0; i < count; i++) {
          armed += (entries.getLong(8 * i) & ARMED) != 0 ? 1 : 0;
        }
      }
    }
    return armed;
  }

  /** {@return the page's entry in pagemap} */
  long entry(long vpn) throws IOException {
    return readEntries(vpn, 1) == 1 ? entries.getLong(0) : 0;
  }

  private int readEntries(long vpn, int count) throws IOException {
    int got = pagemap.read(entries.clear().limit(8 * count), 8 * vpn);
    return Math.max(0, got / 8);
  }

  private void readChunk(
      Mapping mapping, long vpn, int count, Map<String, FileContents> files, Long2LongMap contents)
      throws IOException {
    int known = readEntries(vpn, count);
    int read = 0;
    for (int i = 0; i < count; i++) {
      if (i < known && isInMemory(entries.getLong(8 * i))) {
        read = readMemory(vpn, i, read, known);
        put(contents, vpn + i, i < read ? hash(pages, i * PAGE) : UNREADABLE);
      } else if (mapping.isOfFile()) {
        put(contents, vpn + i, hashOfFile(mapping, vpn + i, files));
      }
    }
  }

  /** Reads the run of pages that begins at {@code from}, unless read; {@return the end of it} */
  private int readMemory(long vpn, int from, int read, int known) throws IOException {
    if (from < read) {
      return read;
    }
    int to = from + 1;
    while (to < known && isInMemory(entries.getLong(8 * to))) {
      to++;
    }
    int end = from;
    pages.limit(to * PAGE).position(from * PAGE);
    try {
      int got = memory.read(pages, (vpn + from) << 12);
      end = from + Math.max(0, got) / PAGE;
    } catch (IOException e) {
      // EIO: no page of it can be read
    } finally {
      pages.clear();
    }
    return end;
  }

  private static boolean isInMemory(long entry) {
    return (entry & PRESENT) != 0 || ((entry & SWAPPED) != 0 && (entry & 31) != MARKER_TYPE);
  }

  private static void put(Long2LongMap contents, long vpn, long hash) {
    if (hash != ZERO) {
      contents.put(vpn, hash);
    }
  }

  private long hashOfFile(Mapping mapping, long vpn, Map<String, FileContents> files)
      throws IOException {
    long offset = mapping.fileOffset(vpn);
    if (!mapping.path().contains("(deleted)")) {
      FileContents library = libraries.get(mapping.path());
      if (library == null) {
        library = new FileContents(FileChannel.open(Path.of(mapping.path())));
        libraries.put(mapping.path(), library);
      }
      Long known = library.hashes.get(offset);
      if (known == null) {
        known = hashOfFile(library.channel, offset);
        library.hashes.put(offset, known);
      }
      return known;
    }
    FileContents file = files.get(mapping.path());
    if (file == null) {
      FileChannel opened = openDescriptor(mapping.path());
      if (opened == null) {
        return UNREADABLE; // a process that runs has just unmapped and closed it
      }
      file = new FileContents(opened);
      files.put(mapping.path(), file);
    }
    return hashOfFile(file.channel, offset);
  }

  /** Opens a file that has no name any more, but a descriptor of the process. */
  private @Nullable FileChannel openDescriptor(String path) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
      for (Path fd : (Iterable<Path>) all::iterator) {
        if (linkOf(fd).equals(path)) {
          return FileChannel.open(fd, StandardOpenOption.READ);
        }
      }
    } catch (NoSuchFileException e) {
      return null;
    }
    return null;
  }

  private static String linkOf(Path fd) throws IOException {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (NoSuchFileException e) {
      return ""; // closed since it was listed
    }
  }

  private static long hashOfFile(FileChannel file, long offset) throws IOException {
    ByteBuffer page = ByteBuffer.allocate(PAGE).order(ByteOrder.nativeOrder());
    int got = file.read(page, offset);
    return got <= 0 ? UNREADABLE : hash(page, 0);
  }

  private static long hash(ByteBuffer bytes, int from) {
    long hash = 7;
    for (int at = from; at < from + PAGE; at += 8) {
      hash = (hash ^ bytes.getLong(at)) * 0x9e3779b97f4a7c15L;
      hash ^= hash >>> 29;
    }
    return hash;
  }

  /** {@return the number of a page in a buffer} */
  static long hashOf(ByteBuffer page, int index) {
    return hash(page, index * PAGE);
  }

  @Override
  public void close() throws IOException {
    pagemap.close();
    memory.close();
    for (FileContents library : libraries.values()) {
      library.channel.close();
    }
  }
}
