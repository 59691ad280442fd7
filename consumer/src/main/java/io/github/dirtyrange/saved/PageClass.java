package io.github.dirtyrange.saved;

import java.util.Optional;

/** What a generation says of a page, and so where its bytes are. */
public enum PageClass {
  /** Its bytes are in this generation's file of pages. */
  DATA(1),
  /** It is as it was in the parent generation. */
  PARENT(2),
  /** Its bytes equal those of a page that this generation or an older one stores. */
  SAME(3),
  /** All its bytes are zero. */
  ZERO(4),
  /** It is mapped and holds nothing: nobody touched it. */
  NOTHING(5),
  /** It was swapped out, and not read back for this. */
  SWAPPED(6),
  /** It is an unchanged page of the mapping's file, and not stored. */
  FILE(7),
  /** It could not be read. */
  UNREAD(8);

  private static final PageClass[] ALL = values();

  private final int code;

  PageClass(int code) {
    this.code = code;
  }

  /** {@return whether the store has the bytes of such a page; of {@link #PARENT} it depends} */
  public boolean hasBytes() {
    return this == DATA || this == SAME || this == ZERO;
  }

  /** {@return its number in files} */
  public int code() {
    return code;
  }

  /** {@return the one of a number in files} */
  public static Optional<PageClass> of(int code) {
    return code >= 1 && code <= ALL.length ? Optional.of(ALL[code - 1]) : Optional.empty();
  }
}
