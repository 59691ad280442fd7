package io.github.dirtyrange.criu;

/** What becomes of pages whose bytes are not known: swapped out, or not to be read. */
public enum UnknownPages {
  /** The first one is an {@link UnknownPageException}. */
  REFUSED,
  /** They are left out, as if nobody had touched them. */
  LEFT_OUT
}
