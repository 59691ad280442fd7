package io.github.dirtyrange.live;

import io.github.dirtyrange.kernel.PageRange;
import io.github.dirtyrange.kernel.Vma;

/** Where in a process changes matter. */
public sealed interface Place {

  /**
   * Some pages, whatever is mapped there.
   *
   * @param range which
   */
  record Addresses(PageRange range) implements Place {}

  /**
   * The mappings of a name, those that come later as well.
   *
   * @param name a file's path or its last part, a name in brackets; {@code [anon]} for memory that
   *     has no name
   */
  record Named(String name) implements Place {

    boolean isOf(Vma mapping) {
      String whole = Mappings.name(mapping);
      return name.equals(whole) || name.equals(whole.substring(whole.lastIndexOf('/') + 1));
    }
  }
}
