package io.github.dirtyrange.kernel.sim.mm;

import io.github.dirtyrange.kernel.Pages;
import it.unimi.dsi.fastutil.longs.Long2LongOpenHashMap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

/**
 * A file and its pages in memory, {@code struct address_space}: a regular file, whose pages are
 * read in when they are needed, or shared memory (a memfd, or a shared anonymous mapping), whose
 * pages are made on first use.
 */
public final class PageCache {

  /** What is behind the pages. */
  public enum Kind {
    /** A file on a disk: every page within its size can be read in. */
    REGULAR,
    /** Memory alone: a page that was never written is a hole. */
    SHARED_MEMORY,
    /** Memory of the pool of huge pages, which a file of its own stands for. */
    POOL
  }

  private static final long ABSENT = 0;

  private final Kind kind;
  private final long inode;
  private final String path;
  private final Frames frames;
  private final Long2LongOpenHashMap cached = new Long2LongOpenHashMap();

  /** What pages held that were taken out of memory, by their numbers. */
  private final Long2LongOpenHashMap evicted = new Long2LongOpenHashMap();

  private final List<AddressSpace> mappers = new ArrayList<>();
  private long bytes;

  /** How often the file is open. */
  private int opens;

  /** Makes an empty file. */
  public PageCache(Kind kind, long inode, String path, Frames frames) {
    this.kind = kind;
    this.inode = inode;
    this.path = path;
    this.frames = frames;
  }

  /** {@return what is behind the pages} */
  public Kind kind() {
    return kind;
  }

  /** Notes that the file was opened, by a descriptor or for a mapping. */
  void opened() {
    opens++;
  }

  /**
   * Notes that it was closed, as often as it was opened. Memory that only this stood for goes with
   * the last: {@code shmem_evict_inode}. A file on a disk keeps what is cached of it.
   */
  void closed() {
    if (--opens > 0 || kind == Kind.REGULAR) {
      return;
    }
    for (long page : heldFrom(0)) {
      if (kind == Kind.POOL) {
        discardHuge(page);
      } else {
        discard(page);
      }
    }
    frames.swap().removeSharedMemory(this);
  }

  /** {@return the file's number} */
  public long inode() {
    return inode;
  }

  /** {@return the file's name, for {@code /proc/PID/maps}} */
  public String path() {
    return path;
  }

  /** {@return the file's size in bytes} */
  public long bytes() {
    return bytes;
  }

  void setBytes(long newBytes) {
    bytes = newBytes;
  }

  /** {@return how many pages the file has, the last perhaps in part} */
  public long pages() {
    return Pages.count(bytes);
  }

  /** {@return the frame that holds a page, or 0 where it is not in memory} */
  long cachedFrame(long page) {
    return cached.getOrDefault(page, ABSENT);
  }

  /** {@return whether a page holds something, in memory or in swap} */
  boolean holds(long page) {
    return cached.containsKey(page) || evicted.containsKey(page);
  }

  /** {@return the frame that holds a page, read in or made if need be} */
  long frame(long page) {
    long frame = cachedFrame(page);
    if (frame == ABSENT) {
      frame = frames.allocate();
      cached.put(page, frame);
      frames.setStamp(frame, evicted.remove(page));
    }
    return frame;
  }

  /** {@return the first frame of the huge page that holds a page of a file of the pool} */
  long hugeFrame(long page) {
    return cached.computeIfAbsent(Pages.blockStart(page), first -> frames.allocateHuge());
  }

  /** Gives the huge page that begins with a page back to the pool. */
  void discardHuge(long page) {
    long frame = cached.remove(page);
    if (frame != ABSENT) {
      frames.unmapHuge(frame);
    }
  }

  /** Takes a page out of memory and keeps what it held: shared memory is swapped out. */
  void evict(long page) {
    long frame = cached.remove(page);
    if (frame != ABSENT) {
      evicted.put(page, frames.stamp(frame));
      frames.swap().addSharedMemory(this);
      frames.unmap(frame);
    }
  }

  /** Puts a page into another frame. */
  void migrate(long page, long from, long to) {
    if (cachedFrame(page) == from) {
      cached.put(page, to);
    }
  }

  /** Brings back into memory what was evicted: {@code shmem_unuse}. */
  void restore() {
    for (long page : evicted.keySet().toLongArray()) {
      frame(page);
    }
  }

  /** {@return what a page holds, in memory or out of it} */
  long stamp(long page) {
    boolean pool = kind == Kind.POOL;
    long frame = cachedFrame(pool ? Pages.blockStart(page) : page);
    if (frame == ABSENT) {
      return evicted.get(page);
    }
    return frames.stamp(pool ? frame + page - Pages.blockStart(page) : frame);
  }

  void setStamp(long page, long stamp) {
    frames.setStamp(frame(page), stamp);
  }

  /** Takes a page out of memory and forgets what it held. */
  void discard(long page) {
    evicted.remove(page);
    long frame = cached.remove(page);
    if (frame != ABSENT) {
      frames.unmap(frame);
    }
  }

  /** {@return the pages from a number on that hold something, in memory or out of it} */
  long[] heldFrom(long page) {
    return LongStream.concat(cached.keySet().longStream(), evicted.keySet().longStream())
        .filter(p -> p >= page)
        .toArray();
  }

  /** {@return the address spaces that have mapped the file} */
  List<AddressSpace> mappers() {
    return mappers;
  }

  void addMapper(AddressSpace mm) {
    if (!mappers.contains(mm)) {
      mappers.add(mm);
    }
  }
}
