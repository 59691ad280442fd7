package io.github.dirtyrange.inspect;

import java.util.regex.Matcher;

/**
 * Finds what begins in one page: from its first byte on the first match, then the first one behind
 * that, and so on. Which ones these are depends on bytes nearby alone, so that any page can be
 * searched without those far before it.
 */
final class PageMatcher {

  /** Takes matches, in order. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes a match.
     *
     * @param start of it, from the page's first byte on
     * @param end behind it
     * @return whether to go on
     */
    boolean match(int start, int end);
  }

  private final SearchPattern pattern;
  private final int pageSize;
  private final Matcher matcher;

  PageMatcher(SearchPattern pattern, int pageSize) {
    this.pattern = pattern;
    this.pageSize = pageSize;
    matcher = pattern.pattern().matcher("").useAnchoringBounds(false).useTransparentBounds(true);
  }

  /**
   * Searches one page.
   *
   * @param bytes of it and of what is around it
   * @param page where it begins in them
   * @param from where the known bytes begin
   * @param to where they end
   * @return whether the sink wants more
   */
  boolean search(byte[] bytes, int page, int from, int to, Sink sink) {
    int first = Math.max(from, page - pattern.around());
    int last = Math.min(to, page + pageSize + pattern.longest() + pattern.around());
    matcher.reset(new ByteView(bytes, first, last - first));
    int pageStart = page - first;
    int pageEnd = pageStart + pageSize;
    int length = last - first;
    int at = pageStart;
    while (at < pageEnd) {
      matcher.region(at, Math.min(length, pageEnd + pattern.longest() - 1));
      if (!matcher.find() || matcher.start() >= pageEnd) {
        return true;
      }
      int start = matcher.start();
      matcher.region(start, Math.min(length, start + pattern.longest()));
      if (!matcher.lookingAt() || matcher.end() == start) {
        at = start + 1;
        continue;
      }
      if (!sink.match(start - pageStart, matcher.end() - pageStart)) {
        return false;
      }
      at = matcher.end();
    }
    return true;
  }
}
