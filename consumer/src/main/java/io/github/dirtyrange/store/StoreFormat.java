package io.github.dirtyrange.store;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/** The numbers of the format; docs/snapshot-format.md has the whole of it. */
final class StoreFormat {

  static final int VERSION = 1;

  static final int LEAST_PAGE = 64;
  static final int MOST_PAGE = 65_536;

  /** The length of all that is before the mappings. */
  static final int HEADER_BYTES = 168;

  /** As many as 60,000 threads have. */
  static final int MOST_NOTES_BYTES = 1 << 26;

  static final int MAPPING_BYTES = 48;
  static final int ID_BYTES = 16;
  static final int RANGE_BYTES = 32;
  static final int CHECKSUM_BYTES = 8;
  static final int CRC_BYTES = 4;

  /** A file of pages in the index. */
  static final int PART_BYTES = 24;

  /** A block of a packed file of pages in the index. */
  static final int BLOCK_BYTES = 8;

  static final int MOST_PARTS = 65_535;

  static final int STOPPED = 1;
  static final int EXACT = 2;
  static final int HAS_PARENT = 4;

  static final String MARKER = "store";
  static final String LOCK = "lock";
  static final String INDEX = "index";
  static final String PAGES = "pages";

  /** What a writer began and did not end. */
  static final String ASIDE = "tmp-";

  /** A {@link PageLookup} has no room for more. */
  static final long MOST_NUMBER = 0xffff_ffffL;

  /** A generation's directory; the number is its only part that is used. */
  static final Pattern DIRECTORY = Pattern.compile("generation-([0-9]{10})");

  private StoreFormat() {}

  static byte[] markerMagic() {
    return "DRSTORE\n".getBytes(StandardCharsets.US_ASCII);
  }

  static byte[] indexMagic() {
    return "DRINDEX\n".getBytes(StandardCharsets.US_ASCII);
  }

  /** {@return the name of one of a generation's files of pages} */
  static String pages(int part) {
    return part == 0 ? PAGES : PAGES + "-" + part;
  }

  static String directory(long number) {
    return String.format(Locale.ROOT, "generation-%010d", number);
  }
}
