package io.github.dirtyrange.linux.mm;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import io.github.dirtyrange.kernel.PagemapEntry;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Numbers for the memory behind pages, as far as pagemap and maps tell.
 *
 * <p>A page of a file or of shared memory is known by file and offset, whether it is in memory or
 * not. Anonymous memory is known by its frame, or by its place in swap; only the reader of frozen
 * processes may compare these, since a frame is used again as soon as it is free. A page that is in
 * a frame for one process and in swap for another is not recognised, nor is anything anonymous
 * where the kernel hides frame numbers.
 */
public final class MemoryIds {

  private static final long OF_FRAME = 1L << 62;
  private static final long OF_SLOT = 2L << 62;
  private static final long OF_FILE = 3L << 62;
  private static final int TAG_BITS = 2;

  private static final HashFunction HASH = Hashing.murmur3_128();

  private final List<Vma> mappings;

  public MemoryIds(List<Vma> mappings) {
    this.mappings = mappings;
  }

  /**
   * Reads the number of each page.
   *
   * @return how many were read
   */
  public int read(ProcPagemap pagemap, long startVpn, int count, long[] ids) {
    int read = pagemap.read(startVpn, count, ids);
    int next = 0;
    for (int i = 0; i < read; i++) {
      long vpn = startVpn + i;
      while (next < mappings.size() && mappings.get(next).endVpn() <= vpn) {
        next++;
      }
      boolean mapped = next < mappings.size() && mappings.get(next).startVpn() <= vpn;
      ids[i] = of(mapped ? mappings.get(next) : null, vpn, ids[i]);
    }
    return read;
  }

  /** {@return the number of a page with this pagemap entry; 0 if it has no memory that is known} */
  static long of(@Nullable Vma vma, long vpn, long entry) {
    boolean anonymous =
        (entry & (PagemapEntry.PRESENT | PagemapEntry.FILE)) == PagemapEntry.PRESENT;
    if (anonymous) {
      return inFrame(entry);
    }
    if (vma == null) {
      return 0;
    }
    long place = PagemapEntry.swapPlace(entry);
    if (place != 0) {
      // Only anonymous memory has its place in swap in its page table.
      return OF_SLOT | place;
    }
    return vma.isOfFile() ? inFile(vma, vpn) : 0;
  }

  private static long inFrame(long entry) {
    long frame = PagemapEntry.pfn(entry);
    return frame == 0 || frame == ZeroPage.frame() ? 0 : OF_FRAME | frame;
  }

  private static long inFile(Vma vma, long vpn) {
    long page = Pages.vpn(vma.offsetBytes()) + vpn - vma.startVpn();
    long hash =
        HASH.newHasher()
            .putLong(vma.device())
            .putLong(vma.inode())
            .putString(vma.path(), StandardCharsets.UTF_8)
            .putLong(page)
            .hash()
            .asLong();
    return OF_FILE | (hash >>> TAG_BITS);
  }
}
