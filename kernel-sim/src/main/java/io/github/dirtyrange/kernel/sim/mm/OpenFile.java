package io.github.dirtyrange.kernel.sim.mm;

/**
 * A file as one call of open(2) gave it, {@code struct file}: its pages, and what it may be mapped
 * for. Mappings of one file that was opened twice do not merge ({@code is_mergeable_vma}), so that
 * an open file is equal to itself alone.
 */
public final class OpenFile {

  private final PageCache pages;
  private final boolean writable;

  /** The descriptor, if there is one, and the mappings: {@code f_ref}. */
  private int holders;

  private OpenFile(PageCache pages, boolean writable) {
    this.pages = pages;
    this.writable = writable;
  }

  /** {@return the file, opened for reading and writing} */
  public static OpenFile readWrite(PageCache pages) {
    return new OpenFile(pages, true);
  }

  /** {@return the file, opened for reading only} */
  public static OpenFile readOnly(PageCache pages) {
    return new OpenFile(pages, false);
  }

  /** Notes one more that holds the file open: its descriptor, or a mapping. */
  public void hold() {
    if (holders++ == 0) {
      pages.opened();
    }
  }

  /** Notes one less; the last closes the file: {@code __fput}. */
  public void release() {
    if (--holders == 0) {
      pages.closed();
    }
  }

  /** {@return the pages of the file, however often it is open} */
  public PageCache pages() {
    return pages;
  }

  /** {@return whether the file is open for writing} */
  public boolean isWritable() {
    return writable;
  }
}
