package io.github.dirtyrange.linux.selftest;

/**
 * What a way to change pages came to.
 *
 * @param name what was done
 * @param everywhere whether it changes pages on every kernel
 * @param changedPages how many pages are otherwise in pagemap than before
 * @param missedPages how many of them no record told of
 * @param blame of what was missed: the functions that should have told, and whether they are
 *     attached; of what was not tried, why
 */
public record WayResult(
    String name, boolean everywhere, long changedPages, long missedPages, String blame) {

  /** {@return whether pages changed that no record told of} */
  public boolean isMissed() {
    return missedPages > 0;
  }

  /** {@return whether nothing changed: the kernel would not do it, or it does not show} */
  public boolean isUntried() {
    return changedPages == 0;
  }
}
