package io.github.dirtyrange.criu;

import com.google.protobuf.CodedInputStream;
import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.PageText;
import io.github.dirtyrange.saved.SavedException;
import io.github.dirtyrange.saved.SavedFault.Kind;
import io.github.dirtyrange.saved.SavedMapping;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads {@code pagemap-PID.img}: a head, and an entry for each run of pages. */
final class PagemapImage {

  /** Of the head: the number of the file of pages. */
  static final int PAGES_ID = 1 << Wire.NUMBER;

  static final int VADDR = 1 << Wire.NUMBER;
  static final int COMPAT_NR_PAGES = 2 << Wire.NUMBER;
  static final int IN_PARENT = 3 << Wire.NUMBER;
  static final int FLAGS = 4 << Wire.NUMBER;
  static final int NR_PAGES = 5 << Wire.NUMBER;

  /** The pages are in the parent. */
  static final int PE_PARENT = 1;

  /** The pages are in the file of pages. */
  static final int PE_PRESENT = 4;

  private final Path file;
  private @Nullable Pagemap pagemap;

  private long vaddr;
  private long pages;
  private long compatPages;
  private int flags;
  private boolean hasVaddr;
  private boolean hasPages;
  private boolean hasFlags;
  private boolean inParent;

  private PagemapImage(Path file) {
    this.file = file;
  }

  /**
   * Reads one.
   *
   * @throws SavedException if it is missing or damaged, or its entries overlap or do not ascend
   */
  static Pagemap read(Path file) throws SavedException {
    PagemapImage image = new PagemapImage(file);
    ImageFile.read(file, ImageKind.PAGEMAP, image::record);
    if (image.pagemap == null) {
      throw image.damaged("it has no head");
    }
    return image.pagemap;
  }

  private void record(long record, CodedInputStream in) throws IOException {
    if (pagemap == null) {
      pagemap = new Pagemap(head(in));
    } else {
      begin();
      Wire.fields(in, tag -> field(tag, in));
      add(pagemap, record);
    }
  }

  private int head(CodedInputStream in) throws IOException {
    int[] id = {-1};
    boolean[] has = {false};
    Wire.fields(
        in,
        tag -> {
          if (tag == PAGES_ID) {
            id[0] = in.readUInt32();
            has[0] = true;
          } else {
            in.skipField(tag);
          }
        });
    if (!has[0]) {
      throw damaged("it does not say which file its pages are in");
    }
    return id[0];
  }

  private void begin() {
    flags = 0;
    hasVaddr = false;
    hasPages = false;
    hasFlags = false;
    inParent = false;
    compatPages = 0;
  }

  private void field(int tag, CodedInputStream in) throws IOException {
    switch (tag) {
      case VADDR -> {
        vaddr = in.readUInt64();
        hasVaddr = true;
      }
      case COMPAT_NR_PAGES -> compatPages = Integer.toUnsignedLong(in.readUInt32());
      case IN_PARENT -> inParent = in.readBool();
      case FLAGS -> {
        flags = in.readUInt32();
        hasFlags = true;
      }
      case NR_PAGES -> {
        pages = in.readUInt64();
        hasPages = true;
      }
      default -> in.skipField(tag);
    }
  }

  /** As CRIU has it: what it writes today, and what it wrote before. */
  private void add(Pagemap to, long record) throws SavedException {
    if (!hasVaddr) {
      throw damaged("record " + record + " has no address");
    }
    long count = hasPages ? pages : compatPages;
    long startVpn = vaddr >>> Format.PAGE_SHIFT;
    if (vaddr % Format.PAGE != 0 || count <= 0 || count > SavedMapping.END_VPN - startVpn) {
      throw damaged(
          "record "
              + record
              + " is of "
              + Long.toUnsignedString(count)
              + " pages at address 0x"
              + Long.toHexString(vaddr));
    }
    if (startVpn < to.endVpn()) {
      throw new SavedException(
          Kind.ORDER,
          file
              + " is damaged: record "
              + record
              + ", pages "
              + PageText.pages(startVpn, startVpn + count)
              + ", is not behind the one before, which ends at "
              + PageText.page(to.endVpn()));
    }
    to.add(startVpn, startVpn + count, pageClass());
  }

  private PageClass pageClass() {
    if (inParent || (flags & PE_PARENT) != 0) {
      return PageClass.PARENT;
    }
    return !hasFlags || (flags & PE_PRESENT) != 0 ? PageClass.DATA : PageClass.UNREAD;
  }

  private SavedException damaged(String what) {
    return new SavedException(Kind.INDEX, file + " is damaged: " + what);
  }
}
