package io.github.dirtyrange.lab.result;

import java.util.Locale;

/** How pages changed that a strategy did not tell, as far as the stop shows it. */
public enum MissCause {
  /** The page was given back, and holds nothing or zeros now: MADV_DONTNEED and its kin. */
  EMPTIED,

  /**
   * The page table shows that the page was written. Of a queue that samples: by no fault that it
   * heard of, as where another process wrote it.
   */
  WRITTEN,

  /** Its bytes differ, and the page table does not show it: a device, or a pinned page. */
  UNTRACED;

  /** {@return the name in reports: "emptied"} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
