package io.github.dirtyrange.lab;

import io.github.dirtyrange.track.ChangedPages;
import io.github.dirtyrange.track.PageSets;
import it.unimi.dsi.fastutil.longs.LongArrayList;

/**
 * What the private pages of a process held at one stop: of each page that was read and does not
 * hold zeros alone, a 64-bit hash of its bytes. Two pages that differ have the same hash with
 * probability 2<sup>-64</sup>.
 *
 * @param sample the pages that were to be read
 * @param covered the pages that this is about
 * @param unknown of these, the pages whose bytes could not be told without changing something
 * @param vpns the pages that hold something, ascending
 * @param hashes of each of these
 * @param privatePages the pages covered that are in memory
 * @param readPages of these, the pages that were read
 */
record PageContents(
    ContentSample sample,
    ChangedPages covered,
    ChangedPages unknown,
    LongArrayList vpns,
    LongArrayList hashes,
    long privatePages,
    long readPages) {

  /**
   * {@return the pages that hold other bytes than at another stop, as far as both know} O(pages
   * that hold something).
   */
  ChangedPages differingFrom(PageContents before) {
    ChangedPages differing = PageSets.intersection(differingHashes(before), covered);
    differing = PageSets.intersection(differing, before.covered);
    differing = PageSets.without(differing, unknown);
    return PageSets.without(differing, before.unknown);
  }

  /** {@return the pages that were read and hold more than zeros} */
  ChangedPages holding() {
    PageRuns holding = new PageRuns();
    for (int i = 0; i < vpns.size(); i++) {
      holding.add(vpns.getLong(i));
    }
    return holding.end();
  }

  private ChangedPages differingHashes(PageContents before) {
    PageRuns differing = new PageRuns();
    int i = 0;
    int j = 0;
    while (i < vpns.size() || j < before.vpns.size()) {
      long mine = i < vpns.size() ? vpns.getLong(i) : Long.MAX_VALUE;
      long other = j < before.vpns.size() ? before.vpns.getLong(j) : Long.MAX_VALUE;
      boolean same = mine == other && hashes.getLong(i) == before.hashes.getLong(j);
      long vpn = Math.min(mine, other);
      if (!same && sample.has(vpn) && before.sample.has(vpn)) {
        differing.add(vpn);
      }
      i += mine == vpn ? 1 : 0;
      j += other == vpn ? 1 : 0;
    }
    return differing.end();
  }
}
