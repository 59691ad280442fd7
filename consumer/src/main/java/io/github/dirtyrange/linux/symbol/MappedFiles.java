package io.github.dirtyrange.linux.symbol;

import io.github.dirtyrange.kernel.Pages;
import io.github.dirtyrange.kernel.Vma;
import io.github.dirtyrange.linux.mm.MemoryIdentity;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The symbols of the files that a process has mapped, each read when it is asked for first. */
final class MappedFiles {

  /** What all of them may take; once it is reached, files that come later have no names. */
  private static final long MOST_BYTES = 128L << 20;

  private static final ElfSymbols NONE = ElfSymbols.read((offset, count) -> ByteBuffer.allocate(0));

  private final MemoryIdentity identity;
  private final Map<File, ElfSymbols> files = new HashMap<>();
  private long bytes;

  MappedFiles(MemoryIdentity identity) {
    this.identity = identity;
  }

  private record File(String path, long inode) {}

  /** {@return the name of the function at an offset of a mapping's file; empty if none is known} */
  String name(Vma mapping, long offset) {
    File file = new File(mapping.path(), mapping.inode());
    return files.computeIfAbsent(file, unread -> read(mapping)).name(offset);
  }

  private ElfSymbols read(Vma mapping) {
    if (bytes >= MOST_BYTES) {
      return NONE;
    }
    Optional<OpenedFile> opened = open(mapping);
    if (opened.isEmpty()) {
      return NONE;
    }
    try (OpenedFile file = opened.get()) {
      ElfSymbols symbols = ElfSymbols.read(file);
      bytes += symbols.memoryBytes();
      return symbols;
    }
  }

  /**
   * Opens the mapping itself, where that is allowed; or else its path as the process sees it, if
   * that still leads to the file that is mapped.
   */
  private Optional<OpenedFile> open(Vma mapping) {
    String range =
        Long.toHexString(Pages.address(mapping.startVpn()))
            + "-"
            + Long.toHexString(Pages.address(mapping.endVpn()));
    Optional<OpenedFile> mapped =
        OpenedFile.open(identity.threads().resolve("../map_files").resolve(range).toString());
    return mapped.isPresent() ? mapped : openByPath(mapping);
  }

  private Optional<OpenedFile> openByPath(Vma mapping) {
    Optional<OpenedFile> named = OpenedFile.open(identity.path("root") + mapping.path());
    named.filter(file -> file.inode() != mapping.inode()).ifPresent(OpenedFile::close);
    return named.filter(file -> file.inode() == mapping.inode());
  }
}
