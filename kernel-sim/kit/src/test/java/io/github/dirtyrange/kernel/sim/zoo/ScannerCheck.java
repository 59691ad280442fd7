package io.github.dirtyrange.kernel.sim.zoo;

import io.github.dirtyrange.kernel.Categories;
import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRegionBuffer;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.ScanRequest;
import io.github.dirtyrange.kernel.TrackedProcess;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.kernel.kit.Step;
import io.github.dirtyrange.kernel.kit.Step.Kind;
import io.github.dirtyrange.kernel.kit.Window;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.machine.Profile;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs a program under a tracker that scans, and holds it to law L1: every page whose content is
 * not that of the last round's copy must be marked. A round scans, arms and copies everything.
 *
 * <p>Of a page that is not there a reader knows what it holds without a mark of soft-dirty.
 */
final class ScannerCheck {

  /** What a scanner goes by. */
  enum Mark {
    /** Bit 55, armed by clear_refs. */
    SOFT_DIRTY,
    /** The category WRITTEN alone, armed by PAGEMAP_SCAN in registered memory. */
    WRITTEN
  }

  /** A scan by somebody else, who arms nothing, in place of a step that means nothing here. */
  private static final Kind LOOK = Kind.ARM_SILENTLY;

  /**
   * Operations whose changes Linux means to mark by soft-dirty; DONTNEED and the like it does not.
   */
  static final Programs SOFT_DIRTY_PROGRAMS =
      Programs.of(
          Kind.MMAP,
          Kind.MMAP_READ_ONLY,
          Kind.MMAP_SHARED,
          Kind.MUNMAP,
          Kind.STORE,
          Kind.STORE_RANGE,
          Kind.LOAD,
          Kind.MREMAP,
          Kind.MPROTECT_READ,
          Kind.MPROTECT_WRITE,
          Kind.DRAIN,
          Kind.DRAIN);

  /** WRITTEN marks what is dropped as well. {@link #LOOK} stands for somebody else who looks. */
  static final Programs WRITTEN_PROGRAMS =
      Programs.of(
          Kind.MMAP,
          Kind.MUNMAP,
          Kind.STORE,
          Kind.STORE_RANGE,
          Kind.LOAD,
          Kind.MPROTECT_READ,
          Kind.MPROTECT_WRITE,
          Kind.DONTNEED,
          LOOK,
          Kind.DRAIN);

  private static final long THERE = Categories.PRESENT | Categories.SWAPPED;

  private final Window window;
  private final Mark mark;
  private final SimProcess process;
  private final TrackedProcess tracked;

  /** What the last round copied of each page; null where nothing was mapped. */
  private final @Nullable Long[] copies;

  private ScannerCheck(Window window, Mark mark, Profile profile) {
    this.window = window;
    this.mark = mark;
    process = new SimKernel(profile).spawn();
    tracked = process.tracked();
    copies = new Long[window.pages()];
  }

  /** {@return whether a change was missed} */
  static boolean misses(Window window, Mark mark, Profile profile, List<Step> program) {
    ScannerCheck check = new ScannerCheck(window, mark, profile);
    for (Step step : program) {
      if (step.kind() == Kind.DRAIN) {
        if (check.missesInRound()) {
          return true;
        }
      } else {
        check.run(step);
      }
    }
    return check.missesInRound();
  }

  private void run(Step step) {
    if (step.kind() == LOOK) {
      long vpn = step.vpn(window);
      ScanRequest look = ScanRequest.of(vpn, vpn + step.pages(window), 0);
      tracked.scan(look.returning(Categories.WRITTEN), new PageRegionBuffer(64));
      return;
    }
    step.run(window, process, tracked);
  }

  private boolean missesInRound() {
    boolean[] marked = new boolean[window.pages()];
    scan(marked);
    arm();
    boolean missed = false;
    boolean[] mapped = window.mapped(tracked);
    for (int page = 0; page < copies.length; page++) {
      Long content = mapped[page] ? content(window.base() + page) : null;
      boolean same = content == null || content.equals(copies[page]);
      missed |= !same && !marked[page];
      copies[page] = content;
    }
    return missed;
  }

  private void scan(boolean[] marked) {
    if (mark == Mark.WRITTEN) {
      scanWritten(marked);
      return;
    }
    long[] categories =
        Window.categoriesOf(tracked, window.base(), window.pages(), THERE | Categories.SOFT_DIRTY);
    for (int page = 0; page < marked.length; page++) {
      boolean there = (categories[page] & THERE) != 0;
      marked[page] = !there || (categories[page] & Categories.SOFT_DIRTY) != 0;
    }
  }

  /** What is not registered yet is new, and counts as written. */
  private void scanWritten(boolean[] marked) {
    Arrays.fill(marked, true);
    long written = Categories.WPALLOWED | Categories.WRITTEN;
    long[] allowed = new long[window.pages()];
    fill(allowed, Categories.WPALLOWED, 0);
    long[] found = new long[window.pages()];
    fill(found, written, written);
    for (int page = 0; page < marked.length; page++) {
      marked[page] = allowed[page] == 0 || found[page] != 0;
    }
  }

  private void fill(long[] pages, long required, long returned) {
    PageRegionBuffer regions = new PageRegionBuffer(window.pages());
    tracked.scan(
        ScanRequest.of(window.base(), window.end(), required).returning(returned | required),
        regions);
    regions
        .toList()
        .forEach(
            region ->
                Arrays.fill(
                    pages,
                    (int) (region.startVpn() - window.base()),
                    (int) (region.endVpn() - window.base()),
                    1));
  }

  private void arm() {
    if (mark == Mark.SOFT_DIRTY) {
      tracked.clearRefs(4);
      return;
    }
    for (Vma vma : tracked.maps()) {
      process.registerWriteProtect(vma.startVpn(), vma.endVpn());
    }
    tracked.scan(
        ScanRequest.of(window.base(), window.end(), 0).withFlags(ScanRequest.WP_MATCHING),
        new PageRegionBuffer(0));
  }

  private @Nullable Long content(long vpn) {
    try {
      return process.load(Pages.address(vpn));
    } catch (KernelException unreadable) {
      return null;
    }
  }
}
