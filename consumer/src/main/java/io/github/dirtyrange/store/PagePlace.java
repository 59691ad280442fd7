package io.github.dirtyrange.store;

import io.github.dirtyrange.saved.PageClass;

/**
 * What a page is once all {@link PageClass#PARENT} have been followed, and where its bytes are.
 *
 * @param pageClass never {@link PageClass#PARENT}
 * @param storedIn the generation whose file has the bytes; of no meaning where no file has them
 * @param pageIndex its place there
 */
record PagePlace(PageClass pageClass, Generation storedIn, long pageIndex) {

  /** {@return whether some file has the bytes} */
  boolean isStored() {
    return pageClass == PageClass.DATA || pageClass == PageClass.SAME;
  }

  long checksum() {
    return storedIn.index().checksums().getLong((int) pageIndex);
  }
}
