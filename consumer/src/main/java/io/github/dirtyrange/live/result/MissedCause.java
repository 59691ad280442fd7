package io.github.dirtyrange.live.result;

import java.util.Locale;

/**
 * Why a queue alone would have missed a page that an exact look found, as far as the page itself
 * can tell; the rows of docs/linux-queue.md that end in "an exact drain".
 */
public enum MissedCause {
  /** Nothing is there any more: MADV_DONTNEED, or what mremap with DONTUNMAP left behind. */
  EMPTIED,
  /** The memory was not registered when it was written: mapped anew, or moved. */
  UNREGISTERED,
  /**
   * It was written without a fault that is sampled or counted: by another process, by a child that
   * shares the memory, or through get_user_pages.
   */
  UNSAMPLED;

  /** {@return the name in reports: "unsampled"} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
