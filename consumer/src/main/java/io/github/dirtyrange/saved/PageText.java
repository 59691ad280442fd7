package io.github.dirtyrange.saved;

/** Numbers of pages for people. */
public final class PageText {

  private PageText() {}

  /** {@return a range of pages} */
  public static String pages(long startVpn, long endVpn) {
    return page(startVpn) + " to " + page(endVpn);
  }

  /** {@return one page} */
  public static String page(long vpn) {
    return "0x" + Long.toHexString(vpn);
  }
}
