package io.github.dirtyrange.linux.perf;

import io.github.dirtyrange.kernel.Errno;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.linux.sys.Abi;
import io.github.dirtyrange.linux.sys.Descriptor;
import io.github.dirtyrange.linux.sys.Mapping;
import io.github.dirtyrange.linux.sys.Settings;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/**
 * One perf ring for each CPU, all of one size. Each belongs to an event that lives on whatever
 * threads come and go in the process that is sampled.
 */
public final class PerfRings implements AutoCloseable {

  private final List<Descriptor> owners = new ArrayList<>();
  private final List<Mapping> mappings = new ArrayList<>();
  private final List<PerfRing> rings = new ArrayList<>();
  private final int chainDepth;
  private int pages;

  private PerfRings(int chainDepth) {
    this.chainDepth = chainDepth;
  }

  /**
   * Maps rings of {@code wantedPages} pages a CPU, a power of two, or of as many halvings of that
   * as it takes for the kernel to let them be locked.
   *
   * @param owners opens the event that owns the ring of a CPU
   * @param chainDepth how deep the call chains of its samples are at most; 0 if they have none
   * @throws KernelException EPERM if not even one page a CPU may be locked
   */
  static PerfRings open(
      IntFunction<Descriptor> owners, int[] cpus, int wantedPages, int chainDepth) {
    PerfRings rings = new PerfRings(chainDepth);
    try {
      for (int cpu : cpus) {
        rings.owners.add(owners.apply(cpu));
      }
      rings.mapLargest(wantedPages);
      return rings;
    } catch (KernelException e) {
      rings.close();
      throw e;
    }
  }

  /**
   * Maps one more ring, as large as the others.
   *
   * @throws KernelException EPERM if no more may be locked
   */
  void add(Descriptor owner) {
    try {
      rings.add(map(owner));
      owners.add(owner);
    } catch (KernelException e) {
      owner.close();
      throw e;
    }
  }

  private void mapLargest(int wantedPages) {
    pages = wantedPages;
    while (!mapAll()) {
      pages /= 2;
    }
  }

  /** {@return whether all rings could be mapped at the present size; if not, none is} */
  private boolean mapAll() {
    try {
      for (Descriptor owner : owners) {
        rings.add(map(owner));
      }
      return true;
    } catch (KernelException e) {
      unmap();
      if (e.errno() != Errno.EPERM && e.errno() != Errno.ENOMEM) {
        throw e;
      }
      if (pages == 1) {
        throw new KernelException(
            e.errno(), "mmap of one page a CPU for samples (" + remedy() + ")");
      }
      return false;
    }
  }

  /** {@return which settings limit what an ordinary user may lock} */
  static String remedy() {
    return Settings.say("kernel/perf_event_mlock_kb")
        + "; more of it, a higher RLIMIT_MEMLOCK or CAP_IPC_LOCK would allow more";
  }

  private PerfRing map(Descriptor owner) {
    int dataBytes = Math.multiplyExact(pages, Pages.SIZE);
    String call = "mmap of a perf ring of " + pages + " pages";
    Mapping mapping = Mapping.shared(owner, (long) Pages.SIZE + dataBytes, call);
    mappings.add(mapping);
    ByteBuffer control = mapping.view(0, Pages.SIZE);
    long dataOffset = control.getLong(Abi.RING_DATA_OFFSET);
    return new PerfRing(control, mapping.view(dataOffset, dataBytes), chainDepth);
  }

  /** {@return the number of rings} */
  int count() {
    return rings.size();
  }

  /** {@return a ring by its CPU's place in the list of CPUs} */
  PerfRing get(int index) {
    return rings.get(index);
  }

  /** Sends what an event of the same CPU samples to that CPU's ring. */
  void redirect(Descriptor event, int index) {
    event.ioctl(
        Abi.PERF_EVENT_IOC_SET_OUTPUT, owners.get(index).number(), "PERF_EVENT_IOC_SET_OUTPUT");
  }

  /** {@return the room for records of each ring, in pages} */
  int pagesPerRing() {
    return pages;
  }

  /** {@return the memory that all rings take, in bytes} */
  long memoryBytes() {
    return mappings.stream().mapToLong(Mapping::bytes).sum();
  }

  /** {@return the largest ring, in pages and a power of two, of which one a CPU fits into that} */
  public static int pagesWithin(long bytes, int cpus) {
    long pages = bytes / cpus / Pages.SIZE;
    return Math.toIntExact(Math.min(1 << 16, Math.max(1, Long.highestOneBit(pages))));
  }

  private void unmap() {
    rings.clear();
    mappings.forEach(Mapping::close);
    mappings.clear();
  }

  @Override
  public void close() {
    unmap();
    owners.forEach(Descriptor::close);
    owners.clear();
  }
}
