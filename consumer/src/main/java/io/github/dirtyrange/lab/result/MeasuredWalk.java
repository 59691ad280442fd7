package io.github.dirtyrange.lab.result;

/**
 * What a walk over pages of a class costs, where it finds nothing.
 *
 * @param pages the class of pages
 * @param way what walks, and what it asks for
 * @param nanos the median, a page
 * @param lowNanos a quarter of the repetitions gave no more
 * @param highNanos three quarters of them gave no more
 */
public record MeasuredWalk(String pages, Way way, double nanos, double lowNanos, double highNanos) {

  /** What walks over pages. */
  public enum Way {
    /** A read of pagemap. */
    PAGEMAP("pagemap"),
    /** PAGEMAP_SCAN for WRITTEN, and told nothing more. */
    SCAN_WRITTEN("PAGEMAP_SCAN for WRITTEN"),
    /** PAGEMAP_SCAN for WRITTEN, told every category. */
    SCAN_ALL("and all categories");

    private final String label;

    Way(String label) {
      this.label = label;
    }

    /** {@return its name in reports} */
    public String label() {
      return label;
    }
  }
}
