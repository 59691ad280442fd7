package io.github.dirtyrange.criu;

import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedFault;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import io.github.dirtyrange.saved.SavedRange;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A process's memory, as one image directory of CRIU and those that it builds on have it. */
public final class CriuMemory implements SavedMemory {

  private final ImageDirectory images;
  private final int pid;
  private final int place;
  private final Pagemap pagemap;
  private final @Nullable CriuMemory parent;
  private final PagesFiles files;
  private final MappedPages pages;

  /**
   * Lays a process's pages over its mappings.
   *
   * @param place its place among all of the chain
   * @param parent the same process in the directory before; null where that has none
   */
  CriuMemory(
      ImageDirectory images,
      int pid,
      int place,
      Pagemap pagemap,
      @Nullable CriuMemory parent,
      PagesFiles files) {
    this.images = images;
    this.pid = pid;
    this.place = place;
    this.pagemap = pagemap;
    this.parent = parent;
    this.files = files;
    pages = MappedPages.of(pagemap, images.mm(pid), images.names());
  }

  /** {@return the number of the process} */
  public int pid() {
    return pid;
  }

  /** {@return the generation's place in the chain, from 1 for the oldest} */
  public int generation() {
    return images.number();
  }

  /** {@return the directory of the generation} */
  public Path directory() {
    return images.path();
  }

  /** {@return pages whose bytes are in this generation's own file} */
  public long storedPages() {
    return pagemap.storedPages();
  }

  @Override
  public String title() {
    return images.title() + ", process " + pid;
  }

  @Override
  public int pageSize() {
    return Format.PAGE;
  }

  /**
   * {@inheritDoc} Those of a pre-dump are not saved, and made of the pages that follow each other.
   */
  @Override
  public List<SavedMapping> mappings() {
    return pages.mappings();
  }

  /** {@inheritDoc} Every page of each mapping is in one range. */
  @Override
  public List<SavedRange> saved() {
    return pages.ranges();
  }

  @Override
  public CriuReader pages() {
    return new CriuReader(this);
  }

  ImageDirectory images() {
    return images;
  }

  int place() {
    return place;
  }

  Pagemap pagemap() {
    return pagemap;
  }

  /** {@return the same process in the directory before, if that has it} */
  public Optional<CriuMemory> before() {
    return Optional.ofNullable(parent);
  }

  @Override
  public Optional<SavedMemory> parent() {
    return Optional.ofNullable(parent);
  }

  PagesFiles files() {
    return files;
  }

  MappedPages mapped() {
    return pages;
  }

  Path pagesFile() {
    return images.path().resolve(pagemap.pagesFile());
  }

  /** {@return a page for people} */
  String title(long vpn) {
    return title() + ", " + pages.mappingName(vpn) + ": page " + PageText.page(vpn);
  }

  /** {@return a fault of a page} */
  SavedFault fault(Kind kind, long vpn, String what) {
    return new SavedFault(
        kind,
        OptionalLong.of(generation()),
        Optional.empty(),
        pages.mappingName(vpn),
        OptionalLong.of(vpn),
        title(vpn) + " " + what);
  }

  @Override
  public String toString() {
    return title();
  }
}
