package io.github.dirtyrange.conform;

import io.github.dirtyrange.kernel.Pages;
import java.util.List;

/** Random calls on files, and writes to memory that the kernel does. */
final class FileDraws {

  private static final double WRONG = 0.05;

  private FileDraws() {}

  static List<Operation> kernelWrite(Draws d) {
    Span span = d.span();
    return List.of(new Operation.KernelWrite(d.process(), span.start(), span.length()));
  }

  static List<Operation> foreignWrite(Draws d) {
    Span span = d.writable();
    return List.of(new Operation.ForeignWrite(d.process(), span.start(), span.length()));
  }

  /** The file on disk keeps its size: what fills a hole in it is for the kernel to choose. */
  static List<Operation> write(Draws d) {
    int file = d.chance(WRONG) ? Files.READ_ONLY : d.file();
    long offset = file == Files.MEMFD ? d.fileOffset() : d.fileOffset() % Files.BYTES;
    return List.of(
        new Operation.FileWrite(
            d.process(), file, d.chance(WRONG) ? -Pages.SIZE : offset, d.value()));
  }

  static List<Operation> truncate(Draws d) {
    int file = d.chance(WRONG) ? Files.READ_ONLY : Files.MEMFD;
    long bytes = d.chance(WRONG) ? -Pages.SIZE : d.fileOffset();
    return List.of(new Operation.FileTruncate(d.process(), file, bytes));
  }

  static List<Operation> punch(Draws d) {
    int file = d.chance(WRONG) ? Files.READ_ONLY : Files.MEMFD;
    long bytes = d.chance(WRONG) ? 0 : Pages.address(1 + d.below(6));
    return List.of(new Operation.FilePunch(d.process(), file, d.fileOffset(), bytes));
  }
}
