package io.github.dirtyrange.retrace;

import io.github.dirtyrange.kernel.KernelException;
import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.sim.SimKernel;
import io.github.dirtyrange.kernel.sim.SimProcess;
import io.github.dirtyrange.kernel.sim.mm.Madvise;
import io.github.dirtyrange.kernel.sim.mm.Mmap;
import io.github.dirtyrange.kernel.sim.mm.Prot;
import io.github.dirtyrange.live.result.MappedPart;
import io.github.dirtyrange.trace.TraceException;
import io.github.dirtyrange.track.ChangedPages;
import java.util.List;
import java.util.Locale;

/** A simulated process that maps and writes what a trace says. All of its memory is anonymous. */
final class TracedMemory {

  /** 64 GiB: more than that is most often reserved only. */
  static final long MOST_POPULATED = 1L << 24;

  /** A tebibyte fits into the launcher's heap, more does not. */
  private static final long MOST_WRITTEN = 1L << 28;

  /** What is armed has tables, and those of more do not fit into the launcher's heap. */
  private static final long MOST_MAPPED = 1L << 28;

  private static final long GIB_PAGES = 1L << 18;

  private static final int FLAGS = Mmap.PRIVATE | Mmap.ANONYMOUS | Mmap.FIXED;

  private final SimProcess process;
  private final PageSpans mapped = new PageSpans();
  private long stamp;

  TracedMemory(SimKernel kernel) {
    process = kernel.spawn();
  }

  /** Ends the process: nothing of it stays. */
  void exit() {
    process.exit();
  }

  int pid() {
    return process.pid();
  }

  long mappedPages() {
    return mapped.pages();
  }

  /** Maps what was there before a round, and populates it; returns whether that was possible. */
  boolean begin(TracedRound round) throws TraceException {
    try {
      mapAll(round.writable());
      round.added().forEach(part -> unmap(part.startVpn(), part.endVpn()));
      mapAll(round.gone());
    } catch (KernelException e) {
      throw unlike(e);
    }
    requireFew();
    boolean populates = mapped.pages() <= MOST_POPULATED;
    if (populates) {
      mapped.within(0, Long.MAX_VALUE, this::store);
    }
    return populates;
  }

  private void requireFew() throws TraceException {
    if (mapped.pages() > MOST_MAPPED) {
      throw new TraceException(
          String.format(
              Locale.ROOT,
              "it has %,d GiB mapped at once, and at most %,d GiB are simulated; record a part of it,"
                  + " as by --only '[heap]'",
              (mapped.pages() + GIB_PAGES - 1) / GIB_PAGES,
              MOST_MAPPED / GIB_PAGES));
    }
  }

  private static TraceException unlike(KernelException e) {
    return new TraceException("its memory cannot be simulated: " + e.getMessage());
  }

  /**
   * Maps, unmaps and empties what the process did in a round; what it will write is mapped then.
   */
  void map(TracedRound round) throws TraceException {
    if (round.written().pages() > MOST_WRITTEN) {
      throw new TraceException("a round of it writes more than 1 TiB, which is not simulated");
    }
    try {
      round.gone().forEach(part -> unmap(part.startVpn(), part.endVpn()));
      mapAll(round.added());
      mapAll(round.writable());
      round.emptied().forEach(this::empty);
      mapWritten(round.written());
    } catch (KernelException e) {
      throw unlike(e);
    }
    requireFew();
  }

  private void mapAll(List<MappedPart> parts) {
    parts.forEach(part -> map(part.startVpn(), part.endVpn()));
  }

  private void map(long startVpn, long endVpn) {
    mapped.add(
        startVpn,
        endVpn,
        (from, to) ->
            process.mmap(
                Pages.address(from), Pages.address(to - from), Prot.READ | Prot.WRITE, FLAGS));
  }

  private void unmap(long startVpn, long endVpn) {
    mapped.remove(
        startVpn,
        endVpn,
        (from, to) -> process.munmap(Pages.address(from), Pages.address(to - from)));
  }

  private void empty(PageRange range) {
    mapped.within(
        range.startVpn(),
        range.endVpn(),
        (from, to) ->
            process.madvise(
                Pages.address(from), Pages.address(to - from), Madvise.Advice.DONTNEED));
  }

  /** Of some of it nobody may have said that it is mapped. */
  private void mapWritten(ChangedPages written) {
    for (int i = 0; i < written.ranges(); i++) {
      map(written.startVpn(i), written.endVpn(i));
    }
  }

  /** Writes what the process wrote in a round. */
  void write(TracedRound round) throws TraceException {
    ChangedPages written = round.written();
    try {
      for (int i = 0; i < written.ranges(); i++) {
        store(written.startVpn(i), written.endVpn(i));
      }
    } catch (KernelException e) {
      throw unlike(e);
    }
  }

  private void store(long startVpn, long endVpn) {
    process.storeRange(Pages.address(startVpn), Pages.address(endVpn - startVpn), ++stamp);
  }
}
