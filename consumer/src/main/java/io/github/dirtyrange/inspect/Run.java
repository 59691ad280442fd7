package io.github.dirtyrange.inspect;

import io.github.dirtyrange.saved.PageClass;
import io.github.dirtyrange.saved.SavedMapping;
import io.github.dirtyrange.saved.SavedMemory;
import org.jspecify.annotations.Nullable;

/**
 * Neighbouring pages of one mapping that are alike, with parents followed.
 *
 * @param startVpn the first page
 * @param endVpn the page behind the last one
 * @param mapping that they are in
 * @param pageClass what they are, never {@link PageClass#PARENT}; null if nothing is said of them
 * @param owner the memory that says so: the one asked, or one of those that it follows
 */
public record Run(
    long startVpn,
    long endVpn,
    SavedMapping mapping,
    @Nullable PageClass pageClass,
    SavedMemory owner) {

  /** {@return what is left of it from a page on} */
  public Run from(long vpn) {
    return new Run(vpn, endVpn, mapping, pageClass, owner);
  }

  /** {@return whether the bytes of the pages are known} */
  public boolean hasBytes() {
    return pageClass != null && pageClass.hasBytes();
  }

  /** {@return whether the pages are known to be all zero, with no look at them} */
  public boolean isZero() {
    return pageClass == PageClass.ZERO;
  }

  /** {@return whether the pages are mapped, and nobody touched them} */
  public boolean isNothing() {
    return pageClass == PageClass.NOTHING;
  }
}
