package io.github.dirtyrange.core;

import io.github.dirtyrange.saved.SavedMapping;

/**
 * Neighbouring pages of one mapping that are one segment of a core.
 *
 * @param mapping that they are in
 * @param startVpn the first page
 * @param fileEndVpn behind the last page that is in the core; the first page where none is
 * @param endVpn behind the last page
 */
record Segment(SavedMapping mapping, long startVpn, long fileEndVpn, long endVpn) {

  long filePages() {
    return fileEndVpn - startVpn;
  }

  long pages() {
    return endVpn - startVpn;
  }
}
