package io.github.dirtyrange.criu;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Writes one image directory for a test: what is called is in it, and nothing else. */
final class SmallImages {

  static final int PARENT = 1;
  static final int LAZY = 2;
  static final int PRESENT = 4;
  static final int ANON_PRIVATE = 1 | 1 << 9;

  /** How CRIU wrote an entry of a pagemap, at some time. */
  enum Style {
    /** Before flags. */
    OLD,
    /** Up to 4.1. */
    MIDDLE,
    /** 4.2: the older count is 0. */
    NEW,
    /** As is written here. */
    BOTH
  }

  private final Path directory;
  private final Style style;
  private final List<Integer> pids = new ArrayList<>();

  SmallImages(Path directory, Style style) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.style = style;
  }

  /** A run of pages. */
  record Run(long vpn, int pages, int flags) {}

  /** A mapping. */
  record Area(long start, long end, int status, long file) {

    static Area of(long start, long end) {
      return new Area(start, end, ANON_PRIVATE, 0);
    }
  }

  /** {@return a page of a content} */
  static byte[] page(int content) {
    byte[] page = new byte[4096];
    Arrays.fill(page, (byte) content);
    page[4095] = (byte) (content >> 8);
    return page;
  }

  SmallImages write(String name, ImageBytes image) throws IOException {
    return write(name, image.bytes());
  }

  SmallImages write(String name, byte[] bytes) throws IOException {
    Files.write(directory.resolve(name), bytes);
    return this;
  }

  /** Writes a pagemap, and pages of such contents. */
  SmallImages pages(int pid, int pagesId, List<Run> runs, int... contents) throws IOException {
    ImageBytes image = ImageBytes.image(ImageBytes.COMMON, ImageBytes.PAGEMAP);
    image.record(ImageBytes.message().number(1, pagesId));
    runs.forEach(run -> image.record(entry(run)));
    write("pagemap-" + pid + ".img", image);
    ByteArrayOutputStream pages = new ByteArrayOutputStream();
    for (int content : contents) {
      pages.writeBytes(page(content));
    }
    return write("pages-" + pagesId + ".img", pages.toByteArray());
  }

  private ImageBytes entry(Run run) {
    ImageBytes entry = ImageBytes.message().number(1, run.vpn() << 12);
    entry.number(2, style == Style.NEW ? 0 : run.pages());
    if (style != Style.OLD) {
      entry.number(4, run.flags());
    } else if (run.flags() == PARENT) {
      entry.number(3, 1);
    }
    return style == Style.NEW || style == Style.BOTH ? entry.number(5, run.pages()) : entry;
  }

  /** Writes a process's mappings; the directory is then of a dump and not of a pre-dump. */
  SmallImages mappings(int pid, long stack, List<Area> areas) throws IOException {
    ImageBytes mm = ImageBytes.message();
    for (int field = 1; field <= 12; field++) {
      mm.number(field, field == 5 ? stack << 12 : 0);
    }
    for (Area area : areas) {
      mm.field(
          14,
          ImageBytes.message()
              .number(1, area.start() << 12)
              .number(2, area.end() << 12)
              .number(3, 8192)
              .number(4, area.file())
              .number(5, 3)
              .number(6, 0x22)
              .number(7, area.status())
              .number(8, 1));
    }
    write("mm-" + pid + ".img", ImageBytes.image(ImageBytes.COMMON, ImageBytes.MM).record(mm));
    pids.add(pid);
    return processes();
  }

  private SmallImages processes() throws IOException {
    ImageBytes image = ImageBytes.image(ImageBytes.COMMON, ImageBytes.PSTREE);
    for (int pid : pids) {
      image.record(
          ImageBytes.message()
              .number(1, pid)
              .number(2, 0)
              .number(3, pid)
              .number(4, pid)
              .number(5, pid));
    }
    return write("pstree.img", image);
  }

  SmallImages uptime(long micros) throws IOException {
    ImageBytes entry = ImageBytes.message().number(1, 2).number(8, micros);
    return write("inventory.img", ImageBytes.image(ImageBytes.INVENTORY).record(entry));
  }

  SmallImages stats(long written, long skipped) throws IOException {
    ImageBytes dump = ImageBytes.message();
    for (int field = 1; field <= 4; field++) {
      dump.number(field, 99);
    }
    dump.number(5, 1_000).number(6, skipped).number(7, written).number(9, 0);
    ImageBytes entry = ImageBytes.message().field(1, dump);
    return write(
        "stats-dump", ImageBytes.image(ImageBytes.SERVICE, ImageBytes.STATS).record(entry));
  }

  SmallImages parent(String target) throws IOException {
    Files.createSymbolicLink(directory.resolve("parent"), Path.of(target));
    return this;
  }
}
