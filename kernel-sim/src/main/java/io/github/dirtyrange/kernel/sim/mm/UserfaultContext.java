package io.github.dirtyrange.kernel.sim.mm;

/**
 * What mappings are registered with: one call of userfaultfd(2), {@code struct userfaultfd_ctx}. It
 * is equal to itself alone. A child whose fork is told of inherits its parent's; they are told
 * apart by the memory that they are used on.
 *
 * @see VmArea#userfaults
 */
public final class UserfaultContext {

  private final long features;

  /** Makes one that agreed on these features. */
  public UserfaultContext(long features) {
    this.features = features;
  }

  /** {@return the features that UFFDIO_API agreed on} */
  public long features() {
    return features;
  }
}
